/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would have to change in a directory so that it is as a site wants it. Pure: values in,
 * values out, no I/O, no clock.
 */
#ifndef HALB_PLAN_PLAN_H
#define HALB_PLAN_PLAN_H

#include "halb/base/finding.h"
#include "halb/base/sight.h"
#include "halb/config/site.h"
#include "halb/dhcp/reservation.h"
#include "halb/dns/node.h"

enum halb_action {
	HALB_ACTION_ADD,
	HALB_ACTION_REPLACE,
	HALB_ACTION_DELETE,
	HALB_ACTION_RESURRECT, /* a tombstoned node comes back */
	HALB_ACTION_ADOPT,     /* right already, and ours from now on */
	HALB_ACTION_RELEASE,   /* ours no more, and otherwise as it is: an adoption undone */
	HALB_ACTION_KEEP,      /* right and ours: nothing to do */
};

enum halb_subject { HALB_SUBJECT_RECORD, HALB_SUBJECT_RESERVATION };

/*
 * One object's change. The texts are for people and reports; what is written is made from the
 * node or reservation that stands there and from what is wanted.
 */
struct halb_change {
	enum halb_action action;
	enum halb_subject subject;
	const struct halb_balancer *balancer;
	char type[16];  /* "A", "CNAME", "PTR", "DHCP" */
	char *name;     /* owned, like the other texts */
	char *zone;     /* the zone, or the DHCP service */
	char *dn;
	char *before;   /* NULL: nothing stands there */
	char *after;    /* NULL: nothing shall stand there */
	uint32_t ttl_before, ttl; /* seconds; 0 for a reservation */
	char *mark; /* owned: the mark that the object shall have */

	/* A record: the node as it was read, which of its values go, and what comes. */
	const struct halb_node *node;
	bool *drop; /* owned; one for each of the node's values */
	bool has_record;
	struct halb_record record;

	/* A reservation; its texts point at this change's. */
	const struct halb_reservation *reservation;
	struct halb_reservation_wanted wanted;
	char *host_name; /* owned */
};

struct halb_plan {
	struct halb_change *changes; /* owned; in the site's order: A, CNAMEs, PTR, reservation */
	size_t n, room;
	struct halb_findings findings;
	/*
	 * HALB_OK, or why none of it may be applied: HALB_E_CONFLICT (something that is not ours),
	 * HALB_E_SITE (a zone or service that is not there), HALB_E_MALFORMED,
	 * HALB_E_UNREACHABLE (the schema is missing).
	 */
	enum halb_status verdict;
	char checksum[65]; /* SHA-256 over the changes, in hex */
};

struct halb_present {
	const struct halb_zones *zones;
	const struct halb_nodes *nodes;
	const struct halb_dhcp_config *dhcp; /* NULL: the site has no DHCP backend */
	/* Where the DHCP backend puts a reservation of that name: halb_dhcp_ops.locate */
	char *(*locate)(const char *service, const char *name);
	const char *server; /* the DC that it was read from, for the commands in hints */
};

struct halb_plan_options {
	bool adopt;   /* take over what is foreign and right */
	bool replace; /* take over what is foreign and wrong */
	bool force;   /* let more than half of what we own go, or a machine have the vIP already */
};

struct halb_names {
	struct halb_name *items; /* owned */
	size_t n;
};

/*
 * Every name that a plan for this site will look at, once each: the wanted ones, and those that
 * could answer in their place.
 */
enum halb_status halb_plan_names(const struct halb_site *site, const struct halb_zones *zones,
				 struct halb_names *out, struct halb_error *err) HALB_CHECKED;

/* Whether the balancer gets a PTR record: `auto` means where this directory holds its zone. */
bool halb_plan_wants_ptr(const struct halb_balancer *balancer, const struct halb_zones *zones);

struct halb_marks {
	char **items; /* owned, one for each balancer, in their order */
	size_t n;
};

/* What objects of each balancer are marked with: "halb-dns lime.lan/k8s1". */
enum halb_status halb_plan_marks(const struct halb_site *site, struct halb_marks *out,
				 struct halb_error *err) HALB_CHECKED;
void halb_marks_clear(struct halb_marks *marks);

/* The plan of `register`: all that is wanted, and away with what is ours and not wanted. */
enum halb_status halb_plan_register(const struct halb_site *site,
				    const struct halb_present *present,
				    const struct halb_plan_options *options,
				    struct halb_plan *out, struct halb_error *err) HALB_CHECKED;

/* The plan of `unregister`: away with all that is ours, nothing else. */
enum halb_status halb_plan_unregister(const struct halb_site *site,
				      const struct halb_present *present, struct halb_plan *out,
				      struct halb_error *err) HALB_CHECKED;

/*
 * A plan of one's own making, which `undo` does: a new change at its end, zeroed (NULL: out of
 * memory), and at last its checksum.
 */
struct halb_change *halb_plan_append(struct halb_plan *plan);
void halb_plan_seal(struct halb_plan *plan);

/* Whether the plan gives the balancer's vIP to a name or a MAC: then who has it now matters. */
bool halb_plan_gives_vip(const struct halb_plan *plan, const struct halb_balancer *balancer);

/*
 * Adds to a plan what is to be said of a vIP that answers before it is registered: the verdict is
 * HALB_E_CONFLICT where the machine is known to be none of the stack's hosts. `vips` has one sight
 * for each of the site's balancers, `hosts` one for each host of its stack; a zeroed one is
 * silence.
 */
enum halb_status halb_plan_check_holders(const struct halb_site *site,
					 const struct halb_sight *vips,
					 const struct halb_sight *hosts,
					 const struct halb_plan_options *options,
					 struct halb_plan *plan, struct halb_error *err)
	HALB_CHECKED;

/* The number of changes that write something. */
size_t halb_plan_writes(const struct halb_plan *plan);

const char *halb_action_name(enum halb_action action); /* "add", "replace", … */

/* The plan must not outlive the site, nodes and reservations it was made from. */
void halb_plan_clear(struct halb_plan *plan);

#endif
