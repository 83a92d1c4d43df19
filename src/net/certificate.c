/* SPDX-License-Identifier: Apache-2.0 */
/* The only user of GnuTLS: reads certificates, and errors that curl hands on as text. */
#include "certificate_priv.h"

#include <gnutls/x509.h>
#include <string.h>

/* What can stand in a DNS name or an address; anything else is no name that a client asks for. */
static bool is_plain(const char *name, size_t len)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.-_*:";

	return len && strspn(name, plain) == len;
}

/* Whole names only: what has no room left is left out. */
static void add_name(struct halb_certificate *certificate, const char *name)
{
	size_t used = strlen(certificate->names), len = strlen(name);

	if (!is_plain(name, len) || used + len + 2 > sizeof certificate->names)
		return;
	if (used)
		certificate->names[used++] = ' ';
	memcpy(certificate->names + used, name, len + 1);
}

static void read_name(gnutls_x509_crt_t crt, unsigned i, int *type, struct halb_certificate *out)
{
	struct halb_addr addr = { 0 };
	char value[256] = "", text[HALB_ADDR_TEXT];
	size_t len = sizeof value - 1;

	*type = gnutls_x509_crt_get_subject_alt_name(crt, i, value, &len, NULL);
	if (*type == GNUTLS_SAN_DNSNAME) {
		add_name(out, value);
	} else if (*type == GNUTLS_SAN_IPADDRESS && (len == 4 || len == 16)) {
		addr.len = (uint8_t)len;
		memcpy(addr.bytes, value, len);
		add_name(out, halb_addr_format(&addr, text));
	}
}

static void read_names(gnutls_x509_crt_t crt, struct halb_certificate *out)
{
	int type = 0;

	for (unsigned i = 0; type != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE && i < 1000; i++)
		read_name(crt, i, &type, out);
}

static bool fits_any(gnutls_x509_crt_t crt, const struct halb_probe_target *target)
{
	for (size_t i = 0; i < target->n_names; i++)
		if (gnutls_x509_crt_check_hostname(crt, target->names[i]))
			return true;
	return gnutls_x509_crt_check_hostname(crt, target->host);
}

struct halb_certificate halb_certificate_read(const char *pem,
					      const struct halb_probe_target *target)
{
	const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem) };
	struct halb_certificate out = { 0 };
	gnutls_x509_crt_t crt;

	if (gnutls_x509_crt_init(&crt) < 0)
		return out;
	if (gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_PEM) >= 0) {
		out.seen = true;
		out.begins = gnutls_x509_crt_get_activation_time(crt);
		out.ends = gnutls_x509_crt_get_expiration_time(crt);
		out.fits = fits_any(crt, target);
		read_names(crt, &out);
	}
	gnutls_x509_crt_deinit(crt);
	return out;
}

bool halb_tls_lacks_bytes(const char *text)
{
	return strstr(text, gnutls_strerror(GNUTLS_E_PREMATURE_TERMINATION)) ||
	       strstr(text, gnutls_strerror(GNUTLS_E_UNEXPECTED_PACKET_LENGTH));
}
