/* The pace of requests, without a clock. The figures are those that the AWS SDKs are tested with. */
#include "check.h"
#include "net/pace.h"

#include <math.h>

static int
near(double found, double expected)
{
	return fabs(found - expected) < 1e-9;
}

static void
curve(void)
{
	static const double after_success[] = {7.0, 9.64893600966, 10.000030849917364,
	    10.453284520772092, 13.408697022224185, 21.26626835427364, 36.425998516920465};
	static const double after_two_refusals[] = {
	    4.670125557970046, 4.770870456867401, 6.011819748005445, 10.792973431384178};

	for (int s = 0; s < 7; s++)
		CHECK(near(pace_cubic(10, s), after_success[s]));
	for (int s = 0; s < 4; s++)
		CHECK(near(pace_cubic(4.727978644733399, s + 1), after_two_refusals[s]));
}

static void
answers(void)
{
	static const struct {
		int refused;
		double s, measured, fill;
	} step[] = {
	    {0, 0.2, 0, 0.5},
	    {0, 0.4, 0, 0.5},
	    {0, 0.6, 4.8, 0.5},
	    {0, 0.8, 4.8, 0.5},
	    {0, 1.0, 4.16, 0.5},
	    {0, 1.2, 4.16, 0.6912},
	    {0, 1.4, 4.16, 1.0976},
	    {0, 1.6, 5.632, 1.6384},
	    {0, 1.8, 5.632, 2.3328},
	    {1, 2.0, 4.3264, 3.02848},
	    {0, 2.2, 4.3264, 3.4866391734702598},
	    {0, 2.4, 4.3264, 3.8218744160402554},
	    {0, 2.6, 5.66528, 4.053385727709987},
	    {0, 2.8, 5.66528, 4.200373108479455},
	    {0, 3.0, 4.333056, 4.282036558348658},
	    {1, 3.2, 4.333056, 2.99742559084406},
	    {0, 3.4, 4.333056, 3.4522263943863463},
	};
	struct pace p;

	pace_start(&p, 0);
	for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
		pace_answer(&p, step[i].s, step[i].s, step[i].refused);
		CHECK(near(p.measured, step[i].measured));
		CHECK(near(p.fill, step[i].fill));
		CHECK(p.on == (step[i].s >= 2));
	}
}

static void
turns(void)
{
	struct pace p;

	pace_start(&p, 100);
	for (int i = 0; i < 1000; i++)
		CHECK(pace_take(&p, 100) == 0); /* nothing waits before a refusal */
	/* Ten requests of the first half second, all refused: the rate falls once. */
	for (int i = 0; i < 10; i++)
		pace_answer(&p, 100.2, 100.1, 1);
	CHECK(near(p.fill, 2 * 0.7));
	CHECK(pace_take(&p, 100.2) == 0);
	CHECK(near(pace_take(&p, 100.2), 1 / 1.4) || pace_take(&p, 100.2) < 1 / 1.4);
	CHECK(pace_take(&p, 100.2) > 0 && pace_take(&p, 101) == 0);
	/* One that was sent after it lowers it again, to a request in two seconds at last. */
	for (int i = 0; i < 10; i++)
		pace_answer(&p, 102 + i, 102 + i, 1);
	CHECK(near(p.fill, 0.5));
	/* A long rest saves up no more than a second's requests, one at least. */
	CHECK(pace_take(&p, 1000) == 0 && near(pace_take(&p, 1000), 2));
}

int
main(void)
{
	curve();
	answers();
	turns();
	return check_done();
}
