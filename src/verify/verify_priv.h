/* SPDX-License-Identifier: Apache-2.0 */
/* One run: who is asked, how often, and what they have said so far. */
#ifndef HALB_VERIFY_VERIFY_PRIV_H
#define HALB_VERIFY_VERIFY_PRIV_H

#include "halb/net/identity.h"
#include "halb/net/neighbour.h"
#include "halb/net/resolver.h"
#include "halb/verify/verify.h"
#include "question_priv.h"

struct run;

/* How a round asks; the items belong to the asker. */
struct round_ops {
	/* Whether item `i` still has to be asked. */
	bool (*open)(const void *asker, size_t i);
	/* Asks item `i`, which ends in exactly one halb_round_answered(), perhaps at once. */
	void (*ask)(void *asker, size_t i);
	/* A round begins; may be NULL. */
	void (*begin)(void *asker);
};

/* Items asked in parallel, again and again, until none is open or the run's time is over. */
struct round {
	struct run *run;
	const struct round_ops *ops;
	void *asker;
	size_t n;    /* items */
	size_t most; /* asked at a time */
	bool aside;  /* asked once, and again only while others are: it keeps nobody waiting */
	size_t next; /* to be asked in this round */
	size_t in_flight;
	bool starting;
	int64_t pause; /* ns, until the next round */
};

struct asked {
	struct source *source;
	struct look look;
};

/* A DC, or the system's resolver. */
struct source {
	struct run *run;
	const struct halb_dc *dc; /* NULL: the system's resolver */
	const char *name;
	struct halb_resolver *resolver; /* NULL: a DC without an address */
	struct round round;
	struct asked *asked; /* owned; one for each question, of which round.n are for this one */
	bool answered;       /* something, ever */
	bool silent;         /* the last thing that came of it was no answer */
	bool has_serial;
	uint32_t serial;
};

/* A probe of verification.vips[i]. */
struct vip {
	struct run *run;
	char **names; /* owned; the one that clients use first: aliases, then the apex */
	size_t n_names;
	size_t sight; /* of the inquiry */
};

/* A probe of verification.hosts[i]. */
struct host_probe {
	struct run *run;
};

/* A host of the stack; what was heard of it is of the round under way. */
struct host {
	struct run *run;
	struct round round; /* its own, so that one that is silent holds up no other */
	bool answered;      /* on any port */
	bool silent;        /* it let a connect come to nothing */
	struct halb_probe_result silence;
};

/* What HAProxy says behind a vIP that a router leads to. */
struct identity {
	struct run *run;
	size_t vip;                    /* the first of verification.vips that is of that balancer */
	char said[HALB_IDENTITY_NAME]; /* in the last round; "": nothing */
};

struct run {
	const struct halb_site *site;
	const struct halb_verify_options *options;
	struct questions questions;
	struct halb_loop *loop;
	int64_t started;
	int64_t until;          /* the last rounds start here */
	int64_t timeout;        /* ns, of a question or probe */
	struct source *sources; /* owned; the DCs, then the system's resolver */
	size_t n_sources;
	struct halb_prober *prober;
	struct vip *vips; /* owned; as out.vips, which may be handed over before */
	size_t n_vips;
	struct round vips_round;
	struct host *hosts;             /* owned; one for each of the stack's */
	struct host_probe *host_probes; /* owned; out.hosts */
	struct halb_inquiry *inquiry; /* NULL: there is no vIP to look at; the vIPs, then the hosts */
	size_t n_sights;              /* of vIPs */
	unsigned asks;                /* by ARP, in this round */
	bool hears;                   /* they can be sent */
	struct round holders_round;
	struct identity *identities; /* owned; one for each of n_sights, NULL without a stack */
	struct round identities_round;
	size_t n_running;        /* rounds that are not over */
	bool over;               /* what comes now comes too late */
	struct halb_buf shown;   /* the last progress text */
	enum halb_status status; /* of looking itself */
	struct halb_error err;
	struct halb_verification out;
};

/* round.c: the round's first five fields are set; `most` keeps servers and descriptors well. */
void halb_round_start(struct round *round);
void halb_round_answered(struct round *round);
/* Nothing more is asked in this round. */
void halb_round_cut(struct round *round);

