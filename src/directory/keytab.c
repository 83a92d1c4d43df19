/* SPDX-License-Identifier: Apache-2.0 */
/* Looks into a keytab without using it, so that what is wrong with it can be said by itself. */
#include "halb/directory/session.h"

#include <errno.h>
#include <krb5.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "halb/base/buf.h"

static enum halb_status check_file(const char *path, mode_t *mode, struct halb_error *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && access(path, R_OK) == 0) {
		*mode = st.st_mode & 07777;
		return HALB_OK;
	}
	if (errno == ENOENT) {
		halb_fail(err, HALB_E_NOTFOUND, "%s: there is no such file", path);
		return halb_hint(err, "samba-tool domain exportkeytab %s --principal=USER on a DC "
				      "makes it; or correct directory.keytab", path);
	}
	halb_fail(err, HALB_E_DENIED, "%s: %s", path, strerror(errno));
	return halb_hint(err, "run this as the user that owns it");
}

static krb5_error_code find_key(krb5_context ctx, const char *path, const char *principal)
{
	struct halb_buf name = { 0 };
	krb5_keytab keytab = NULL;
	krb5_principal who = NULL;
	krb5_keytab_entry entry;
	krb5_error_code code;

	halb_buf_printf(&name, "FILE:%s", path);
	code = name.bad ? ENOMEM : krb5_kt_resolve(ctx, halb_buf_string(&name), &keytab);
	halb_buf_clear(&name);
	if (!code)
		code = krb5_parse_name(ctx, principal, &who);
	if (!code)
		code = krb5_kt_get_entry(ctx, keytab, who, 0, 0, &entry); /* any version and type */
	if (!code)
		krb5_free_keytab_entry_contents(ctx, &entry);
	krb5_free_principal(ctx, who);
	if (keytab)
		krb5_kt_close(ctx, keytab);
	return code;
}

enum halb_status halb_keytab_check(const char *path, const char *principal, mode_t *mode,
				   struct halb_error *err)
{
	enum halb_status st = check_file(path, mode, err);
	krb5_context ctx;
	krb5_error_code code;
	const char *text;

	if (st != HALB_OK)
		return st;
	code = krb5_init_context(&ctx);
	if (code)
		return halb_fail(err, HALB_E_INTERNAL, "libkrb5 does not start: error %d; look at "
						       "/etc/krb5.conf", (int)code);
	code = find_key(ctx, path, principal);
	if (code) {
		text = krb5_get_error_message(ctx, code);
		halb_fail(err, HALB_E_NOTFOUND, "%s has no key of %s: %s", path, principal, text);
		krb5_free_error_message(ctx, text);
		st = halb_hint(err, "klist -kt %s shows whose keys it holds; samba-tool domain "
				    "exportkeytab %s --principal=%s on a DC adds one", path, path,
			       principal);
	}
	krb5_free_context(ctx);
	return st;
}
