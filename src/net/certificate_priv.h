/* SPDX-License-Identifier: Apache-2.0 */
/* What a server's certificate says of itself (RFC 5280), whoever signed it. */
#ifndef HALB_NET_CERTIFICATE_PRIV_H
#define HALB_NET_CERTIFICATE_PRIV_H

#include "halb/net/probe.h"

/* Reads one certificate in PEM; `seen` is false in what comes of one that makes no sense. */
struct halb_certificate halb_certificate_read(const char *pem,
					      const struct halb_probe_target *target);

#endif
