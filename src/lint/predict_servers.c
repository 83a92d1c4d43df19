/* SPDX-License-Identifier: Apache-2.0 */
/* What clients see of a lost server: HAProxy's health checks, retries and redispatch. */
#include "halb/base/deadline.h"
#include "predict_priv.h"

/* Linux gives up on a silent address after 6 repeated SYNs, where HAProxy has no timeout. */
#define KERNEL_CONNECT (127 * HALB_SEC)

static int64_t connect_of(const struct halb_proxy *proxy)
{
	int64_t ns = proxy->set.timeouts[HALB_TIMEOUT_CONNECT].ns;

	return ns > 0 ? ns : KERNEL_CONNECT;
}

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

size_t halb_servers_active(const struct halb_proxy *proxy)
{
	size_t n = 0;

	for (const struct halb_server_line *s = proxy->servers; s; s = s->next)
		n += !s->backup && !s->disabled;
	return n;
}

static bool has_backup(const struct halb_proxy *proxy)
{
	for (const struct halb_server_line *s = proxy->servers; s; s = s->next)
		if (s->backup && !s->disabled)
			return true;
	return false;
}

/*
 * Configuration manual, "inter" and "timeout check": the next check begins an interval after the
 * last one ended; from the first failure on the interval is fastinter.
 */
struct halb_range halb_server_detects(const struct halb_proxy *proxy,
				      const struct halb_server_line *server, bool silent)
{
	int64_t inter = server->inter.ns;
	int64_t fast = server->fastinter.ns >= 0 ? server->fastinter.ns : inter;
	int64_t fall = lesser(server->fall ? server->fall : 1, 1000);
	struct halb_range run = { 0, lesser(inter, HALB_RUN_MOST) }, out;

	if (!server->check)
		return halb_range_never;
	if (silent && proxy->set.timeouts[HALB_TIMEOUT_CHECK].ns >= 0)
		run = halb_range_exactly(lesser(connect_of(proxy), inter));
	else if (silent)
		run = halb_range_exactly(inter);
	out.min = server->observe ? 0 : run.min + (fall - 1) * (fast + run.min);
	out.max = inter + run.max + (fall - 1) * (fast + run.max);
	return out;
}

/* Configuration manual, "option redispatch". */
unsigned halb_server_tries(const struct halb_proxy_settings *set)
{
	int nth = set->redispatch, retries = (int)(set->retries < 1000 ? set->retries : 1000);

	if (nth == 0 || retries == 0 || nth > retries)
		return 0;
	if (nth < 0)
		nth = retries + 1 + nth;
	return nth < 1 ? 1 : (unsigned)nth;
}

/* How much longer than otherwise a connection takes that was meant for the lost server. */
static int64_t stall_of(const struct halb_proxy *proxy, unsigned n, bool silent)
{
	/* Manual, "retries": before the same server is tried again. */
	int64_t pause = lesser(connect_of(proxy), HALB_SEC);

	return (n - 1) * pause + (silent ? n * connect_of(proxy) : 0);
}

static void take_server(const struct halb_proxy *proxy, const struct halb_server_line *server,
			struct halb_prediction *all)
{
	bool silent = all->fault == HALB_FAULT_BACKEND_HOST_LOST;
	unsigned n = halb_server_tries(&proxy->set);
	struct halb_prediction one = { .fault = all->fault };

	if (halb_servers_active(proxy) < 2 && !has_backup(proxy)) {
		one.parts[HALB_PART_BACKEND] = halb_range_never;
		one.note = "there is no other server";
	} else if (n && halb_servers_active(proxy) > 1) {
		one.parts[HALB_PART_BACKEND].max = stall_of(proxy, n, silent);
		one.note = one.parts[HALB_PART_BACKEND].max
				   ? "no connection fails; those meant for it take so much longer"
				   : "redispatch: no connection fails";
	} else {
		one.parts[HALB_PART_DETECTION] = halb_server_detects(proxy, server, silent);
		one.note = n ? "a backup server waits until the checks have failed"
			     : "no redispatch: connections meant for it fail";
	}
	halb_prediction_widen(all, &one);
}

bool halb_predict_servers(const struct halb_model *model, struct halb_prediction *out)
{
	bool any = false;

	for (const struct halb_model_host *h = model->hosts; h; h = h->next)
		for (const struct halb_proxy *p = h->haproxy.proxies; p; p = p->next)
			for (const struct halb_server_line *s = p->servers; s; s = s->next) {
				if (s->backup || s->disabled)
					continue;
				take_server(p, s, out);
				any = true;
			}
	return any;
}
