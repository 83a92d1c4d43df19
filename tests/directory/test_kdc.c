/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/kdc.h"

#include <criterion/criterion.h>
#include <krb5.h>
#include <profile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void name_fn(const struct halb_name *domain, const struct halb_addr *address);

static void name(name_fn *fn, const char *address)
{
	struct halb_name domain;
	struct halb_addr addr;

	cr_assert_eq(halb_name_parse("lime.lan", &domain, NULL), HALB_OK);
	cr_assert(halb_addr_parse(address, &addr));
	fn(&domain, &addr);
}

static void use(const char *address)
{
	name(halb_kdc_use, address);
}

/* What a context of libkrb5 that is made now would ask first; free() it. */
static char *first_kdc(void)
{
	const char *const path[] = { "realms", "LIME.LAN", "kdc", NULL };
	char **values = NULL, *first = NULL;
	krb5_context ctx;
	profile_t profile;

	cr_assert_eq(krb5_init_context(&ctx), 0);
	cr_assert_eq(krb5_get_profile(ctx, &profile), 0);
	if (profile_get_values(profile, path, &values) == 0) {
		first = strdup(values[0]);
		profile_free_list(values);
	}
	profile_release(profile);
	krb5_free_context(ctx);
	return first;
}

static void expect_first(const char *wanted)
{
	char *found = first_kdc();

	cr_assert_not_null(found);
	cr_expect_str_eq(found, wanted);
	free(found);
}

Test(kdc, is_the_dc_that_was_found_last)
{
	setenv("KRB5_CONFIG", "/dev/null", 1);
	halb_kdc_init();
	cr_expect_null(first_kdc());
	use("192.168.11.2");
	expect_first("192.168.11.2");
	use("fd00::3");
	expect_first("[fd00::3]");
	use("10.0.0.3");
	expect_first("10.0.0.3");
}

Test(kdc, is_the_first_of_those_that_threads_offer)
{
	setenv("KRB5_CONFIG", "/dev/null", 1);
	halb_kdc_init();
	name(halb_kdc_offer, "192.168.11.2");
	name(halb_kdc_offer, "192.168.11.3");
	expect_first("192.168.11.2");
	use("10.0.0.3");
	name(halb_kdc_offer, "192.168.11.3");
	expect_first("10.0.0.3");
}

Test(kdc, of_the_user_s_own_file_comes_first)
{
	char path[] = "/tmp/halb-test-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	dprintf(fd, "[realms]\nLIME.LAN = {\nkdc = theirs.lime.lan\n}\n");
	close(fd);
	setenv("KRB5_CONFIG", path, 1);
	halb_kdc_init();
	use("192.168.11.2");
	expect_first("theirs.lime.lan");
	unlink(path);
}

Test(kdc, that_nobody_prepared_changes_nothing)
{
	setenv("KRB5_CONFIG", "/dev/null", 1);
	use("192.168.11.2");
	cr_expect_null(first_kdc());
	cr_expect_str_eq(getenv("KRB5_CONFIG"), "/dev/null");
}
