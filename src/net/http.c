/* SPDX-License-Identifier: Apache-2.0 */
/* The only user of libcurl: its multi interface driven by our loop. */
#include "http_priv.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certificate_priv.h"
#include "halb/base/buf.h"
#include "halb/base/deadline.h"

#define BODY_MAX 65536 /* enough of a body: the answer is there */

struct halb_http {
	struct halb_loop *loop;
	CURLM *multi;
	struct halb_timer *timer;
	bool handing_out;
	bool dead; /* freed by a callback while handing out */
};

struct halb_http_request {
	struct halb_http *http;
	CURL *easy;
	struct curl_slist *connect_to;
	const struct halb_probe_target *target;
	int fd; /* curl has a descriptor of its own, and closes it before it says why */
	bool given;  /* to curl */
	bool headed; /* all of the answer's header came */
	size_t body; /* bytes that came */
	char start[HALB_PROBE_BODY];
	halb_http_fn *fn;
	void *arg;
	char reason[CURL_ERROR_SIZE];
};

static void hand_out(struct halb_http *http);

static void on_timer(void *arg)
{
	struct halb_http *http = arg;
	int running;

	http->timer = NULL;
	curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	hand_out(http);
}

static int set_timer(CURLM *multi, long ms, void *arg)
{
	struct halb_http *http = arg;
	int64_t deadline = halb_now() + ms * HALB_MSEC;

	(void)multi;
	halb_loop_cancel(http->loop, http->timer);
	http->timer = NULL;
	if (ms < 0)
		return 0;
	return halb_loop_at(http->loop, deadline, on_timer, http, &http->timer, NULL) ? -1 : 0;
}

static void on_socket(void *arg, int fd, unsigned events)
{
	struct halb_http *http = arg;
	int running, bits = (events & HALB_LOOP_READ ? CURL_CSELECT_IN : 0) |
			    (events & HALB_LOOP_WRITE ? CURL_CSELECT_OUT : 0);

	curl_multi_socket_action(http->multi, fd, bits, &running);
	hand_out(http);
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct halb_http *http = arg;
	unsigned events = (what & CURL_POLL_IN ? HALB_LOOP_READ : 0) |
			  (what & CURL_POLL_OUT ? HALB_LOOP_WRITE : 0);

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_REMOVE)
		events = 0;
	return halb_loop_watch(http->loop, fd, events, on_socket, http, NULL) ? -1 : 0;
}

enum halb_status halb_http_new(struct halb_loop *loop, struct halb_http **out,
			       struct halb_error *err)
{
	struct halb_http *http = calloc(1, sizeof *http);

	if (!http)
		return halb_fail_nomem(err);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(http);
		return halb_fail(err, HALB_E_INTERNAL, "libcurl does not start");
	}
	http->loop = loop;
	http->multi = curl_multi_init();
	if (!http->multi) {
		halb_http_free(http);
		return halb_fail_nomem(err);
	}
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	*out = http;
	return HALB_OK;
}

void halb_http_free(struct halb_http *http)
{
	if (!http)
		return;
	curl_multi_cleanup(http->multi);
	curl_global_cleanup();
	halb_loop_cancel(http->loop, http->timer);
	http->dead = true;
	if (!http->handing_out)
		free(http);
}

static void request_free(struct halb_http_request *request)
{
	if (request->easy) {
		curl_multi_remove_handle(request->http->multi, request->easy);
		curl_easy_cleanup(request->easy);
	}
	curl_slist_free_all(request->connect_to);
	close(request->fd);
	free(request);
}

/* curl gives a list of texts for each certificate, the server's own first. */
static struct halb_certificate certificate_of(const struct halb_http_request *request)
{
	static const char key[] = "Cert:";
	const struct curl_certinfo *info = NULL;

	curl_easy_getinfo(request->easy, CURLINFO_CERTINFO, &info);
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

	curl_easy_getinfo(request->easy, CURLINFO_CONNECT_TIME_T, &connected);
	curl_easy_getinfo(request->easy, CURLINFO_APPCONNECT_TIME_T, &handshaken);
	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &outcome.status);
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
	const char *what = request->reason[0] ? request->reason : curl_easy_strerror(code);

	if (code == CURLE_OK)
		snprintf(text, room, "the answer's header is cut off");
	else if (code == CURLE_SSL_CACERT_BADFILE)
		snprintf(text, room, "the CA file %s cannot be read", request->target->ca_file);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		snprintf(text, room, "certificate verify failed: %s", what);
	else
		snprintf(text, room, "%s", what);
}

