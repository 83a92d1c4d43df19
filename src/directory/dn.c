/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes what stands in DNs and filters, and compares DNs. */
#include "halb/directory/dn.h"

#include <ldap.h>
#include <string.h>
#include <strings.h>

/* RFC 4514 2.4; a hex pair is right for every special character, wherever it stands. */
void halb_dn_escape(struct halb_buf *out, const char *value)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];
		bool edge = (i == 0 && (c == ' ' || c == '#')) || (i == len - 1 && c == ' ');

		if (c < 0x20 || c == 0x7f || edge || strchr("\"+,;<>\\=", c))
			halb_buf_printf(out, "\\%02X", c);
		else
			halb_buf_u8(out, c);
	}
}

/* RFC 4515 3 */
void halb_filter_escape(struct halb_buf *out, const char *value)
{
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (c < 0x20 || strchr("*()\\", c))
			halb_buf_printf(out, "\\%02x", c);
		else
			halb_buf_u8(out, c);
	}
}

static bool rdn_equal(LDAPRDN a, LDAPRDN b)
{
	for (size_t i = 0; a[i] || b[i]; i++) {
		if (!a[i] || !b[i] || a[i]->la_attr.bv_len != b[i]->la_attr.bv_len ||
		    a[i]->la_value.bv_len != b[i]->la_value.bv_len ||
		    strncasecmp(a[i]->la_attr.bv_val, b[i]->la_attr.bv_val,
				a[i]->la_attr.bv_len) != 0 ||
		    strncasecmp(a[i]->la_value.bv_val, b[i]->la_value.bv_val,
				a[i]->la_value.bv_len) != 0)
			return false;
	}
	return true;
}

static bool parsed_equal(LDAPDN a, LDAPDN b)
{
	for (size_t i = 0; a[i] || b[i]; i++)
		if (!a[i] || !b[i] || !rdn_equal(a[i], b[i]))
			return false;
	return true;
}

bool halb_dn_equal(const char *a, const char *b)
{
	LDAPDN x = NULL, y = NULL;
	bool same = ldap_str2dn(a, &x, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
		    ldap_str2dn(b, &y, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS && x && y &&
		    parsed_equal(x, y);

	ldap_dnfree(x);
	ldap_dnfree(y);
	return same;
}

const char *halb_dn_parent(const char *dn)
{
	while (*dn && *dn != ',')
		dn += dn[0] == '\\' && dn[1] ? 2 : 1;
	return *dn ? dn + 1 : dn;
}

bool halb_rdn_cut_conflict(char *value)
{
	char *mangled = strstr(value, "\nCNF:");

	if (mangled)
		*mangled = '\0';
	return mangled != NULL;
}
