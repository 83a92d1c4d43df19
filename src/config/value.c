/* SPDX-License-Identifier: Apache-2.0 */
/* Single texts made values, or refused with what would have been right. */
#include "value_priv.h"

#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/base/deadline.h"

#define ALNUM      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define NAME_CHARS ALNUM "._-"
#define WHOLE      512 /* two names and what joins them */

/* What libc takes for a copy may be none; the reader keeps that in mind. */
static char *copy(struct halb_reader *r, const char *text)
{
	char *made = strdup(text);

	if (!made)
		halb_reader_nomem(r);
	return made;
}

/* The text with the domain behind it, where that alone is lacking. */
static bool is_short_for(const char *text, const struct halb_name *domain,
			 char whole[WHOLE])
{
	char in[HALB_NAME_TEXT];
	struct halb_name name;

	if (!domain->len || strchr(text, '.'))
		return false;
	snprintf(whole, WHOLE, "%.255s.%.255s", text, halb_name_format(domain, in));
	return halb_hostname_parse(whole, &name, NULL) == HALB_OK;
}

struct halb_name halb_value_name(struct halb_reader *r, const char *key, const char *text,
				 const struct halb_name *domain)
{
	struct halb_error why = { 0 };
	struct halb_name name = { 0 };
	char hint[sizeof why.text], whole[WHOLE];

	if (text && halb_hostname_parse(text, &name, &why) == HALB_OK)
		return name;
	if (why.status == HALB_E_NOMEM)
		halb_reader_nomem(r);
	if (text && is_short_for(text, domain, whole))
		snprintf(hint, sizeof hint, "did you mean %.400s? Names are written whole", whole);
	else
		snprintf(hint, sizeof hint, "%s", why.text);
	halb_reader_refuse(r, key, text, text ? hint : NULL, "a host name with its domain");
	return name;
}

/* What an address is when it is no host's (RFC 6890, RFC 4291 2.4), or NULL. */
static const char *special_kind(const struct halb_addr *addr)
{
	static const struct {
		const char *net, *kind;
	} kinds[] = {
		{ "0.0.0.0/8", "an unspecified address" },
		{ "127.0.0.0/8", "a loopback address" },
		{ "169.254.0.0/16", "a link-local address" },
		{ "224.0.0.0/4", "a multicast address" },
		{ "240.0.0.0/4", "a reserved address" },
		{ "::/128", "an unspecified address" },
		{ "::1/128", "a loopback address" },
		{ "::/96", "an IPv4-compatible address" },
		{ "::ffff:0:0/96", "an IPv4-mapped address" },
		{ "ff00::/8", "a multicast address" },
		{ "fe80::/10", "a link-local address" },
	};
	struct halb_addr all;
	struct halb_subnet net;

	if (halb_addr_parse("255.255.255.255", &all) && halb_addr_equal(addr, &all))
		return "the broadcast address";
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (halb_subnet_parse(kinds[i].net, &net) && halb_subnet_contains(&net, addr))
			return kinds[i].kind;
	return NULL;
}

struct halb_addr halb_value_address(struct halb_reader *r, const char *key, const char *text)
{
	struct halb_addr addr = { 0 };
	const char *kind;

	if (!text || !halb_addr_parse(text, &addr)) {
		halb_reader_refuse(r, key, text,
				   text ? "for example 192.168.11.11 or fd00::11" : NULL,
				   "an IPv4 or IPv6 address");
		return addr;
	}
	kind = special_kind(&addr);
	if (kind)
		halb_reader_refuse(r, key, text, NULL,
				   "an address that a host can have (this is %s)", kind);
	return addr;
}

struct halb_subnet halb_value_subnet(struct halb_reader *r, const char *key, const char *text)
{
	struct halb_subnet net = { 0 };

	if (!text || !halb_subnet_parse(text, &net))
		halb_reader_refuse(r, key, text, "for example 192.168.11.0/24",
				   "a subnet and its prefix length, host bits zero");
	return net;
}

