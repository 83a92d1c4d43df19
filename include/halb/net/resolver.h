/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks name servers on the loop; c-ares carries the bytes, dns/wire reads them.
 * No search list, no hosts file, no cache of its own. Truncated answers are asked for again by TCP.
 */
#ifndef HALB_NET_RESOLVER_H
#define HALB_NET_RESOLVER_H

#include "halb/base/addr.h"
#include "halb/base/error.h"
#include "halb/base/pulse.h"
#include "halb/dns/wire.h"
#include "halb/net/loop.h"

struct halb_resolver;

/*
 * `server` is the one server to ask, at UDP/TCP `port`; NULL for those of /etc/resolv.conf, as a
 * client asks. `timeout` (ns) bounds each query as a whole, retries included.
 */
enum halb_status halb_resolver_new(struct halb_loop *loop, const struct halb_addr *server,
				   uint16_t port, int64_t timeout, struct halb_resolver **out,
				   struct halb_error *err) HALB_CHECKED;

/* Queries under way end with HALB_E_RETRY before this returns. */
void halb_resolver_free(struct halb_resolver *resolver);

/*
 * How a query ended. HALB_OK: `reply` holds the answer, NXDOMAIN and the like included.
 * HALB_E_UNREACHABLE: nobody answered in time, or refused the port. HALB_E_MALFORMED: what came
 * makes no sense. `reply` belongs to the resolver and lives until the callback returns.
 */
struct halb_query_result {
	enum halb_status status;
	/* The same as a probe: OK with a reply, right or not; WRONG where it made no sense, or the
	 * servers of /etc/resolv.conf gave nothing but error codes; MISSED: our own fault. What the
	 * kernel says is known at once, and speaks for what nobody answers right after, too. */
	enum halb_pulse_class class;
	const char *text; /* of the error; "" when OK */
	const struct halb_reply *reply;
	int64_t took; /* ns */
};

typedef void halb_query_fn(void *arg, const struct halb_query_result *result);

/* `fn` is called exactly once, perhaps before this returns. It may ask more and free the resolver.
 * Any number may be asked at once; they are sent a hundred at a time, `took` counts from there. */
void halb_resolver_query(struct halb_resolver *resolver, const struct halb_name *name,
			 uint16_t type, halb_query_fn *fn, void *arg);

#endif
