/* SPDX-License-Identifier: Apache-2.0 */
/* What a server's certificate says of itself (RFC 5280), whoever signed it; GnuTLS' words. */
#ifndef HALB_NET_CERTIFICATE_PRIV_H
#define HALB_NET_CERTIFICATE_PRIV_H

#include "halb/net/probe.h"

/* Reads one certificate in PEM; `seen` is false in what comes of one that makes no sense. */
struct halb_certificate halb_certificate_read(const char *pem,
					      const struct halb_probe_target *target);

/* Whether an error text has GnuTLS' words for a peer that ended before it had said all. A record that
 * makes no sense has one of them, too. */
bool halb_tls_lacks_bytes(const char *text);

#endif