/* What a MAC is when it is no host's, or NULL. */
static const char *no_host(const struct halb_mac *mac)
{
	static const struct halb_mac zero;

	if (halb_mac_is_multicast(mac))
		return "multicast: the lowest bit of the first byte is set";
	return halb_mac_equal(mac, &zero) ? "none: all of it is zero" : NULL;
}

struct halb_mac halb_value_mac(struct halb_reader *r, const char *key, const char *text)
{
	char hint[96], alike[HALB_MAC_TEXT];
	struct halb_mac mac = { 0 }, local;
	const char *kind;

	if (!text || !halb_mac_parse(text, &mac)) {
		halb_reader_refuse(r, key, text, "for example 02:00:00:00:01:01",
				   "a MAC address, six pairs of hex digits");
		return mac;
	}
	kind = no_host(&mac);
	if (kind) {
		local = mac;
		local.bytes[0] = 0x02;
		snprintf(hint, sizeof hint, "a locally administered address serves: %s",
			 halb_mac_format(&local, alike));
		halb_reader_refuse(r, key, text, hint,
				   "the MAC address of one host (this one is %s)", kind);
	}
	return mac;
}

uint32_t halb_value_number(struct halb_reader *r, const char *key, const char *text, uint32_t min,
			   uint32_t max)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;
	unsigned long long v = digits ? strtoull(text, NULL, 10) : 0;

	/* YAML 1.1 reads 010 as eight: not to be guessed at. */
	if (!digits || digits > 10 || text[digits] || (digits > 1 && text[0] == '0') || v < min ||
	    v > max) {
		halb_reader_refuse(r, key, text, NULL, "a number from %u to %u", min, max);
		return 0;
	}
	return (uint32_t)v;
}

uint16_t halb_value_port(struct halb_reader *r, const char *key, const char *text)
{
	return (uint16_t)halb_value_number(r, key, text, 1, 65535);
}

/* "200ms", "5s", "1h": a unit that leaves no rest. */
static const char *format_duration(int32_t ms, char text[24])
{
	if (ms % 3600000 == 0)
		snprintf(text, 24, "%dh", ms / 3600000);
	else if (ms % 1000 == 0)
		snprintf(text, 24, "%ds", ms / 1000);
	else
		snprintf(text, 24, "%dms", ms);
	return text;
}

int32_t halb_value_duration(struct halb_reader *r, const char *key, const char *text, int32_t min,
			    int32_t max, int32_t otherwise)
{
	char from[24], to[24];
	int64_t ns = 0;

	if (!text)
		return otherwise;
	if (halb_duration_parse(text, &ns, NULL) != HALB_OK || ns % HALB_MSEC ||
	    ns < min * HALB_MSEC || ns > max * HALB_MSEC) {
		halb_reader_refuse(r, key, text, "a number and its unit: 250ms, 5s, 1m, 2h",
				   "a time from %s to %s, in whole milliseconds",
				   format_duration(min, from), format_duration(max, to));
		return otherwise;
	}
	return (int32_t)(ns / HALB_MSEC);
}

bool halb_value_bool(struct halb_reader *r, const char *key, const char *text)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };

	for (size_t i = 0; text && i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(text, words[i]) == 0)
			return i % 2;
	if (text)
		halb_reader_refuse(r, key, text, NULL, "yes or no");
	return false;
}

int halb_value_word(struct halb_reader *r, const char *key, const char *text,
		    const char *const *words, size_t n, int otherwise)
{
	char list[96] = "";
	size_t len = 0;

	if (!text)
		return otherwise;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0)
			return (int)i;
		len += (size_t)snprintf(list + len, sizeof list - len, "%s%s",
					i == 0       ? ""
					: i + 1 == n ? " or "
						     : ", ",
					words[i]);
	}
	halb_reader_refuse(r, key, text, NULL, "%s", list);
	return otherwise;
}

