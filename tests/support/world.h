/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The domain lime.lan in a directory in memory and a site that wants something there: read, planned
 * and applied as the program does it. What cannot go wrong in a test fails it.
 */
#ifndef HALB_SUPPORT_WORLD_H
#define HALB_SUPPORT_WORLD_H

#include "halb/apply/apply.h"
#include "halb/apply/undo.h"
#include "memdir.h"

#define DOMAIN_ZONES "CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan"
#define FOREST_ZONES "CN=MicrosoftDNS,DC=ForestDnsZones,DC=lime,DC=lan"
#define SYSTEM_ZONES "CN=MicrosoftDNS,CN=System,DC=lime,DC=lan"
#define LIME	     "DC=lime.lan," DOMAIN_ZONES
#define REVERSE	     "DC=11.168.192.in-addr.arpa," DOMAIN_ZONES
#define SERVICE	     "CN=config,OU=DHCP,DC=lime,DC=lan"
#define SUBNET	     "CN=192.168.11.0," SERVICE

#define APEX	     "DC=k8s1," LIME
#define ALIAS	     "DC=kube," LIME
#define PTR	     "DC=11," REVERSE
#define HOST	     "CN=k8s1," SERVICE
#define MARK	     "halb-dns lime.lan/k8s1"

#define WORLD_SERIAL 41
#define WORLD_NOW    1700000000

struct world {
	struct memdir dir;
	struct halb_site site;
	struct halb_plan_options options;
	struct halb_zones zones;
	struct halb_nodes nodes;
	struct halb_dhcp_config dhcp;
	struct halb_plan plan;
	char journal_path[64];
	struct halb_journal journal; /* in a directory of the world's own */
	struct halb_run_head head;   /* of the runs to come; command and checksum are set */
	const struct halb_failover *over; /* of the runs to come; NULL: no other DC */
	struct halb_applied applied; /* by the last run */
	struct halb_buf audited;     /* the audit's lines */
	char *remembered;            /* owned; a dump of the directory */
};

/*
 * The zone lime.lan with its SOA, a DHCP service with one subnet and a range, and the balancer k8s1
 * with one alias. No reverse zone.
 */
void world_init(struct world *w);
void world_clear(struct world *w);

void world_zone(struct world *w, const char *name, const char *container);
void world_reverse(struct world *w); /* the zone REVERSE */

/* Another balancer; it has no alias. */
struct halb_balancer *world_balancer(struct world *w, const char *name, const char *vip,
				     const char *mac, const char *apex);
void world_set_alias(struct halb_balancer *b, const char *alias); /* NULL: none */

/* A node with one record, put there by somebody; `mark` may be NULL. */
void world_node(struct world *w, const char *dn, const struct halb_record *rec, const char *mark);
void world_tombstone(struct world *w, const char *dn, const char *mark);
/* A dhcpHost; each text may be NULL. */
void world_host(struct world *w, const char *dn, const char *hardware, const char *address,
		const char *mark);

/* Reads the directory again and plans; an older plan is cleared. */
void world_read(struct world *w);
void world_register(struct world *w);
void world_unregister(struct world *w);

/* Applies the plan that was made last. */
enum halb_status world_apply(struct world *w, size_t *applied, struct halb_error *err);
/* Settles what died, as every run does before it plans. */
void world_settle_dead(struct world *w);
/*
 * The way back from the run of that id, or with NULL from the newest that stands: planned, and
 * applied unless the plan is blocked, whose verdict is the result then.
 */
enum halb_status world_undo(struct world *w, const char *id, struct halb_error *err);
/* What the journal says, for halb_runs_clear(). */
struct halb_runs world_history(struct world *w);

/* The directory must be later as it is now, or the test fails. */
void world_remember(struct world *w);
void world_expect_as_remembered(const struct world *w);

/* Register, and all of it must get through. */
void world_settle(struct world *w);

/* The plan's one change of that type and name, or NULL; two of them fail the test. */
const struct halb_change *world_change(const struct world *w, const char *type, const char *name);
const struct halb_finding *world_finding(const struct world *w, enum halb_code code);

/* Records with that data and TTL; static, rank zone, serial 7. */
struct halb_record rec_address(const char *address, uint32_t ttl);
struct halb_record rec_name(uint16_t type, const char *name, uint32_t ttl);
struct halb_record rec_mx(void);
struct halb_record rec_txt(void);
struct halb_name name_of(const char *text);

#endif
