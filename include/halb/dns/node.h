/* SPDX-License-Identifier: Apache-2.0 */
/* Zones and nodes as a directory stores them ([MS-DNSP] 2.3): values, read by directory/. */
#ifndef HALB_DNS_NODE_H
#define HALB_DNS_NODE_H

#include "halb/dns/record.h"

enum halb_partition { HALB_PART_DOMAIN, HALB_PART_FOREST, HALB_PART_SYSTEM };

struct halb_zone {
	struct halb_name name;
	char *dn; /* owned */
	enum halb_partition partition;
	bool elsewhere; /* a stub or a conditional forwarder: others answer for what lies in it */
	bool has_soa;
	uint32_t serial; /* of the SOA at "@" */
};

struct halb_zones {
	struct halb_zone *items; /* owned; sorted by name, then partition */
	size_t n;
};

/* One value of a node's dnsRecord attribute: what it says, and the bytes as they stand there. */
struct halb_node_value {
	struct halb_record rec; /* cleared where `malformed` */
	bool malformed;
	uint8_t *bytes; /* owned */
	size_t len;
};

struct halb_node {
	struct halb_name name;
	const struct halb_zone *zone; /* belongs to the zones */
	char *dn;                     /* owned; also where the node does not exist */
	bool exists;
	bool tombstoned;
	bool has_flag; /* dNSTombstoned is there, TRUE or FALSE */
	char *mark; /* adminDescription: whose it is; owned; NULL where there is none */
	struct halb_node_value *values; /* owned */
	size_t n_values;
};

/* An object that has a name and is not its node. */
enum halb_stray_kind {
	HALB_STRAY_CONFLICT, /* replication's loser where two DCs were given the name at once */
	HALB_STRAY_HIDDEN,   /* in a zone that another one hides: no DNS server answers with it */
};

struct halb_stray {
	enum halb_stray_kind kind;
	struct halb_name name;
	const struct halb_zone *zone; /* belongs to the zones */
	char *dn;                     /* owned */
};

struct halb_nodes {
	struct halb_node *items; /* owned; sorted by name */
	size_t n, room;
	struct halb_stray *strays; /* owned; in no order */
	size_t n_strays;
};

void halb_zones_clear(struct halb_zones *zones);
void halb_node_clear(struct halb_node *node);
void halb_nodes_clear(struct halb_nodes *nodes);

/* Whether it is a tombstone, by its flag or by all that it holds. */
bool halb_node_is_dead(const struct halb_node *node);

/*
 * The zone that a name belongs to: the longest one that holds it, NULL where there is none.
 * `ambiguous`, if not NULL, is set where another partition has a zone of the same name.
 */
const struct halb_zone *halb_zones_find(const struct halb_zones *zones,
					const struct halb_name *name,
					const struct halb_zone **ambiguous);

/*
 * The name of an IPv4 address's PTR record in a classless zone (RFC 2317): below the zone of its
 * /24 one for a block of it, "0/25", "64-26" or "0-127". No name where there is no such zone.
 */
struct halb_name halb_zones_classless(const struct halb_zones *zones, const struct halb_addr *addr);

/* The node of that name, NULL where it was not read. */
const struct halb_node *halb_nodes_find(const struct halb_nodes *nodes,
					const struct halb_name *name);

#endif
