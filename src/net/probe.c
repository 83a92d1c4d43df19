/* SPDX-License-Identifier: Apache-2.0 */
/* Probes: one TCP connection each, judged layer by layer under one deadline. */
#include "halb/net/probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "halb/base/pulse.h"
#include "http_priv.h"
#include "tcp_priv.h"
#include "words_priv.h"

struct probe {
	LIST_ENTRY(probe) link;
	struct halb_prober *prober;
	struct halb_probe_target target;
	struct halb_probe_result result;
	int fd; /* while connecting, else -1 */
	struct halb_http_request *request;
	struct halb_timer *timer;
	int64_t timeout, started, connected;
	halb_probe_fn *fn;
	void *arg;
};

struct halb_prober {
	struct halb_loop *loop;
	struct halb_curl *curl; /* made when the first probe needs it: it is slow to start */
	LIST_HEAD(, probe) probes;
};

enum halb_status halb_prober_new(struct halb_loop *loop, struct halb_prober **out,
				 struct halb_error *err)
{
	struct halb_prober *prober = calloc(1, sizeof *prober);

	if (!prober)
		return halb_fail_nomem(err);
	prober->loop = loop;
	LIST_INIT(&prober->probes);
	*out = prober;
	return HALB_OK;
}

static void probe_free(struct probe *p)
{
	struct halb_loop *loop = p->prober->loop;

	LIST_REMOVE(p, link);
	halb_loop_cancel(loop, p->timer);
	if (p->fd >= 0) {
		halb_loop_unwatch(loop, p->fd);
		close(p->fd);
	}
	if (p->request)
		halb_http_cancel(p->request);
	free(p);
}

void halb_prober_free(struct halb_prober *prober)
{
	struct probe *p;

	if (!prober)
		return;
	while ((p = LIST_FIRST(&prober->probes)))
		probe_free(p);
	halb_curl_free(prober->curl);
	free(prober);
}

/* The probe is gone before the call, which may free the prober. */
static void finish(struct probe *p)
{
	struct halb_probe_result result = p->result;
	halb_probe_fn *fn = p->fn;
	void *arg = p->arg;

	probe_free(p);
	fn(arg, &result);
}

static void pass(struct halb_layer *layer, int64_t took)
{
	*layer = (struct halb_layer){ .state = HALB_LAYER_OK, .took = took };
}

HALB_PRINTF(4, 5)
static void fail(struct halb_layer *layer, enum halb_layer_state state, int64_t took,
		 const char *fmt, ...)
{
	va_list ap;

	layer->state = state;
	layer->took = took;
	va_start(ap, fmt);
	vsnprintf(layer->text, sizeof layer->text, fmt, ap);
	va_end(ap);
}

static enum halb_layer_state state_of(int code)
{
	switch (halb_pulse_class_of_errno(code)) {
	case HALB_PULSE_REFUSED:
		return HALB_LAYER_REFUSED;
	case HALB_PULSE_SILENCE:
		return HALB_LAYER_TIMEOUT;
	case HALB_PULSE_RESET:
		return HALB_LAYER_RESET;
	case HALB_PULSE_UNREACHABLE:
		return HALB_LAYER_UNREACHABLE;
	default:
		return HALB_LAYER_FAILED;
	}
}

static void judge_connect(struct probe *p, int code)
{
	char text[HALB_ERRNO_TEXT];

	fail(&p->result.tcp, state_of(code), halb_now() - p->started, "%s",
	     halb_errno_format(code, text));
}

/* What no client takes, whoever signed it. Says why in `text`. */
static bool is_out_of_time(const struct halb_certificate *certificate, char *text, size_t room)
{
	time_t now = time(NULL);
	bool early = now < certificate->begins;
	char day[32] = "";
	struct tm tm;

	if (!certificate->seen || (!early && now < certificate->ends))
		return false;
	if (gmtime_r(early ? &certificate->begins : &certificate->ends, &tm))
		strftime(day, sizeof day, "%Y-%m-%d %H:%M:%SZ", &tm);
	snprintf(text, room, "the certificate %s %s", early ? "is not good before" : "expired on",
		 day);
	return true;
}

/* Judges what lies above TCP by how far the request came; `state` and `reason` are for the layer
 * that it did not get past. */
static void judge_request(struct probe *p, const struct halb_http_outcome *outcome,
			  enum halb_layer_state state, const char *reason)
{
	struct halb_probe_result *result = &p->result;
	int64_t took = halb_now() - p->connected;
	char date[96];