/* Whether nothing is left to be read, now or later. */
static bool is_at_end(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/*
 * Whether TLS failed for want of bytes. Of that there are but words: curl's errno may be that of its
 * farewell to a server that had spoken nonsense.
 */
static bool is_cut_in_tls(const struct halb_http_request *request)
{
	const char *why = request->reason;

	return is_at_end(request->fd) && (strstr(why, strerror(ECONNRESET)) ||
					  strstr(why, strerror(EPIPE)) || halb_tls_lacks_bytes(why));
}

/* The errno of what cut the connection off; 0 where that is not why it failed. */
static int cut_off_by(const struct halb_http_request *request, CURLcode code)
{
	long error = 0;

	switch (code) {
	case CURLE_OK: /* and a header without an end */
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return ECONNRESET;
	case CURLE_COULDNT_CONNECT: /* the connection that stood was gone already */
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		curl_easy_getinfo(request->easy, CURLINFO_OS_ERRNO, &error);
		if (error)
			return (int)error;
		return is_cut_in_tls(request) ? ECONNRESET : 0;
	case CURLE_SSL_CONNECT_ERROR:
		return is_cut_in_tls(request) ? ECONNRESET : 0;
	default:
		return 0;
	}
}

/* More of a body than that was refused by us, which is no failure of the server's. */
static bool is_done(const struct halb_http_request *request, CURLcode code)
{
	return (code == CURLE_OK && (request->headed || !request->target->http)) ||
	       request->body > BODY_MAX;
}

static void finish(struct halb_http_request *request, CURLcode code)
{
	struct halb_http_outcome outcome = outcome_of(request);
	char reason[CURL_ERROR_SIZE + 32];
	halb_http_fn *fn = request->fn;
	void *arg = request->arg;

	explain(request, code, reason, sizeof reason);
	outcome.reason = reason;
	outcome.done = is_done(request, code);
	outcome.code = outcome.done ? 0 : cut_off_by(request, code);
	request_free(request);
	fn(arg, &outcome);
}

/* Tells of each request that curl has done with, outside of curl. */
static void hand_out(struct halb_http *http)
{
	struct halb_http_request *request;
	CURLMsg *msg;
	int left;

	http->handing_out = true;
	while (!http->dead && (msg = curl_multi_info_read(http->multi, &left))) {
		CURLcode code = msg->data.result;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &request);
		finish(request, code);
	}
	http->handing_out = false;
	if (http->dead)
		free(http);
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

/* The connection stands: there is only one, and curl must not make another. */
static curl_socket_t give_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct halb_http_request *request = arg;

	(void)purpose;
	(void)address;
	if (request->given)
		return CURL_SOCKET_BAD;
	request->given = true;
	return fcntl(request->fd, F_DUPFD_CLOEXEC, 0);
}

static int is_connected(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	(void)arg;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* Where to: the URL has the host's name, for SNI, certificate and Host header; the address, given
 * as one, spares curl a look-up. */
static bool set_destination(struct halb_http_request *request,
			    const struct halb_probe_target *target)
{
	const char *scheme = target->tls ? "https" : "http";
	struct halb_buf url = { 0 };
	char address[HALB_ADDR_TEXT], to[HALB_ADDR_TEXT + 16];
	bool ok;

	halb_addr_format(&target->address, address);
	snprintf(to, sizeof to, target->address.len == 16 ? "::[%s]:%u" : "::%s:%u", address,
		 target->port);
	request->connect_to = curl_slist_append(NULL, to);
	halb_buf_printf(&url, "%s://%s:%u%s", scheme, target->host, target->port,
			target->http ? target->http : "/");
	ok = request->connect_to && !url.bad &&
	     !curl_easy_setopt(request->easy, CURLOPT_URL, halb_buf_string(&url)) &&
	     !curl_easy_setopt(request->easy, CURLOPT_CONNECT_TO, request->connect_to);
	halb_buf_clear(&url);
	return ok;
}

static bool set_callbacks(struct halb_http_request *request)
{
	CURL *easy = request->easy;

	return !curl_easy_setopt(easy, CURLOPT_PRIVATE, request) &&
	       !curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->reason) &&
	       !curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, give_socket) &&
	       !curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, request) &&
	       !curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, is_connected) &&
	       !curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, read_header) &&
	       !curl_easy_setopt(easy, CURLOPT_HEADERDATA, request) &&
	       !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) &&
	       !curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
}

static bool set_manners(CURL *easy)
{
	return !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) &&
	       !curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") &&
	       !curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       !curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       !curl_easy_setopt(easy, CURLOPT_USERAGENT, "halb-dns") &&
	       !curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) &&
	       !curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) &&
	       !curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L) &&
	       !curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
}

/* Only the named file's authorities count, not the system's, and without one none is even loaded:
 * that takes tens of milliseconds of the loop's time. */
static bool set_trust(CURL *easy, const char *ca_file)
{
	if (curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) ||
	    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file))
		return false;
	return ca_file || (!curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L) &&
			   !curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L));
}

enum halb_status halb_http_start(struct halb_http *http, const struct halb_probe_target *target,
				 int take_fd, halb_http_fn *fn, void *arg,
				 struct halb_http_request **out, struct halb_error *err)
{
	struct halb_http_request *request = calloc(1, sizeof *request);

	if (!request) {
		close(take_fd);
		return halb_fail_nomem(err);
	}
	request->http = http;
	request->target = target;
	request->fd = take_fd;
	request->fn = fn;
	request->arg = arg;
	request->easy = curl_easy_init();
	if (!request->easy || !set_callbacks(request) || !set_manners(request->easy) ||
	    !set_trust(request->easy, target->ca_file) || !set_destination(request, target) ||
	    (!target->http && curl_easy_setopt(request->easy, CURLOPT_CONNECT_ONLY, 1L)) ||
	    curl_multi_add_handle(http->multi, request->easy)) {
		request_free(request);
		return halb_fail(err, HALB_E_INTERNAL, "libcurl takes no request");
	}
	*out = request;
	return HALB_OK;
}

struct halb_http_outcome halb_http_cancel(struct halb_http_request *request)
{
	struct halb_http_outcome outcome = outcome_of(request);

	request_free(request);
	return outcome;
}
