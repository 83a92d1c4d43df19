/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl's multi interface driven by our loop, and how each of its transfers shall behave. */
#include "curl_priv.h"

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

struct halb_curl {
	struct halb_loop *loop;
	CURLM *multi;
	struct halb_timer *timer;
	bool handing_out;
	bool dead; /* freed by a callback while handing out */
};

static void hand_out(struct halb_curl *curl);

static void on_timer(void *arg)
{
	struct halb_curl *curl = arg;
	int running;

	curl->timer = NULL;
	curl_multi_socket_action(curl->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	hand_out(curl);
}

static int set_timer(CURLM *multi, long ms, void *arg)
{
	struct halb_curl *curl = arg;
	int64_t deadline = halb_now() + ms * HALB_MSEC;

	(void)multi;
	halb_loop_cancel(curl->loop, curl->timer);
	curl->timer = NULL;
	if (ms < 0)
		return 0;
	return halb_loop_at(curl->loop, deadline, on_timer, curl, &curl->timer, NULL) ? -1 : 0;
}

static void on_socket(void *arg, int fd, unsigned events)
{
	struct halb_curl *curl = arg;
	int running, bits = (events & HALB_LOOP_READ ? CURL_CSELECT_IN : 0) |
			    (events & HALB_LOOP_WRITE ? CURL_CSELECT_OUT : 0);

	curl_multi_socket_action(curl->multi, fd, bits, &running);
	hand_out(curl);
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct halb_curl *curl = arg;
	unsigned events = (what & CURL_POLL_IN ? HALB_LOOP_READ : 0) |
			  (what & CURL_POLL_OUT ? HALB_LOOP_WRITE : 0);

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_REMOVE)
		events = 0;
	return halb_loop_watch(curl->loop, fd, events, on_socket, curl, NULL) ? -1 : 0;
}

enum halb_status halb_curl_new(struct halb_loop *loop, struct halb_curl **out,
			       struct halb_error *err)
{
	struct halb_curl *curl = calloc(1, sizeof *curl);

	if (!curl)
		return halb_fail_nomem(err);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(curl);
		return halb_fail(err, HALB_E_INTERNAL, "libcurl does not start");
	}
	curl->loop = loop;
	curl->multi = curl_multi_init();
	if (!curl->multi) {
		halb_curl_free(curl);
		return halb_fail_nomem(err);
	}
	curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
	curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
	*out = curl;
	return HALB_OK;
}

void halb_curl_free(struct halb_curl *curl)
{
	if (!curl)
		return;
	curl_multi_cleanup(curl->multi);
	curl_global_cleanup();
	halb_loop_cancel(curl->loop, curl->timer);
	curl->dead = true;
	if (!curl->handing_out)
		free(curl);
}

/* Tells of each transfer that curl has done with, outside of curl. */
static void hand_out(struct halb_curl *curl)
{
	struct halb_transfer *transfer;
	CURLMsg *msg;
	int left;

	curl->handing_out = true;
	while (!curl->dead && (msg = curl_multi_info_read(curl->multi, &left))) {
		CURLcode code = msg->data.result;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &transfer);
		transfer->fn(transfer->arg, code);
	}
	curl->handing_out = false;
	if (curl->dead)
		free(curl);
}

/* The connection stands: there is only one, and curl must not make another. */
static curl_socket_t give_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct halb_transfer *transfer = arg;

	(void)purpose;
	(void)address;
	if (transfer->given)
		return CURL_SOCKET_BAD;
	transfer->given = true;
	return fcntl(transfer->fd, F_DUPFD_CLOEXEC, 0);
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
static bool set_destination(struct halb_transfer *transfer,
			    const struct halb_probe_target *target, const char *path)
{
	const char *scheme = target->tls ? "https" : "http";
	struct halb_buf url = { 0 };
	char address[HALB_ADDR_TEXT], to[HALB_ADDR_TEXT + 16];
	bool ok;

	halb_addr_format(&target->address, address);
	snprintf(to, sizeof to, target->address.len == 16 ? "::[%s]:%u" : "::%s:%u", address,
		 target->port);
	transfer->connect_to = curl_slist_append(NULL, to);
	halb_buf_printf(&url, "%s://%s:%u%s", scheme, target->host, target->port,
			path ? path : "/");
	ok = transfer->connect_to && !url.bad &&
	     !curl_easy_setopt(transfer->easy, CURLOPT_URL, halb_buf_string(&url)) &&
	     !curl_easy_setopt(transfer->easy, CURLOPT_CONNECT_TO, transfer->connect_to);
	halb_buf_clear(&url);
	return ok;
}

