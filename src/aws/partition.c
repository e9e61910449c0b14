#include "aws/partition.h"

#include <string.h>

/* The last fits all. */
static const struct aws_partition partitions[] = {
    {"cn-", "amazonaws.com.cn", 1},
    {"eusc-", "amazonaws.eu", 0},
    {"us-isob-", "sc2s.sgov.gov", 0},
    {"us-isof-", "csp.hci.ic.gov", 0},
    {"us-iso-", "c2s.ic.gov", 0},
    {"eu-isoe-", "cloud.adc-e.uk", 0},
    {"", "amazonaws.com", 0},
};

const struct aws_partition *
aws_partition_of(const char *region)
{
	const struct aws_partition *p = partitions;

	while (strncmp(region, p->region, strlen(p->region)) != 0)
		p++;
	return p;
}
