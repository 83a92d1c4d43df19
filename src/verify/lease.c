/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP offers to findings. */
#include "halb/verify/lease.h"

#include <stdio.h>
#include <stdlib.h>

#define NAMED_MOST 400

/* The balancer, and how it is named in a finding. */
struct lease {
	const struct halb_balancer *balancer;
	char mac[HALB_MAC_TEXT], vip[HALB_ADDR_TEXT], expected[96];
	struct halb_findings *findings;
	struct halb_error *err;
};

static enum halb_status add(const struct lease *lease, enum halb_code code,
			    enum halb_severity severity, const char *server, const char *actual,
			    const char *hint)
{
	return halb_findings_add(lease->findings,
				 &(struct halb_finding){
					 .code = code,
					 .severity = severity,
					 .balancer = lease->balancer->name,
					 .object = (char *)(uintptr_t)lease->mac,
					 .server = (char *)(uintptr_t)server,
					 .expected = (char *)(uintptr_t)lease->expected,
					 .actual = (char *)(uintptr_t)actual,
					 .hint = (char *)(uintptr_t)hint },
				 lease->err);
}

static enum halb_status judge_denied(const struct lease *lease)
{
	return add(lease, HALB_CODE_PERMISSION_DENIED, HALB_SEV_UNKNOWN, NULL,
		   "this process may send no DHCPDISCOVER",
		   "run it as root, or setcap cap_net_raw+ep on halb-dns, or in its systemd unit "
		   "AmbientCapabilities=CAP_NET_RAW; without --lease it is not needed");
}

static enum halb_status judge_unasked(const struct lease *lease,
				      const struct halb_offers *offers)
{
	char hint[NAMED_MOST];

	snprintf(hint, sizeof hint, "run it on a host of the vIP's network: ip route get %s has to "
				    "say 'dev' and no 'via'", lease->vip);
	return add(lease, HALB_CODE_RESERVATION_MISSING, HALB_SEV_UNKNOWN, NULL,
		   offers->state == HALB_OFFER_UNSENT
			   ? "the interface to the vIP's network takes no DHCPDISCOVER"
			   : "not asked: this host is not on the vIP's network",
		   hint);
}

static enum halb_status judge_silence(const struct lease *lease)
{
	char hint[NAMED_MOST];

	snprintf(hint, sizeof hint, "is the DHCP server up (systemctl status isc-dhcp-server), and does "
				    "it serve this VLAN, itself or through a relay? It logs "
				    "'DHCPDISCOVER from %s' when the question arrives", lease->mac);
	return add(lease, HALB_CODE_RESERVATION_MISSING, HALB_SEV_UNKNOWN, NULL,
		   "no DHCP server made an offer", hint);
}

static enum halb_status judge_offer(const struct lease *lease, const struct halb_offer *offer)
{
	char server[HALB_ADDR_TEXT], address[HALB_ADDR_TEXT], actual[96], hint[NAMED_MOST];

	if (halb_addr_equal(&offer->address, &lease->balancer->vip))
		return HALB_OK;
	halb_addr_format(&offer->server, server);
	snprintf(actual, sizeof actual, "an offer of %s",
		 halb_addr_format(&offer->address, address));
	snprintf(hint, sizeof hint, "the DHCP server at %s has no reservation for it, or another one: "
				    "'halb-dns plan' shows what the directory holds; is it a second "
				    "DHCP server on this network?", server);
	return add(lease, HALB_CODE_RESERVATION_DIFFERS, HALB_SEV_CRITICAL, server, actual, hint);
}

enum halb_status halb_lease_judge(const struct halb_balancer *balancer,
				  const struct halb_offers *offers,
				  struct halb_findings *findings, struct halb_error *err)
{
	struct lease lease = { .balancer = balancer, .findings = findings, .err = err };
	enum halb_status st = HALB_OK;

	halb_mac_format(&balancer->mac, lease.mac);
	snprintf(lease.expected, sizeof lease.expected, "an offer of %s",
		 halb_addr_format(&balancer->vip, lease.vip));
	switch (offers->state) {
	case HALB_OFFER_DENIED:
		return judge_denied(&lease);
	case HALB_OFFER_NOT_ON_LINK:
	case HALB_OFFER_UNSENT:
		return judge_unasked(&lease, offers);
	case HALB_OFFER_ASKED:
		break;
	}
	if (!offers->n)
		return judge_silence(&lease);
	for (size_t i = 0; st == HALB_OK && i < offers->n; i++)
		st = judge_offer(&lease, &offers->items[i]);
	return st;
}

static bool has_lease(const struct halb_balancer *balancer)
{
	return balancer->has_mac && balancer->vip.len == 4;
}

static enum halb_status look(const struct halb_site *site, struct halb_offer_query *queries,
			     struct halb_offers *offers, int64_t deadline,
			     struct halb_findings *findings, struct halb_error *err)
{
	size_t n = 0;
	enum halb_status st;

	for (size_t i = 0; i < site->n_balancers; i++)
		if (has_lease(&site->balancers[i]))
			queries[n++] = (struct halb_offer_query){ site->balancers[i].mac,
								  site->balancers[i].vip };
	st = halb_offers_collect(queries, n, deadline, offers, err);
	n = 0;
	for (size_t i = 0; st == HALB_OK && i < site->n_balancers; i++) {
		if (!has_lease(&site->balancers[i]))
			continue;
		st = halb_lease_judge(&site->balancers[i], &offers[n], findings, err);
		if (offers[n++].state == HALB_OFFER_DENIED)
			break; /* said once: it is the same for all */
	}
	return st;
}

enum halb_status halb_leases_look(const struct halb_site *site, int64_t deadline,
				  struct halb_findings *findings, struct halb_error *err)
{
	struct halb_offer_query *queries = calloc(site->n_balancers + 1, sizeof *queries);
	struct halb_offers *offers = calloc(site->n_balancers + 1, sizeof *offers);
	enum halb_status st = queries && offers
				      ? look(site, queries, offers, deadline, findings, err)
				      : halb_fail_nomem(err);

	free(queries);
	free(offers);
	return st;
}
