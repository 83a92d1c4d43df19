/* SPDX-License-Identifier: Apache-2.0 */
/* What the makers of a plan share. */
#ifndef HALB_PLAN_PLAN_PRIV_H
#define HALB_PLAN_PLAN_PRIV_H

#include "halb/plan/plan.h"

/* A record that the site wants. */
struct wanted {
	const struct halb_balancer *balancer;
	const char *mark;
	struct halb_name name;
	uint16_t type;
	struct halb_record data; /* type, data, TTL; holds no memory */
};

/* What there is about a balancer's address, MAC and name; found by all three, never by one. */
struct matches {
	const struct halb_reservation *ours; /* the one that is kept or changed */
	const struct halb_reservation *rival;
	const struct halb_reservation *lost; /* what replication left of one of their names */
};

/* The state of making one plan. */
struct maker {
	const struct halb_site *site;
	const struct halb_present *present;
	const struct halb_plan_options *options;
	struct halb_marks marks;
	size_t *by_mark; /* the balancers' numbers in the order of their marks */
	struct halb_plan plan;
	bool *seen; /* for each present node: a wanted record lives there */
	struct matches *matches; /* for each balancer; NULL without a DHCP backend */
};

/* desired.c: the records that a balancer wants, one of them maybe a PTR (halb_plan_wants_ptr). */
size_t halb_desired_count(const struct halb_balancer *balancer);
void halb_desired_record(const struct halb_site *site, const struct halb_present *present,
			 const char *mark, size_t balancer, size_t k, struct wanted *out);

/* "*.sub.lime.lan"; no name where that would be too long. */
struct halb_name halb_desired_wildcard(const struct halb_name *parent);

/*
 * around.c: what makes a wanted record pointless or ambiguous though its node is as it should be;
 * `blocked` where the plan must not be applied for it.
 */
enum halb_status halb_plan_around(struct maker *maker, const struct wanted *wanted,
				  const struct halb_node *node, bool *blocked,
				  struct halb_error *err) HALB_CHECKED;

/* Says of an alias that its apex is blocked: it would lead nowhere, or to somebody else. */
enum halb_status halb_plan_dangling(struct maker *maker, const struct wanted *wanted,
				    struct halb_error *err) HALB_CHECKED;

/* records.c, reservations.c */
enum halb_status halb_plan_record(struct maker *maker, const struct wanted *wanted,
				  struct halb_error *err) HALB_CHECKED;
enum halb_status halb_plan_node_removal(struct maker *maker, const struct halb_node *node,
					size_t balancer, struct halb_error *err) HALB_CHECKED;
enum halb_status halb_plan_match_reservations(struct maker *maker, struct halb_error *err)
	HALB_CHECKED;
enum halb_status halb_plan_reservation(struct maker *maker, size_t balancer,
				       struct halb_error *err) HALB_CHECKED;
enum halb_status halb_plan_reservation_removal(struct maker *maker,
					       const struct halb_reservation *res, size_t balancer,
					       struct halb_error *err) HALB_CHECKED;

/* guard.c: the second gate. Sets the plan's verdict where it must not be applied. */
enum halb_status halb_guard(struct maker *maker, bool removing_all, struct halb_error *err)
	HALB_CHECKED;

/* A finding that forbids applying the plan: the first such status is the verdict. */
enum halb_status halb_plan_block(struct maker *maker, enum halb_status verdict,
				 const struct halb_finding *finding, struct halb_error *err)
	HALB_CHECKED;

/* The hint of what stands in a wanted record's way, with the way around it: a PTR can be left out. */
#define HALB_PLAN_HINT 1400
char *halb_plan_hint(const struct wanted *wanted, const char *hint, char out[HALB_PLAN_HINT]);

/* The number of the balancer whose mark that is, or the number of balancers. */
size_t halb_plan_owner(const struct maker *maker, const char *mark);

#endif
