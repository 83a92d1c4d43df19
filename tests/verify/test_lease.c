/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/verify/lease.h"

#include <criterion/criterion.h>
#include <string.h>

static char name[] = "k8s1";
static struct halb_balancer balancer = { .name = name,
					 .vip = { { 192, 168, 11, 11 }, 4 },
					 .has_mac = true,
					 .mac = { { 2, 0, 0, 0, 1, 1 } } };
static struct halb_findings findings;
static struct halb_error err;

static struct halb_offer offer_of(uint8_t server, uint8_t address)
{
	return (struct halb_offer){ { { 192, 168, 11, server }, 4 },
				    { { 192, 168, 11, address }, 4 } };
}

static void judge(const struct halb_offers *offers)
{
	halb_findings_clear(&findings);
	cr_assert_eq(halb_lease_judge(&balancer, offers, &findings, &err), HALB_OK);
}

static void teardown(void)
{
	halb_findings_clear(&findings);
}

TestSuite(lease, .fini = teardown);

static void expect(enum halb_code code, enum halb_severity severity, const char *server,
		   const char *actual)
{
	const struct halb_finding *f = findings.items;

	cr_assert_eq(findings.n, 1);
	cr_expect_eq(f->code, code, "%s", halb_code_name(f->code));
	cr_expect_eq(f->severity, severity);
	cr_expect_str_eq(f->balancer, "k8s1");
	cr_expect_str_eq(f->object, "02:00:00:00:01:01");
	cr_expect_str_eq(f->expected, "an offer of 192.168.11.11");
	cr_expect(strstr(f->actual, actual), "%s", f->actual);
	cr_expect_not_null(f->hint);
	if (server)
		cr_expect_str_eq(f->server, server);
	else
		cr_expect_null(f->server);
}

Test(lease, finds_nothing_where_the_vip_is_offered)
{
	judge(&(struct halb_offers){ .items = { offer_of(4, 11), offer_of(5, 11) }, .n = 2 });
	cr_assert_eq(findings.n, 0);
}

Test(lease, names_the_server_that_offers_another_address)
{
	judge(&(struct halb_offers){ .items = { offer_of(4, 11), offer_of(5, 101) }, .n = 2 });
	expect(HALB_CODE_RESERVATION_DIFFERS, HALB_SEV_CRITICAL, "192.168.11.5",
	       "an offer of 192.168.11.101");
}

Test(lease, cannot_tell_where_nobody_answers)
{
	judge(&(struct halb_offers){ .n = 0 });
	expect(HALB_CODE_RESERVATION_MISSING, HALB_SEV_UNKNOWN, NULL, "no DHCP server");
}

Test(lease, cannot_tell_where_it_could_not_ask)
{
	judge(&(struct halb_offers){ .state = HALB_OFFER_DENIED });
	expect(HALB_CODE_PERMISSION_DENIED, HALB_SEV_UNKNOWN, NULL, "may send no DHCPDISCOVER");
	judge(&(struct halb_offers){ .state = HALB_OFFER_NOT_ON_LINK });
	expect(HALB_CODE_RESERVATION_MISSING, HALB_SEV_UNKNOWN, NULL, "not on the vIP's network");
	judge(&(struct halb_offers){ .state = HALB_OFFER_UNSENT });
	expect(HALB_CODE_RESERVATION_MISSING, HALB_SEV_UNKNOWN, NULL, "takes no DHCPDISCOVER");
}
