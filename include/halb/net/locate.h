/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DC locator: which domain controllers a domain has ([MS-ADTS] 6.3.6), and which of them
 * answers first.
 */
#ifndef HALB_NET_LOCATE_H
#define HALB_NET_LOCATE_H

#include "halb/base/addr.h"
#include "halb/base/error.h"
#include "halb/dns/name.h"
#include "halb/net/loop.h"

struct halb_dc {
	char name[256];          /* host name; Kerberos needs it */
	struct halb_addr address; /* first one that was found; len 0: the name did not resolve */
	uint16_t priority, weight;
};

struct halb_dc_list {
	struct halb_dc *items; /* in the order to try them */
	size_t n;
};

void halb_dc_list_clear(struct halb_dc_list *list);

/* The DC of that name (without case), NULL where there is none; belongs to the list. */
struct halb_dc *halb_dc_list_find(const struct halb_dc_list *list, const char *name);

/* Those of `first` come first, in their order, whether `list` had them or not. HALB_E_NOMEM. */
enum halb_status halb_dc_list_prefer(struct halb_dc_list *list, const struct halb_dc_list *first,
				     struct halb_error *err) HALB_CHECKED;

/*
 * By SRV _ldap._tcp.dc._msdcs.<domain> through the system's resolver, priorities and weights
 * honoured (RFC 2782) but drawn by hash: two DCs that are written at once both accept what only one
 * of them can keep, so every run for a domain has the same order. Or `servers` where some are given
 * (names or addresses, in that order; an address's name is found by its PTR record). All look-ups
 * run in parallel.
 * HALB_E_UNREACHABLE where the resolver does not answer or names no DC.
 */
enum halb_status halb_locate_dcs(const struct halb_name *domain, char *const *servers,
				 size_t n_servers, int64_t deadline, struct halb_dc_list *out,
				 struct halb_error *err) HALB_CHECKED;

/*
 * The DCs that serve a site, by SRV _ldap._tcp.<site>._sites.dc._msdcs.<domain>, in the order that
 * they have in the domain's list. What `known` has an address for is not looked up. A read-only DC
 * has records for its site alone, so what is not in the domain's list may be one. Errors as above.
 */
enum halb_status halb_locate_site(const struct halb_name *domain, const char *site,
				  const struct halb_dc_list *known, int64_t deadline,
				  struct halb_dc_list *out, struct halb_error *err) HALB_CHECKED;

/*
 * The servers that a zone's NS records name: those that clients are sent to, whichever of the DCs
 * they are. Through the system's resolver; errors as above.
 */
enum halb_status halb_locate_dns(const struct halb_name *zone, int64_t deadline,
				 struct halb_dc_list *out, struct halb_error *err) HALB_CHECKED;

/*
 * Connects to `port` of the DCs in their order, each started 100 ms after the one before (at once
 * where that one failed), and gives the first that answers as index and connected blocking socket,
 * which is the caller's. A dead DC so costs 100 ms. HALB_E_UNREACHABLE with each one's reason.
 */
enum halb_status halb_locate_connect(const struct halb_dc_list *list, uint16_t port,
				     int64_t deadline, size_t *index, int *fd,
				     struct halb_error *err) HALB_CHECKED;

#endif
