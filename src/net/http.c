/* SPDX-License-Identifier: Apache-2.0 */
/* A TLS handshake or a GET, and how far it came. */
#include "http_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certificate_priv.h"
#include "halb/base/deadline.h"

#define BODY_MAX 65536 /* enough of a body: the answer is there */

struct halb_http_request {
	struct halb_transfer transfer;
	const struct halb_probe_target *target;
	bool headed; /* all of the answer's header came */
	size_t body; /* bytes that came */
	char start[HALB_PROBE_BODY];
	halb_http_fn *fn;
	void *arg;
};

static void request_free(struct halb_http_request *request)
{
	halb_transfer_clear(&request->transfer);
	free(request);
}

/* curl gives a list of texts for each certificate, the server's own first. */
static struct halb_certificate certificate_of(const struct halb_http_request *request)
{
	static const char key[] = "Cert:";
	const struct curl_certinfo *info = NULL;

	curl_easy_getinfo(request->transfer.easy, CURLINFO_CERTINFO, &info);
	if (!info || !info->num_of_certs)
		return (struct halb_certificate){ 0 };
	for (const struct curl_slist *item = info->certinfo[0]; item; item = item->next)
		if (strncmp(item->data, key, sizeof key - 1) == 0)
			return halb_certificate_read(item->data + sizeof key - 1, request->target);
	return (struct halb_certificate){ 0 };
}

static struct halb_http_outcome outcome_of(const struct halb_http_request *request)
{
	struct halb_http_outcome outcome = { .reason = "" };
	curl_off_t connected = 0, handshaken = 0;

	curl_easy_getinfo(request->transfer.easy, CURLINFO_CONNECT_TIME_T, &connected);
	curl_easy_getinfo(request->transfer.easy, CURLINFO_APPCONNECT_TIME_T, &handshaken);
	curl_easy_getinfo(request->transfer.easy, CURLINFO_RESPONSE_CODE, &outcome.status);
	outcome.certificate = certificate_of(request);
	memcpy(outcome.body, request->start, sizeof outcome.body);
	outcome.tls_done = handshaken > 0;
	if (outcome.tls_done)
		outcome.tls_took = (handshaken - connected) * HALB_USEC;
	return outcome;
}

/* Says in `text` why curl gave up. */
static void explain(const struct halb_http_request *request, CURLcode code, char *text, size_t room)
{
	const char *what = request->transfer.reason;

	if (!what[0])
		what = curl_easy_strerror(code);
	if (code == CURLE_OK)
		snprintf(text, room, "the answer's header is cut off");
	else if (code == CURLE_SSL_CACERT_BADFILE)
		snprintf(text, room, "the CA file %s cannot be read", request->target->ca_file);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		snprintf(text, room, "certificate verify failed: %s", what);
	else
		snprintf(text, room, "%s", what);
}

/* The errno of what cut the connection off; 0 where that is not why it failed. */
static int cut_off_by(const struct halb_http_request *request, CURLcode code)
{
	switch (code) {
	case CURLE_OK: /* and a header without an end */
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return ECONNRESET;
	default:
		return halb_transfer_cut_off_by(&request->transfer, code);
	}
}

/* More of a body than that was refused by us, which is no failure of the server's. */
static bool is_done(const struct halb_http_request *request, CURLcode code)
{
	return (code == CURLE_OK && (request->headed || !request->target->http)) ||
	       request->body > BODY_MAX;
}

static void finish(void *arg, CURLcode code)
{
	struct halb_http_request *request = arg;
	struct halb_http_outcome outcome = outcome_of(request);
	char reason[CURL_ERROR_SIZE + 32];
	halb_http_fn *fn = request->fn;
	void *fn_arg = request->arg;

	explain(request, code, reason, sizeof reason);
	outcome.reason = reason;
	outcome.done = is_done(request, code);
	outcome.code = outcome.done ? 0 : cut_off_by(request, code);
	request_free(request);
	fn(fn_arg, &outcome);
}

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
	struct halb_http_request *request = arg;
	size_t len = size * n, most = sizeof request->start - 1, at = request->body;

	if (at < most)
		memcpy(request->start + at, data, len < most - at ? len : most - at);
	request->body += len;
	return request->body > BODY_MAX ? 0 : len;
}

/* Without its empty line curl takes a header that is cut off for a whole one. */
static size_t read_header(char *line, size_t size, size_t n, void *arg)
{
	struct halb_http_request *request = arg;

	request->headed |= line[0] == '\r' || line[0] == '\n';
	return size * n;
}

static bool set_callbacks(struct halb_http_request *request)
{
	CURL *easy = request->transfer.easy;

	return !curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L) &&
	       !curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, read_header) &&
	       !curl_easy_setopt(easy, CURLOPT_HEADERDATA, request) &&
	       !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) &&
	       !curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
}

enum halb_status halb_http_start(struct halb_curl *curl, const struct halb_probe_target *target,
				 int take_fd, halb_http_fn *fn, void *arg,
				 struct halb_http_request **out, struct halb_error *err)
{
	struct halb_http_request *request = calloc(1, sizeof *request);
	enum halb_status st;

	if (!request) {
		close(take_fd);
		return halb_fail_nomem(err);
	}
	*request = (struct halb_http_request){ .target = target, .fn = fn, .arg = arg };
	st = halb_transfer_init(&request->transfer, curl, target, target->http, take_fd, err);
	if (!st && !set_callbacks(request))
		st = halb_fail(err, HALB_E_INTERNAL, "libcurl takes no request");
	if (!st)
		st = halb_transfer_start(&request->transfer, finish, request, err);
	if (st)
		request_free(request);
	else
		*out = request;
	return st;
}

struct halb_http_outcome halb_http_cancel(struct halb_http_request *request)
{
	struct halb_http_outcome outcome = outcome_of(request);

	request_free(request);
	return outcome;
}
