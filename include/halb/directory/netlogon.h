/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LDAP ping ([MS-ADTS] 6.3.3, 6.3.5): one datagram, without login, to which a DC answers what
 * it is and in which site it takes the asker to be.
 */
#ifndef HALB_DIRECTORY_NETLOGON_H
#define HALB_DIRECTORY_NETLOGON_H

#include "halb/base/buf.h"
#include "halb/dns/name.h"

struct halb_netlogon {
	bool writable;                        /* no read-only DC */
	char client_site[HALB_LABEL_MAX + 1]; /* "": the asker's address is in no site's subnet */
};

/* The question, for UDP port 389 of a DC of the domain. HALB_E_NOMEM. */
enum halb_status halb_netlogon_ask(const struct halb_name *domain, struct halb_buf *out,
				   struct halb_error *err) HALB_CHECKED;

/* Reads an answer, from whoever it is. HALB_E_MALFORMED. */
enum halb_status halb_netlogon_take(const uint8_t *bytes, size_t len, struct halb_netlogon *out,
				    struct halb_error *err) HALB_CHECKED;

#endif
