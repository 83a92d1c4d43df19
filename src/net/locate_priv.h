/* SPDX-License-Identifier: Apache-2.0 */
/* The locator's parts that tests ask for on their own. */
#ifndef HALB_NET_LOCATE_PRIV_H
#define HALB_NET_LOCATE_PRIV_H

#include "halb/net/locate.h"

/* halb_locate_dcs() through the name server at `resolver` and `port`; NULL: the system's. */
enum halb_status halb_locate_dcs_through(const struct halb_addr *resolver, uint16_t port,
					 const struct halb_name *domain, char *const *servers,
					 size_t n_servers, int64_t deadline,
					 struct halb_dc_list *out, struct halb_error *err)
	HALB_CHECKED;

/* halb_locate_site() and halb_locate_dns(), likewise. */
enum halb_status halb_locate_site_through(const struct halb_addr *resolver, uint16_t port,
					  const struct halb_name *domain, const char *site,
					  const struct halb_dc_list *known, int64_t deadline,
					  struct halb_dc_list *out, struct halb_error *err)
	HALB_CHECKED;

enum halb_status halb_locate_dns_through(const struct halb_addr *resolver, uint16_t port,
					 const struct halb_name *zone, int64_t deadline,
					 struct halb_dc_list *out, struct halb_error *err)
	HALB_CHECKED;

/* RFC 2782: the lowest priority first, within one by weight, drawn from `key` and the names. */
void halb_dc_list_order(struct halb_dc_list *list, const char *key);

#endif
