/* The partitions of AWS, each with a domain of its own: "Partitions" (AWS documentation; the table is
 * that of the SDKs' partitions.json). */
#ifndef AWS_PARTITION_H
#define AWS_PARTITION_H

struct aws_partition {
	const char *region; /* the beginning of its regions' names; empty: all others' */
	const char *domain; /* "amazonaws.com" */
	int no_fips;        /* it has no FIPS endpoints */
};

/* aws_partition_of(region): the partition that a region is in. */
const struct aws_partition *aws_partition_of(const char *region);

#endif
