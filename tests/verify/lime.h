/* SPDX-License-Identifier: Apache-2.0 */
/* A site of one balancer, k8s1 and its alias kube, with DCs and a resolver that have it right. */
#ifndef HALB_TEST_LIME_H
#define HALB_TEST_LIME_H

#include "dc.h"
#include "halb/base/deadline.h"
#include "halb/verify/verify.h"

#define LONG_ENOUGH (120 * HALB_SEC)  /* never reached by what works */
#define SHORT       (150 * HALB_MSEC) /* always reached, nothing that works depends on it */
#define PATIENT     (2 * HALB_SEC)    /* reached by what is silent, never by what works */

#define K8S1    "k8s1.lime.lan"
#define KUBE    "kube.lime.lan"
#define REVERSE "11.11.168.192.in-addr.arpa"
#define VIP     "192.168.11.11"

/* Rows of a server's table. */
enum { ROW_APEX, ROW_ALIAS, ROW_PTR, N_ROWS };

struct lime {
	struct halb_site site;
	struct halb_balancer balancer;
	struct halb_name alias;
	struct halb_probe_spec probe;
	struct halb_dc dc_items[DCS_MOST];
	struct halb_dc_list dcs;
	struct halb_verify_options options;
	struct dc servers[DCS_MOST]; /* dcs.n, then the resolver */
	struct canned tables[DCS_MOST][N_ROWS];
	struct halb_verification seen;
};

/* `n_dcs` DCs and the resolver, bound and filled but not started; one look, no probe, no PTR. */
void lime_init(struct lime *lime, size_t n_dcs);

/* Starts the servers and verifies. */
void lime_verify(struct lime *lime);
void lime_clear(struct lime *lime);

struct halb_name parsed(const char *name);

/* The one finding at that server (NULL: at none), or NULL; several fail the test. */
const struct halb_finding *finding_at(const struct lime *lime, const char *server);

/* Asserts that the one finding of all is at the server, and how what it saw begins. */
void expect_finding(const struct lime *lime, const char *server, enum halb_code code,
		    enum halb_severity severity, const char *actual);

#endif
