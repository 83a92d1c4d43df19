/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watches the vIPs of a site from a client's side: several layers, each probed at a rate of its own
 * and with outages of its own, and who holds each vIP, all on one timeline. Never writes.
 *
 * The caller runs the loop, so that whatever else happens meanwhile (a command that causes a fault,
 * a signal, a scrape) has its place there.
 */
#ifndef HALB_WATCH_WATCH_H
#define HALB_WATCH_WATCH_H

#include "halb/config/site.h"
#include "halb/net/identity.h"
#include "halb/net/locate.h"
#include "halb/net/loop.h"
#include "halb/watch/histogram.h"
#include "halb/watch/outage.h"

/* Kept at most, of all series together: 1.5 MB. Beyond that the longest ones and the count. */
#define HALB_WATCH_OUTAGES 4000

struct halb_watch;

enum halb_watch_layer {
	HALB_WATCH_DNS,
	HALB_WATCH_TCP,
	HALB_WATCH_TLS,
	HALB_WATCH_HTTP,
	HALB_WATCH_HELD,
	HALB_WATCH_LAYERS
};

const char *halb_watch_layer_name(enum halb_watch_layer layer); /* "dns", "tcp", … */

/* One thing that is probed in one layer. */
struct halb_watch_series {
	enum halb_watch_layer layer;
	const struct halb_balancer *balancer; /* belongs to the site */
	uint16_t port;                        /* 0: DNS */
	/* Unlike the others' of its layer: "192.168.11.11:6443", "kube.lime.lan at dc1.lime.lan" */
	const char *what; /* the watch's */
	int64_t period; /* ns */
	struct halb_outages outages;
	struct halb_histogram latency; /* of the good ones, from when they were due */
	/* A held connection that the other side closed in good order failed nobody; and yet a client
	 * had to open another one. How often, and when last (0: never). */
	uint64_t closed;
	int64_t closed_at;
};

/* How it is known who has a vIP. */
enum halb_watch_source {
	HALB_WATCH_NEIGHBOUR, /* by its MAC, where the vIP is on this link */
	HALB_WATCH_IDENTITY,  /* by what the identity listener says, where it is not */
};

const char *halb_watch_source_name(enum halb_watch_source source); /* "neighbour", … */

/* Who has a vIP, from when on. */
struct halb_watch_holder {
	int64_t at; /* CLOCK_MONOTONIC, ns, like all times here */
	const struct halb_balancer *balancer;
	enum halb_watch_source source;
	bool nobody;      /* nobody answers for it on this link; there is no host and no MAC */
	const char *host; /* of the stack; NULL: none of its hosts */
	bool has_mac;
	struct halb_mac mac;
	char said[HALB_IDENTITY_NAME]; /* the name that the listener told; "" by another source */
};

/* The host, or what there is instead: "none of the stack's hosts", "nobody". */
const char *halb_watch_holder_name(const struct halb_watch_holder *holder);

/* A balancer's latest; NULL: none yet. */
const struct halb_watch_holder *halb_watch_holder_of(const struct halb_watch *watch,
						     const struct halb_balancer *balancer);

/* A time in which more than one machine claimed a vIP. */
struct halb_watch_split {
	int64_t start, end; /* end 0: it lasts */
	const struct halb_balancer *balancer;
	struct halb_mac macs[4];
	size_t n_macs;
};

enum halb_watch_event_kind {
	HALB_WATCH_OUTAGE_BEGINS,
	HALB_WATCH_OUTAGE_ENDS, /* with `outage` */
	HALB_WATCH_HOLDER,
	HALB_WATCH_SPLIT_BEGINS,
	HALB_WATCH_SPLIT_ENDS,
};

struct halb_watch_event {
	enum halb_watch_event_kind kind;
	int64_t at;
	const struct halb_watch_series *series; /* of an outage, or NULL */
	const struct halb_outage *outage;
	const struct halb_watch_holder *holder;
	const struct halb_watch_split *split;
};

typedef void halb_watch_event_fn(void *arg, const struct halb_watch_event *event);

struct halb_watch_options {
	unsigned layers;     /* bits, 1 << HALB_WATCH_… */
	int64_t period;      /* ns, of the TCP layer */
	int64_t slow_period; /* ns, of the others at the least: each TLS handshake costs both sides */
	int64_t timeout;     /* ns, of each probe */
	halb_watch_event_fn *event; /* may be NULL */
	void *arg;
	/* Where the system's resolver is, for tests; len 0: /etc/resolv.conf, port 53 */
	struct halb_addr system_server;
	uint16_t dns_port; /* of the name servers; 0: 53 */
};

/* All that was seen. Its arrays are bounded: what a day fills, a month does not make larger. */
struct halb_watch {
	int64_t started, ended;    /* CLOCK_MONOTONIC, ns */
	int64_t started_real;      /* CLOCK_REALTIME at `started`; the clock may jump later */
	struct halb_watch_options options;
	const struct halb_site *site;
	struct halb_watch_series *series; /* owned, like the others */
	size_t n_series;
	struct halb_watch_holder *holders;
	size_t n_holders;
	bool holders_known; /* of a vIP at the least: it is on this link, or a listener has said */
	struct halb_watch_split *splits;
	size_t n_splits;
	bool splits_known;         /* ARP could be asked */
	struct halb_histogram lag; /* how late probes went out */
	struct halb_error error;   /* why the loop was stopped; HALB_OK where it was not */
	struct watch_parts *parts; /* the layers at work */
};

/*
 * Prepares and begins; then halb_loop_run() on `loop`. `servers` are the name servers that the DNS
 * layer asks beside the system's resolver. Site and servers must outlive the watch.
 * HALB_E_USAGE where a period or timeout cannot be had; HALB_E_NOMEM, HALB_E_INTERNAL.
 */
enum halb_status halb_watch_start(struct halb_loop *loop, const struct halb_site *site,
				  const struct halb_dc_list *servers,
				  const struct halb_watch_options *options, struct halb_watch **out,
				  struct halb_error *err) HALB_CHECKED;

/* Ends it: what is under way is given up, outages that last are closed without an end. */
enum halb_status halb_watch_finish(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void halb_watch_free(struct halb_watch *watch);

/* Whether every series of the layers in `layers` is good now, and has been for `steady` ns. */
bool halb_watch_is_steady(const struct halb_watch *watch, unsigned layers, int64_t steady,
			  int64_t now);

/* The time of a moment of the watch on the real clock as it was at the start; ns since 1970. */
int64_t halb_watch_real_time(const struct halb_watch *watch, int64_t at);

#endif