static bool set_callbacks(struct halb_transfer *transfer)
{
	CURL *easy = transfer->easy;

	return !curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) &&
	       !curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->reason) &&
	       !curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, give_socket) &&
	       !curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer) &&
	       !curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, is_connected);
}

static bool set_manners(CURL *easy)
{
	return !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) &&
	       !curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") &&
	       !curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       !curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       !curl_easy_setopt(easy, CURLOPT_USERAGENT, "halb-dns") &&
	       !curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) &&
	       !curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
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

/* Without a path the connection stays, until the transfer is cleared. */
static bool set_work(CURL *easy, const char *path)
{
	return !curl_easy_setopt(easy, path ? CURLOPT_FORBID_REUSE : CURLOPT_CONNECT_ONLY, 1L);
}

enum halb_status halb_transfer_init(struct halb_transfer *transfer, struct halb_curl *curl,
				    const struct halb_probe_target *target, const char *path,
				    int take_fd, struct halb_error *err)
{
	*transfer = (struct halb_transfer){ .curl = curl, .fd = take_fd,
					    .easy = curl_easy_init() };
	if (transfer->easy && set_callbacks(transfer) && set_manners(transfer->easy) &&
	    set_trust(transfer->easy, target->ca_file) &&
	    set_destination(transfer, target, path) && set_work(transfer->easy, path))
		return HALB_OK;
	halb_transfer_clear(transfer);
	return halb_fail(err, HALB_E_INTERNAL, "libcurl takes no request");
}

enum halb_status halb_transfer_start(struct halb_transfer *transfer, halb_transfer_fn *fn,
				     void *arg, struct halb_error *err)
{
	transfer->fn = fn;
	transfer->arg = arg;
	if (curl_multi_add_handle(transfer->curl->multi, transfer->easy))
		return halb_fail(err, HALB_E_INTERNAL, "libcurl begins no request");
	return HALB_OK;
}

void halb_transfer_clear(struct halb_transfer *transfer)
{
	if (!transfer->curl)
		return;
	if (transfer->easy) {
		curl_multi_remove_handle(transfer->curl->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->connect_to);
	close(transfer->fd);
	*transfer = (struct halb_transfer){ .fd = -1 };
}

/* Whether nothing is left to be read, now or later. */
static bool is_at_end(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/*
 * Whether TLS failed for want of bytes. Of that there are but words: curl's errno may be that of
 * its farewell to a server that had spoken nonsense.
 */
static bool is_cut_in_tls(const struct halb_transfer *transfer)
{
	const char *why = transfer->reason;

	return is_at_end(transfer->fd) &&
	       (strstr(why, strerror(ECONNRESET)) || strstr(why, strerror(EPIPE)) ||
		halb_tls_lacks_bytes(why));
}

int halb_transfer_cut_off_by(const struct halb_transfer *transfer, CURLcode code)
{
	long error = 0;

	switch (code) {
	case CURLE_COULDNT_CONNECT: /* the connection that stood was gone already */
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &error);
		if (error)
			return (int)error;
		return is_cut_in_tls(transfer) ? ECONNRESET : 0;
	case CURLE_SSL_CONNECT_ERROR:
		return is_cut_in_tls(transfer) ? ECONNRESET : 0;
	default:
		return 0;
	}
}
