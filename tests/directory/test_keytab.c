/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/session.h"

#include <criterion/criterion.h>
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/halb-keytab-XXXXXX";
static char path[64];
static struct halb_error err;

/* A keytab with one key of that principal. */
static void make(const char *principal)
{
	krb5_keytab_entry entry = { .vno = 1 };
	uint8_t bytes[32] = { 7 };
	char name[80];
	krb5_context ctx;
	krb5_keytab keytab;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/a.keytab", dir);
	snprintf(name, sizeof name, "FILE:%s", path);
	cr_assert_eq(krb5_init_context(&ctx), 0);
	cr_assert_eq(krb5_parse_name(ctx, principal, &entry.principal), 0);
	entry.key.enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96;
	entry.key.length = sizeof bytes;
	entry.key.contents = bytes;
	cr_assert_eq(krb5_kt_resolve(ctx, name, &keytab), 0);
	cr_assert_eq(krb5_kt_add_entry(ctx, keytab, &entry), 0);
	krb5_kt_close(ctx, keytab);
	krb5_free_principal(ctx, entry.principal);
	krb5_free_context(ctx);
}

static void teardown(void)
{
	unlink(path);
	rmdir(dir);
}

TestSuite(keytab, .fini = teardown);

Test(keytab, finds_the_key_and_tells_the_mode)
{
	mode_t mode = 0;

	make("halb-dns@LIME.LAN");
	cr_assert_eq(chmod(path, 0640), 0);
	cr_assert_eq(halb_keytab_check(path, "halb-dns@LIME.LAN", &mode, &err), HALB_OK, "%s",
		     err.text);
	cr_expect_eq(mode, 0640);
}

Test(keytab, names_the_principal_that_it_does_not_hold)
{
	mode_t mode;

	make("halb-dns@LIME.LAN");
	cr_assert_eq(halb_keytab_check(path, "other@LIME.LAN", &mode, &err), HALB_E_NOTFOUND);
	cr_expect_not_null(strstr(err.text, "other@LIME.LAN"), "%s", err.text);
	cr_expect_not_null(strstr(err.hint, "exportkeytab"), "%s", err.hint);
}

Test(keytab, names_the_file_that_is_not_there)
{
	mode_t mode;

	cr_assert_eq(halb_keytab_check("/tmp/halb-no-such.keytab", "a@LIME.LAN", &mode, &err),
		     HALB_E_NOTFOUND);
	cr_expect_not_null(strstr(err.text, "/tmp/halb-no-such.keytab"), "%s", err.text);
}

Test(keytab, a_file_of_something_else_holds_no_key)
{
	mode_t mode;
	FILE *f;

	make("halb-dns@LIME.LAN");
	f = fopen(path, "w");
	cr_assert_not_null(f);
	fputs("no keytab at all\n", f);
	fclose(f);
	cr_expect_eq(halb_keytab_check(path, "halb-dns@LIME.LAN", &mode, &err), HALB_E_NOTFOUND);
}
