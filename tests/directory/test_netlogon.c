/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/netlogon.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct halb_error err;

/* As Samba 4.17 answers: two LDAP messages in one datagram. */
static const uint8_t samba[] = {
	0x30, 0x72, 0x02, 0x01, 0x01, 0x64, 0x6d, 0x04, 0x00, 0x30, 0x69, 0x30, 0x67, 0x04,
	0x08, 0x6e, 0x65, 0x74, 0x6c, 0x6f, 0x67, 0x6f, 0x6e, 0x31, 0x5b, 0x04, 0x59, 0x17,
	0x00, 0x00, 0x00, 0xfd, 0x13, 0x00, 0x00, 0xfc, 0x80, 0x20, 0x42, 0xb8, 0x63, 0x0a,
	0x40, 0xb4, 0x8b, 0xf0, 0x47, 0x4c, 0xe9, 0x83, 0xc3, 0x04, 0x6c, 0x69, 0x6d, 0x65,
	0x03, 0x6c, 0x61, 0x6e, 0x00, 0xc0, 0x18, 0x03, 0x64, 0x63, 0x31, 0xc0, 0x18, 0x04,
	0x4c, 0x49, 0x4d, 0x45, 0x00, 0x03, 0x44, 0x43, 0x31, 0x00, 0x00, 0x17, 0x44, 0x65,
	0x66, 0x61, 0x75, 0x6c, 0x74, 0x2d, 0x46, 0x69, 0x72, 0x73, 0x74, 0x2d, 0x53, 0x69,
	0x74, 0x65, 0x2d, 0x4e, 0x61, 0x6d, 0x65, 0x00, 0xc0, 0x36, 0x05, 0x00, 0x00, 0x00,
	0xff, 0xff, 0xff, 0xff, 0x30, 0x0c, 0x02, 0x01, 0x01, 0x65, 0x07, 0x0a, 0x01, 0x00,
	0x04, 0x00, 0x04, 0x00,
};

#define BLOB      27 /* where the attribute's value begins in it */
#define FLAGS     (BLOB + 4)
#define DC_SITE   (BLOB + 54)
#define AT_CLIENT (BLOB + 79) /* a pointer to it */

/* The answer with one byte changed. */
static enum halb_status take_with(size_t at, uint8_t byte, struct halb_netlogon *out)
{
	uint8_t bytes[sizeof samba];

	memcpy(bytes, samba, sizeof samba);
	bytes[at] = byte;
	return halb_netlogon_take(bytes, sizeof bytes, out, &err);
}

Test(netlogon, reads_what_samba_answers)
{
	struct halb_netlogon got;

	cr_assert_eq(halb_netlogon_take(samba, sizeof samba, &got, &err), HALB_OK, "%s", err.text);
	cr_assert_str_eq(got.client_site, "Default-First-Site-Name");
	cr_assert(got.writable);
}

Test(netlogon, a_read_only_dc_says_so)
{
	struct halb_netlogon got;

	cr_assert_eq(take_with(FLAGS + 1, samba[FLAGS + 1] & 0xfe, &got), HALB_OK, "%s", err.text);
	cr_assert_not(got.writable);
}

Test(netlogon, a_client_in_no_subnet_has_no_site)
{
	struct halb_netlogon got;

	/* The pointer's target becomes the root, that which ends the site's name. */
	cr_assert_eq(take_with(AT_CLIENT + 1, DC_SITE + 24 - BLOB, &got), HALB_OK, "%s", err.text);
	cr_assert_str_eq(got.client_site, "");
}

Test(netlogon, refuses_pointers_that_lead_forward_or_round)
{
	struct halb_netlogon got;

	cr_assert_eq(take_with(AT_CLIENT + 1, AT_CLIENT - BLOB, &got), HALB_E_MALFORMED);
	cr_assert_eq(take_with(AT_CLIENT + 1, AT_CLIENT - BLOB + 2, &got), HALB_E_MALFORMED);
	cr_assert_eq(take_with(AT_CLIENT, 0xff, &got), HALB_E_MALFORMED);
	cr_assert_eq(take_with(AT_CLIENT, 0x80, &got), HALB_E_MALFORMED);
}

Test(netlogon, refuses_a_site_that_is_no_single_plain_label)
{
	struct halb_netlogon got;

	cr_assert_eq(take_with(DC_SITE + 3, '.', &got), HALB_E_MALFORMED);
	cr_assert_eq(take_with(DC_SITE + 3, '\n', &got), HALB_E_MALFORMED);
	cr_assert_eq(take_with(DC_SITE, 5, &got), HALB_E_MALFORMED);
	cr_assert_eq(take_with(AT_CLIENT + 1, 24, &got), HALB_E_MALFORMED, "lime.lan has two");
}

Test(netlogon, refuses_another_answer)
{
	struct halb_netlogon got;

	cr_assert_eq(take_with(BLOB, 19, &got), HALB_E_MALFORMED);
	cr_assert(strstr(err.text, "not the one"), "%s", err.text);
	cr_assert_eq(take_with(BLOB - 12, 'm', &got), HALB_E_MALFORMED, "another attribute");
	cr_assert_eq(take_with(5, 0x65, &got), HALB_E_MALFORMED, "no entry");
}

Test(netlogon, refuses_what_is_cut_short_anywhere)
{
	struct halb_netlogon got;

	for (size_t len = 0; len < 116; len++) {
		uint8_t *bytes = malloc(len + 1); /* so that the sanitizer sees its end */

		cr_assert_not_null(bytes);
		memcpy(bytes, samba, len);
		cr_assert_eq(halb_netlogon_take(bytes, len, &got, &err), HALB_E_MALFORMED, "%zu",
			     len);
		free(bytes);
	}
}

Test(netlogon, asks_for_the_domain_s_netlogon_attribute)
{
	static const uint8_t wanted[] = {
		0x30, 0x4a, 0x02, 0x01, 0x01, 0x63, 0x45, 0x04, 0x00, 0x0a, 0x01, 0x00, 0x0a, 0x01,
		0x00, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x01, 0x01, 0x00, 0xa0, 0x26, 0xa3, 0x15,
		0x04, 0x09, 0x44, 0x6e, 0x73, 0x44, 0x6f, 0x6d, 0x61, 0x69, 0x6e, 0x04, 0x08, 0x6c,
		0x69, 0x6d, 0x65, 0x2e, 0x6c, 0x61, 0x6e, 0xa3, 0x0d, 0x04, 0x05, 0x4e, 0x74, 0x56,
		0x65, 0x72, 0x04, 0x04, 0x06, 0x00, 0x00, 0x00, 0x30, 0x0a, 0x04, 0x08, 0x4e, 0x65,
		0x74, 0x6c, 0x6f, 0x67, 0x6f, 0x6e,
	};
	struct halb_name domain;
	struct halb_buf asked = { 0 };

	cr_assert_eq(halb_name_parse("lime.lan", &domain, &err), HALB_OK);
	cr_assert_eq(halb_netlogon_ask(&domain, &asked, &err), HALB_OK, "%s", err.text);
	cr_assert_eq(asked.len, sizeof wanted);
	cr_assert_eq(memcmp(asked.data, wanted, sizeof wanted), 0);
	halb_buf_clear(&asked);
}
