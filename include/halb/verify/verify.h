/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resolver loop: asks every DC directly, and the system's resolver as a client would, until
 * all names of a site answer right or time runs out; whether the vIPs answer, who has them, and
 * whether each host of the stack would. Never writes.
 */
#ifndef HALB_VERIFY_VERIFY_H
#define HALB_VERIFY_VERIFY_H

#include "halb/base/finding.h"
#include "halb/config/site.h"
#include "halb/dns/wire.h"
#include "halb/net/locate.h"
#include "halb/net/probe.h"

enum halb_seen { HALB_SEEN_UNKNOWN, HALB_SEEN_NO, HALB_SEEN_YES };

/* One DC. What was not looked at is unknown. */
struct halb_server_state {
	char name[256];
	struct halb_addr address;
	enum halb_seen ldap_reachable, ldap_written;
	enum halb_seen dns_reachable;
	enum halb_seen authoritative; /* for every name */
	enum halb_seen resolving;     /* every name right */
	size_t names_right;
	bool has_serial;
	uint32_t serial; /* of the domain's zone */
	int64_t took;    /* ns, the slowest of the last answers; 0 without one */
	char text[200];  /* what is wrong, in words: "kube.lime.lan: NXDOMAIN"; "" when all is well */
};

/* What the system's resolver says of a name. */
struct halb_name_state {
	struct halb_name name;
	bool right;
	struct halb_name *chain; /* owned; the name and the CNAMEs' targets, in order */
	size_t n_chain;
	struct halb_addr *addresses; /* owned */
	size_t n_addresses;
	int64_t took; /* ns */
	char text[200];
};

/* A stack host's own address on a vIP's port: what clients would meet after a failover to it. */
struct halb_host_state {
	const struct halb_stack_host *host; /* belongs to the site */
	struct halb_probe_result result;
	bool right;
};

/* Who has a vIP, as far as it is seen from here. */
struct halb_holder {
	const struct halb_stack_host *host; /* NULL: none of the stack's, or it cannot be told */
	bool told;    /* by its HAProxy, behind a router, where there is no MAC to see */
	bool has_mac;
	struct halb_mac mac;
	enum halb_seen sole; /* nobody else answers ARP for it; unknown: could not be asked */
};

/* One probed port of a vIP. */
struct halb_vip_state {
	const struct halb_balancer *balancer; /* belongs to the site */
	const struct halb_probe_spec *spec;
	struct halb_probe_result result;
	bool right;
	struct halb_holder holder;           /* the same for all ports */
	const struct halb_host_state *hosts; /* each of the stack's; belong to the verification */
	size_t n_hosts;
};

struct halb_verification {
	struct halb_server_state *servers; /* owned, like the others */
	size_t n_servers;
	struct halb_name_state *names; /* apexes and aliases, in the site's order */
	size_t n_names;
	struct halb_vip_state *vips;
	size_t n_vips;
	struct halb_host_state *hosts; /* the vIPs' */
	struct halb_findings findings;
	bool surveyed; /* the DCs' directories were looked at too: their LDAP states mean something */
	int64_t took;  /* ns until all held, or until it gave up */
};

struct halb_verify_options {
	int64_t wait;          /* ns; 0: one look */
	int64_t query_timeout; /* ns for one question or probe */
	int64_t limit; /* ns for all of it, whatever is under way then; 0: as `wait` says */
	bool skip_system;      /* do not ask the system's resolver */
	/* Where the system's resolver is, for tests; len 0: /etc/resolv.conf, port 53 */
	struct halb_addr system_server;
	uint16_t port; /* of the DNS servers; 0: 53 */
	/*
	 * Called when what is being waited for has changed, and once a second; may be NULL. False
	 * ends the wait: what is right by then is right, the rest is not.
	 */
	bool (*progress)(void *arg, const char *text, int64_t waited);
	void *arg;
};

/*
 * Looks until all holds or `wait` is over. HALB_OK whatever was seen: the findings' worst severity
 * is the verdict. HALB_E_… only where looking itself failed (no memory, no epoll).
 */
enum halb_status halb_verify_run(const struct halb_site *site, const struct halb_dc_list *servers,
				 const struct halb_verify_options *options,
				 struct halb_verification *out, struct halb_error *err)
	HALB_CHECKED;

void halb_verification_clear(struct halb_verification *verification);

#endif