char *halb_value_label(struct halb_reader *r, const char *key, const char *text)
{
	size_t len = text ? strspn(text, NAME_CHARS) : 0;

	if (len && len <= 64 && !text[len])
		return copy(r, text);
	halb_reader_refuse(r, key, text, NULL,
			   "a name of 1 to 64 letters, digits, '.', '_' and '-'");
	return NULL;
}

char *halb_value_site(struct halb_reader *r, const char *key, const char *text)
{
	size_t len = text ? strspn(text, ALNUM "-_") : 0;

	if (!text || (len && len <= HALB_LABEL_MAX && !text[len]))
		return text ? copy(r, text) : NULL;
	halb_reader_refuse(r, key, text, "samba-tool sites list shows them",
			   "the name of an AD site: at most 63 letters, digits, '-' and '_'");
	return NULL;
}

/* The kernel allows nearly all (dev_valid_name); what follows can stand in a configuration file. */
char *halb_value_interface(struct halb_reader *r, const char *key, const char *text)
{
	if (*text && strlen(text) < IFNAMSIZ && strcmp(text, ".") != 0 && strcmp(text, "..") != 0 &&
	    !text[strspn(text, NAME_CHARS "@")])
		return copy(r, text);
	halb_reader_refuse(r, key, text, "ip link lists them; for example eth0",
			   "a network interface's name");
	return NULL;
}

/* An attribute's type, by name or as an OID, and the '=' behind it; NULL where there is none. */
static const char *skip_type(const char *at)
{
	size_t len;

	at += strspn(at, " ");
	len = isalpha((unsigned char)*at) ? strspn(at, ALNUM "-") : strspn(at, "0123456789.");
	at += len;
	return len && *at == '=' ? at + 1 : NULL;
}

/* A value up to an unescaped ',' or '+' or the end; NULL where it is empty or broken. */
static const char *skip_value(const char *at)
{
	const char *start = at += strspn(at, " ");

	for (; *at && *at != ',' && *at != '+'; at++) {
		if ((unsigned char)*at < 0x20 || strchr("\"<>;", *at))
			return NULL;
		if (*at == '\\' && !*++at)
			return NULL;
	}
	return at > start ? at : NULL;
}

/* RFC 4514 3, as far as a slip of the pen shows: the directory has the last word. */
static bool is_dn(const char *text)
{
	const char *at = text;

	while ((at = skip_type(at)) && (at = skip_value(at)))
		if (!*at++)
			return true;
	return false;
}

char *halb_value_dn(struct halb_reader *r, const char *key, const char *text)
{
	if (text && is_dn(text))
		return copy(r, text);
	halb_reader_refuse(r, key, text,
			   "for example CN=config,OU=DHCP,DC=lime,DC=lan, or take the backend none",
			   "the DN of the dhcpService entry, attribute=value,...");
	return NULL;
}

char *halb_value_server(struct halb_reader *r, const char *key, const char *text,
			const struct halb_name *domain)
{
	struct halb_addr addr;

	if (!halb_addr_parse(text, &addr))
		halb_value_name(r, key, text, domain);
	return copy(r, text);
}

char *halb_value_path(struct halb_reader *r, const char *key, const char *text, const char *hint)
{
	bool ok = text && text[0] == '/';

	for (const char *at = text; ok && *at; at++)
		ok = *at > ' ' && *at < 0x7f;
	if (text && !ok)
		halb_reader_refuse(r, key, text, hint,
				   "a path that begins with '/', without spaces");
	return halb_value_text(r, key, text);
}

char *halb_value_text(struct halb_reader *r, const char *key, const char *text)
{
	if (!text)
		return NULL;
	if (!*text)
		halb_reader_refuse(r, key, text, "take the key away where it is not needed",
				   "a text");
	return copy(r, text);
}
