/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a DC what it is, and reads its answer, which nobody has signed. */
#include "halb/directory/netlogon.h"

#include <ctype.h>
#include <ldap.h>
#include <string.h>
#include <strings.h>

#include "halb/base/cursor.h"

#define ATTRIBUTE "Netlogon"

/* [MS-ADTS] 6.3.1.1: V5 | V5EX, the answer with the sites in it; a number as an LDAP value. */
static const char nt_version[] = { 0x06, 0, 0, 0 };

#define SAM_LOGON_RESPONSE_EX 23 /* [MS-ADTS] 6.3.1.3 */
#define SAM_USER_UNKNOWN_EX   25
#define DS_WRITABLE_FLAG      0x100 /* [MS-ADTS] 6.3.1.2 */

/* (&(DnsDomain=<domain>)(NtVer=<version>)) at the rootDSE (RFC 4511 4.5.1). */
static int write_question(BerElement *ber, const char *domain)
{
	const ber_tag_t request = LDAP_REQ_SEARCH, both = LDAP_FILTER_AND,
			equal = LDAP_FILTER_EQUALITY;
	const ber_int_t id = 1, base = LDAP_SCOPE_BASE, never = LDAP_DEREF_NEVER, none = 0;

	return ber_printf(ber, "{it{seeiibt{t{so}t{so}}{s}}}", id, request, "", base, never, none,
			  none, none, both, equal, "DnsDomain", domain, (ber_len_t)strlen(domain),
			  equal, "NtVer", nt_version, (ber_len_t)sizeof nt_version, ATTRIBUTE);
}

enum halb_status halb_netlogon_ask(const struct halb_name *domain, struct halb_buf *out,
				   struct halb_error *err)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	char text[HALB_NAME_TEXT];
	struct berval bytes;
	bool ok = ber && write_question(ber, halb_name_format(domain, text)) >= 0 &&
		  ber_flatten2(ber, &bytes, 0) == 0;

	if (ok)
		halb_buf_bytes(out, bytes.bv_val, bytes.bv_len);
	if (ber)
		ber_free(ber, 1);
	return ok && !out->bad ? HALB_OK : halb_fail_nomem(err);
}

/* A label of a site's name: what can be asked for in DNS. */
static bool take_label(struct halb_cursor *in, uint8_t len, char *site)
{
	const uint8_t *bytes = halb_cursor_bytes(in, len);

	if (!bytes || !site)
		return bytes;
	if (*site) /* a second one */
		return false;
	for (uint8_t i = 0; i < len; i++)
		if (!isalnum(bytes[i]) && bytes[i] != '-' && bytes[i] != '_')
			return false;
	memcpy(site, bytes, len);
	site[len] = '\0';
	return true;
}

/*
 * RFC 1035 4.1.4: labels, perhaps with a pointer to some that came before. A pointer leads further
 * back than the one before, so there is an end to them. `site` NULL: the name is passed over.
 */
static void read_name(struct halb_cursor *in, const struct halb_cursor *whole, char *site)
{
	struct halb_cursor at = *in;
	size_t limit = (size_t)(in->at - whole->at);
	bool away = false;
	uint8_t len;

	if (site)
		*site = '\0';
	while ((len = halb_cursor_u8(&at)) != 0) {
		if (len >= 0xc0) {
			size_t to = (size_t)(len & 0x3f) << 8 | halb_cursor_u8(&at);

			if (!away)
				*in = at;
			away = true;
			at.bad |= to >= limit;
			limit = to;
			if (at.bad)
				break;
			at = *whole;
			halb_cursor_skip(&at, to);
		} else if (len > HALB_LABEL_MAX || !take_label(&at, len, site)) {
			at.bad = true;
			break;
		}
	}
	if (!away)
		*in = at;
	in->bad |= at.bad;
}

/* NETLOGON_SAM_LOGON_RESPONSE_EX, [MS-ADTS] 6.3.1.9, as far as the client's site. */
static enum halb_status read_response(const void *bytes, size_t len, struct halb_netlogon *out,
				      struct halb_error *err)
{
	const struct halb_cursor whole = halb_cursor_over(bytes, len);
	struct halb_cursor in = whole;
	struct halb_netlogon found;
	uint16_t opcode = halb_cursor_le16(&in);

	halb_cursor_skip(&in, 2);
	found.writable = halb_cursor_le32(&in) & DS_WRITABLE_FLAG;
	halb_cursor_skip(&in, 16); /* the domain's GUID */
	for (int i = 0; i < 7; i++) /* forest, domain, host, their short names, user, DC's site */
		read_name(&in, &whole, NULL);
	read_name(&in, &whole, found.client_site);
	if (in.bad || (opcode != SAM_LOGON_RESPONSE_EX && opcode != SAM_USER_UNKNOWN_EX))
		return halb_fail(err, HALB_E_MALFORMED, "netlogon answer: %s",
				 in.bad ? "it makes no sense" : "not the one that was asked for");
	*out = found;
	return HALB_OK;
}

/* The datagram is an LDAP message, a search's entry with one attribute (RFC 4511 4.5.2). */
static bool read_entry(BerElement *ber, struct berval *value)
{
	ber_int_t id;
	ber_tag_t what;
	struct berval dn, name;

	return ber_scanf(ber, "{it{m{{m[m", &id, &what, &dn, &name, value) != LBER_ERROR &&
	       what == LDAP_RES_SEARCH_ENTRY && name.bv_len == strlen(ATTRIBUTE) &&
	       strncasecmp(name.bv_val, ATTRIBUTE, name.bv_len) == 0;
}

enum halb_status halb_netlogon_take(const uint8_t *bytes, size_t len, struct halb_netlogon *out,
				    struct halb_error *err)
{
	struct berval datagram = { len, (char *)(uintptr_t)bytes }, value;
	BerElement *ber;
	enum halb_status st;

	if (!len) /* liblber reads it all the same */
		return halb_fail(err, HALB_E_MALFORMED, "netlogon answer: it is empty");
	ber = ber_init(&datagram); /* a copy */
	if (!ber)
		return halb_fail_nomem(err);
	st = read_entry(ber, &value)
		     ? read_response(value.bv_val, value.bv_len, out, err)
		     : halb_fail(err, HALB_E_MALFORMED, "netlogon answer: not a search's entry");
	ber_free(ber, 1);
	return st;
}