	result->certificate = outcome->certificate;
	if (is_out_of_time(&outcome->certificate, date, sizeof date)) {
		fail(&result->tls, HALB_LAYER_FAILED, took, "%s", date);
		return;
	}
	if (p->target.tls && !outcome->tls_done) {
		fail(&result->tls, state, took, "%s", reason);
		return;
	}
	if (p->target.tls)
		pass(&result->tls, outcome->tls_took);
	if (!p->target.http)
		return;
	took -= outcome->tls_took;
	result->http_status = outcome->status;
	memcpy(result->body, outcome->body, sizeof result->body);
	if (!outcome->done)
		fail(&result->http, state, took, "%s", reason);
	else if (outcome->status / 100 != 2)
		fail(&result->http, HALB_LAYER_FAILED, took, "HTTP %ld", outcome->status);
	else
		pass(&result->http, took);
}

static void on_answer(void *arg, const struct halb_http_outcome *outcome)
{
	struct probe *p = arg;

	p->request = NULL;
	judge_request(p, outcome, state_of(outcome->code), outcome->reason);
	finish(p);
}

static void on_timeout(void *arg)
{
	struct probe *p = arg;
	char span[HALB_SPAN_TEXT], text[64];

	snprintf(text, sizeof text, "timed out after %s", halb_span_format(p->timeout, span));
	if (p->request) {
		struct halb_http_outcome outcome = halb_http_cancel(p->request);

		p->request = NULL;
		judge_request(p, &outcome, HALB_LAYER_TIMEOUT, text);
	} else {
		fail(&p->result.tcp, HALB_LAYER_TIMEOUT, halb_now() - p->started, "%s", text);
	}
	finish(p);
}

/* TCP has answered; hands the connection on where more is to be asked. */
static void go_on(struct probe *p)
{
	struct halb_prober *prober = p->prober;
	enum halb_status st = HALB_OK;
	int fd = p->fd;
	struct halb_error err;

	p->connected = halb_now();
	pass(&p->result.tcp, p->connected - p->started);
	if (!p->target.tls && !p->target.http) {
		finish(p);
		return;
	}
	if (!prober->curl)
		st = halb_curl_new(prober->loop, &prober->curl, &err);
	if (!st) {
		p->fd = -1;
		st = halb_http_start(prober->curl, &p->target, fd, on_answer, p, &p->request, &err);
	}
	if (st) {
		struct halb_http_outcome nothing = { 0 };

		judge_request(p, &nothing, HALB_LAYER_FAILED, err.text);
		finish(p);
	}
}

static void on_connect(void *arg, int fd, unsigned events)
{
	struct probe *p = arg;
	int code = halb_tcp_outcome(fd);

	(void)events;
	halb_loop_unwatch(p->prober->loop, fd);
	if (!code) {
		go_on(p);
		return;
	}
	judge_connect(p, code);
	finish(p);
}

static void begin(struct probe *p)
{
	/* Close by RST: a probe a millisecond would fill the ports with TIME_WAIT. */
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	struct halb_loop *loop = p->prober->loop;
	int code = halb_tcp_start(&p->target.address, p->target.port, &p->fd);
	struct halb_error err;

	if (p->fd >= 0)
		setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	if (code && code != EINPROGRESS) {
		judge_connect(p, code);
		finish(p);
	} else if (halb_loop_at(loop, p->started + p->timeout, on_timeout, p, &p->timer, &err) ||
		   (code && halb_loop_watch(loop, p->fd, HALB_LOOP_WRITE, on_connect, p, &err))) {
		fail(&p->result.tcp, HALB_LAYER_FAILED, 0, "%s", err.text);
		finish(p);
	} else if (!code) {
		go_on(p);
	}
}

void halb_probe_start(struct halb_prober *prober, const struct halb_probe_target *target,
		      int64_t timeout, halb_probe_fn *fn, void *arg)
{
	struct probe *p = calloc(1, sizeof *p);

	if (!p) {
		struct halb_probe_result result = { 0 };

		fail(&result.tcp, HALB_LAYER_FAILED, 0, "out of memory");
		fn(arg, &result);
		return;
	}
	p->prober = prober;
	p->target = *target;
	p->fd = -1;
	p->timeout = timeout;
	p->started = halb_now();
	p->fn = fn;
	p->arg = arg;
	LIST_INSERT_HEAD(&prober->probes, p, link);
	begin(p);
}