/* verify.c: a round has ended; with `last` its items will not be asked again. */
void halb_run_ended(struct run *run, bool last);
void halb_run_fail(struct run *run, enum halb_status st, const struct halb_error *err);

/* servers.c */
enum halb_status halb_sources_open(struct run *run, const struct halb_dc_list *servers,
				   struct halb_error *err) HALB_CHECKED;
void halb_sources_start(struct run *run);
/* Late answers are not heard; what was never answered is noted as such. */
void halb_sources_close(struct run *run);
void halb_sources_report(struct run *run);
/* The first question whose look is the worst, round.n where all is well; how many are not. */
size_t halb_source_worst(const struct source *source, size_t *n_open);
/* "kube.lime.lan<between>NXDOMAIN" */
void halb_source_describe(const struct source *source, size_t i, const char *between,
			  struct halb_buf *out);

/* names.c */
enum halb_status halb_names_open(struct run *run, struct halb_error *err) HALB_CHECKED;
enum halb_status halb_name_note(struct halb_name_state *state, const struct halb_chain *chain,
				struct halb_error *err) HALB_CHECKED;
void halb_names_report(struct run *run, const struct source *system);

#define ENDPOINT_TEXT (HALB_ADDR_TEXT + 8)

/* vips.c */
enum halb_status halb_vips_open(struct run *run, struct halb_error *err) HALB_CHECKED;
void halb_vips_start(struct run *run);
void halb_vips_close(struct run *run);
void halb_vips_clear(struct run *run);
/* What to probe at `address` as at the vIP's. */
struct halb_probe_target halb_vip_target(const struct run *run, size_t vip,
					 const struct halb_addr *address);
/* The layer that is to answer and does not; NULL: all do. */
const struct halb_layer *halb_probe_failure(const struct halb_probe_spec *spec,
					    const struct halb_probe_result *result);
/* Whether somebody has the address. RFC 9293 3.10.7: a refusal, too, comes from whoever has it. */
bool halb_probe_answered(const struct halb_probe_result *result);
/* "192.168.11.11:6443", "[fd00::11]:6443". Returns `text`. */
const char *halb_endpoint_format(const struct halb_addr *address, uint16_t port,
				 char text[ENDPOINT_TEXT]);

/* hosts.c: after the vIPs. */
enum halb_status halb_hosts_open(struct run *run, struct halb_error *err) HALB_CHECKED;
void halb_hosts_start(struct run *run);

/* holders.c: after the vIPs. */
enum halb_status halb_holders_open(struct run *run, struct halb_error *err) HALB_CHECKED;
void halb_holders_start(struct run *run);
/* The first vIP that several machines have; out.n_vips where there is none. */
size_t halb_holders_split(const struct run *run);
/* When all have been probed. */
void halb_holders_report(struct run *run);
const struct halb_sight *halb_holders_sight(const struct run *run, size_t vip);
/* The stack's host with that MAC, or NULL. */
const struct halb_stack_host *halb_holders_host(const struct run *run, const struct halb_mac *mac);
/* Of the stack's hosts, the first whose MAC was not seen; NULL: there is none. */
const struct halb_stack_host *halb_holders_unseen(const struct run *run);

/* identity.c: after the holders. */
enum halb_status halb_identities_open(struct run *run, struct halb_error *err) HALB_CHECKED;
void halb_identities_start(struct run *run);
/* Which host the vIP's holder says it is; "" where it was not asked, or said nothing. */
const char *halb_identity_said(const struct run *run, size_t vip);

/* A finding in the making. */
struct draft {
	struct halb_finding finding;
	struct halb_buf object, expected, actual, hint;
};

/* verdict.c: states to findings. */
enum halb_status halb_verdict(struct run *run, struct halb_error *err) HALB_CHECKED;
/* Adds the finding, and frees the texts in every case. */
enum halb_status halb_draft_submit(struct run *run, struct draft *d, struct halb_error *err)
	HALB_CHECKED;

/* vip_verdict.c */
enum halb_status halb_vip_verdict(struct run *run, struct halb_error *err) HALB_CHECKED;

/* progress.c: tells what is waited for, where it has changed or `anyway`. */
void halb_progress_tell(struct run *run, bool anyway);

#endif
