/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/session.h"

#include <criterion/criterion.h>
#include <linux/filter.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "ldap_server.h"
#include "server.h"

/*
 * LDAP servers that break off, babble and never end. Whatever they do, the session ends with an
 * error and in time, and what came is never taken for the whole of a result.
 */
#define LONG_ENOUGH (60 * HALB_SEC)  /* never reached by what ends by itself */
#define SHORT       (300 * HALB_MSEC) /* always reached */
#define SILENT      "dc1.lime.lan: it takes the connection and does not answer"

static struct ldap_server server;
static int send_room; /* of the sockets to come; 0: the system's */
static struct halb_error err;

static bool say(const struct ldap_request *q, const void *bytes, size_t len)
{
	return send(q->fd, bytes, len, MSG_NOSIGNAL) > 0;
}

/* ---- those that end by themselves ---- */

static bool hang_up(const struct ldap_request *q)
{
	(void)q;
	return false;
}

static bool reset(const struct ldap_request *q)
{
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(q->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	return false;
}

static bool speak_ssh(const struct ldap_request *q)
{
	return say(q, "SSH-2.0-OpenSSH_9.2\r\n", 21) && false;
}

static bool send_zeros(const struct ldap_request *q)
{
	static const char zeros[4096];

	return say(q, zeros, sizeof zeros) && false;
}

static bool hang_up_after_an_entry(const struct ldap_request *q)
{
	struct halb_buf list = { 0 }, out = { 0 };

	reply_attribute("dc", "k8s1", &list);
	reply_entry(q->id, &list, &out);
	return reply_send(q, &out) && false;
}

static bool hang_up_in_an_entry(const struct ldap_request *q)
{
	struct halb_buf list = { 0 }, out = { 0 };

	reply_attribute("dc", "k8s1", &list);
	reply_entry(q->id, &list, &out);
	out.len /= 2;
	return reply_send(q, &out) && false;
}

static bool end_without_a_result(const struct ldap_request *q)
{
	struct halb_buf out = { 0 }, body = { 0 };

	reply_message(q->id, LDAP_DONE, &body, NULL, &out);
	return reply_send(q, &out);
}

static bool refer(const struct ldap_request *q)
{
	struct halb_buf out = { 0 };

	reply_result(q->id, LDAP_DONE, 10, &out);
	return reply_send(q, &out);
}

static bool be_busy(const struct ldap_request *q)
{
	struct halb_buf out = { 0 };

	reply_result(q->id, LDAP_DONE, 51, &out);
	return reply_send(q, &out);
}

static bool answer_another_kind(const struct ldap_request *q)
{
	struct halb_buf out = { 0 };

	reply_result(q->id, LDAP_BIND_DONE, 0, &out);
	return reply_send(q, &out);
}

/* RFC 4511 4.4.1 */
static bool announce_the_end(const struct ldap_request *q)
{
	static const char oid[] = "1.3.6.1.4.1.1466.20036";
	struct halb_buf out = { 0 }, body = { 0 };
	const uint8_t unavailable = 52;

	reply_tlv(0x0a, &unavailable, 1, &body);
	reply_text("", &body);
	reply_text("", &body);
	reply_tlv(0x8a, oid, strlen(oid), &body);
	reply_message(0, LDAP_EXTENDED_DONE, &body, NULL, &out);
	return reply_send(q, &out) && false;
}

/* RFC 2696: a page with nothing on it, and a cookie for the next. */
static bool page_for_ever(const struct ldap_request *q)
{
	struct halb_buf out = { 0 }, body = { 0 }, controls = { 0 }, page = { 0 }, value = { 0 };
	struct halb_buf control = { 0 };
	const uint8_t zero = 0;

	reply_tlv(0x02, &zero, 1, &page);
	reply_text("again", &page);
	reply_wrap(0x30, &page, &value);
	reply_text("1.2.840.113556.1.4.319", &control);
	reply_wrap(0x04, &value, &control);
	reply_wrap(0x30, &control, &controls);
	reply_tlv(0x0a, &zero, 1, &body);
	reply_text("", &body);
	reply_text("", &body);
	reply_message(q->id, LDAP_DONE, &body, &controls, &out);
	return reply_send(q, &out);
}

/* The second attribute is longer than the entry; then all ends well. */
static bool spoil_an_attribute(const struct ldap_request *q)
{
	static const uint8_t beyond[] = { 0x30, 0x82, 0x70, 0x00, 0x04, 0x01, 'x' };
	struct halb_buf list = { 0 }, out = { 0 };

	reply_attribute("dc", "k8s1", &list);
	halb_buf_bytes(&list, beyond, sizeof beyond);
	reply_entry(q->id, &list, &out);
	reply_result(q->id, LDAP_DONE, 0, &out);
	return reply_send(q, &out);
}

/* Values that are no set of values. */
static bool spoil_the_values(const struct ldap_request *q)
{
	struct halb_buf list = { 0 }, inner = { 0 }, out = { 0 };

	reply_text("dnsRecord", &inner);
	halb_buf_bytes(&inner, "\x31\x03\x04\x7f\x41", 5);
	reply_wrap(0x30, &inner, &list);
	reply_entry(q->id, &list, &out);
	reply_result(q->id, LDAP_DONE, 0, &out);
	return reply_send(q, &out);
}

static bool spoil_the_entry(const struct ldap_request *q)
{
	struct halb_buf body = { 0 }, out = { 0 };

	halb_buf_bytes(&body, "\x01\x01\xff", 3);
	reply_message(q->id, LDAP_ENTRY, &body, NULL, &out);
	reply_result(q->id, LDAP_DONE, 0, &out);
	return reply_send(q, &out);
}

/* ---- those that only time ends ---- */

static bool say_nothing(const struct ldap_request *q)
{
	(void)q;
	return true;
}

static bool answer_late(const struct ldap_request *q)
{
	sleep(7);
	return ldap_answer_right(q);
}

/* What comes is dropped unseen from now on, as by something on the way that has forgotten us. */
static bool fall_from_the_wire(const struct ldap_request *q)
{
	static struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	static const struct sock_fprog program = { 1, nothing };

	return setsockopt(q->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

static bool read_no_more(const struct ldap_request *q)
{
	(void)q;
	return pause() == 0;
}

static bool promise_much(const struct ldap_request *q)
{
	return say(q, "\x30\x84\x7f\xff\xff\xff\x02\x01\x01", 9);
}

static bool answer_another_id(const struct ldap_request *q)
{
	const struct ldap_request other = { q->fd, (uint8_t)(q->id + 1), q->op };

	return ldap_answer_right(&other);
}

static bool stop_in_an_entry(const struct ldap_request *q)
{
	struct halb_buf list = { 0 }, out = { 0 };

	reply_attribute("dc", "k8s1", &list);
	reply_entry(q->id, &list, &out);
	out.len /= 2;
	return reply_send(q, &out);
}

static bool refer_for_ever(const struct ldap_request *q)
{
	struct halb_buf body = { 0 }, out = { 0 };

	do {
		reply_text("ldap://elsewhere.example/", &body);
		reply_message(q->id, LDAP_REFERENCE, &body, NULL, &out);
	} while (reply_send(q, &out));
	return false;
}

static bool list_for_ever(const struct ldap_request *q)
{
	struct halb_buf list = { 0 }, out = { 0 };

	do {
		reply_attribute("dc", "k8s1", &list);
		reply_entry(q->id, &list, &out);
	} while (reply_send(q, &out));
	return false;
}

static bool drip(const struct ldap_request *q)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	struct halb_buf out = { 0 };
	bool heard = true;

	for (int i = 0; i < 100; i++)
		reply_result((uint8_t)(q->id + 1), LDAP_DONE, 0, &out);
	for (size_t i = 0; heard && i < out.len; i++) {
		heard = say(q, out.data + i, 1);
		nanosleep(&pause, NULL);
	}
	halb_buf_clear(&out);
	return false;
}

static const struct {
	const char *what;
	ldap_answer_fn *fn;
	bool timed;   /* only time ends it */
	bool in_root; /* and where the rootDSE is asked for */
} hostiles[] = {
	{ "hang_up", hang_up, false, true },
	{ "reset", reset, false, true },
	{ "speak_ssh", speak_ssh, false, true },
	{ "send_zeros", send_zeros, false, true },
	{ "hang_up_after_an_entry", hang_up_after_an_entry, false, true },
	{ "hang_up_in_an_entry", hang_up_in_an_entry, false, true },
	{ "end_without_a_result", end_without_a_result, false, true },
	{ "refer", refer, false, true },
	{ "be_busy", be_busy, false, true },
	{ "answer_another_kind", answer_another_kind, false, true },
	{ "announce_the_end", announce_the_end, false, true },
	{ "page_for_ever", page_for_ever, false, false },
	{ "spoil_an_attribute", spoil_an_attribute, false, true },
	{ "spoil_the_values", spoil_the_values, false, true },
	{ "spoil_the_entry", spoil_the_entry, false, true },
	{ "say_nothing", say_nothing, true, true },
	{ "promise_much", promise_much, true, true },
	{ "answer_another_id", answer_another_id, true, true },
	{ "stop_in_an_entry", stop_in_an_entry, true, true },
	{ "refer_for_ever", refer_for_ever, true, true },
	{ "list_for_ever", list_for_ever, true, false },
	{ "drip", drip, true, true },
};

#define N_HOSTILES (sizeof hostiles / sizeof hostiles[0])

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN); /* as the program does */
	server.answer = hang_up;
	ldap_server_start(&server, "127.0.0.1");
}

TestSuite(session, .init = setup, .timeout = 120);

static enum halb_status open_session(const struct halb_login *login, int64_t wait,
				     struct halb_session **out)
{
	struct halb_addr addr = address_of("127.0.0.1");
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&addr, server.port, &sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (send_room)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_room, sizeof send_room);
	cr_assert_eq(connect(fd, (struct sockaddr *)&sa, len), 0);
	err = (struct halb_error){ 0 };
	return halb_session_open(fd, "dc1.lime.lan", login, halb_now() + wait, out, &err);
}

static const struct halb_login anonymous = { .method = HALB_LOGIN_NONE };

static bool is_failure_of_the_server(enum halb_status st)
{
	return st == HALB_E_UNREACHABLE || st == HALB_E_MALFORMED || st == HALB_E_RETRY;
}

static enum halb_status count(void *arg, size_t which, const struct halb_entry *e,
			      struct halb_error *error)
{
	(void)which;
	(void)e;
	(void)error;
	++*(size_t *)arg;
	return HALB_OK;
}

static enum halb_status search(struct halb_session *session, size_t *n)
{
	static const char *const attrs[] = { "dc", "dnsRecord", NULL };
	const struct halb_search all = { "DC=lime.lan", HALB_SCOPE_SUBTREE, "(objectClass=*)",
					 attrs, true };

	return halb_directory_search(halb_session_directory(session), &all, 1, count, n, &err);
}

Test(session, reads_what_is_right)
{
	struct halb_session *session;
	size_t n = 0;

	server.after = 2;
	cr_assert_eq(open_session(&anonymous, LONG_ENOUGH, &session), HALB_OK, "%s", err.text);
	cr_expect_str_eq(halb_session_directory(session)->domain_dn, "DC=lime,DC=lan");
	cr_expect_eq(search(session, &n), HALB_OK, "%s", err.text);
	cr_expect_eq(n, 1);
	halb_session_close(session);
}

Test(session, does_not_open_at_a_hostile_server)
{
	struct halb_session *session;

	for (size_t i = 0; i < N_HOSTILES; i++) {
		enum halb_status st;

		if (!hostiles[i].in_root)
			continue;
		server.answer = hostiles[i].fn;
		st = open_session(&anonymous, hostiles[i].timed ? SHORT : LONG_ENOUGH, &session);
		cr_expect(is_failure_of_the_server(st), "%s: %s: %s", hostiles[i].what,
			  halb_status_name(st), err.text);
		cr_expect(strstr(err.text, "dc1.lime.lan"), "%s: %s", hostiles[i].what, err.text);
	}
}

/* Only its kernel is alive; a deadline that is far away is for the login. */
Test(session, does_not_wait_long_for_the_first_answer)
{
	static const enum halb_login_tls all[] = { HALB_LOGIN_TLS_OFF, HALB_LOGIN_LDAPS };
	int64_t started = halb_now();
	struct halb_session *session;

	server.answer = say_nothing;
	for (size_t i = 0; i < 2; i++) {
		const struct halb_login login = { .method = HALB_LOGIN_GSSAPI, .tls = all[i] };

		if (all[i] == HALB_LOGIN_LDAPS)
			listen_silently("127.0.0.1", &server.port);
		cr_expect_eq(open_session(&login, LONG_ENOUGH, &session), HALB_E_UNREACHABLE);
		cr_expect_str_eq(err.text, SILENT);
		cr_expect(strstr(err.hint, "--server"), "%s", err.hint);
	}
	cr_expect_lt(halb_now() - started, LONG_ENOUGH);
}

Test(session, never_takes_a_piece_of_a_result_for_all_of_it)
{
	struct halb_session *session;

	server.after = 1;
	for (size_t i = 0; i < N_HOSTILES; i++) {
		enum halb_status st;
		size_t n = 0;

		server.answer = hostiles[i].fn;
		cr_assert_eq(open_session(&anonymous, LONG_ENOUGH, &session), HALB_OK, "%s",
			     err.text);
		if (hostiles[i].timed)
			halb_session_limit(session, halb_now() + SHORT);
		st = search(session, &n);
		cr_expect(is_failure_of_the_server(st), "%s: %s: %s", hostiles[i].what,
			  halb_status_name(st), err.text);
		cr_expect(strstr(err.text, "dc1.lime.lan"), "%s: %s", hostiles[i].what, err.text);
		halb_session_close(session);
	}
}

Test(session, starts_no_tls_with_a_hostile_server)
{
	const struct halb_login login = { .method = HALB_LOGIN_NONE, .tls = HALB_LOGIN_STARTTLS };
	struct halb_session *session;

	for (size_t i = 0; i < N_HOSTILES; i++) {
		if (hostiles[i].fn == announce_the_end)
			continue; /* libldap 2.5 leaks the notice where it waits for a result */
		server.answer = hostiles[i].fn;
		cr_expect_eq(open_session(&login, SHORT, &session), HALB_E_UNREACHABLE, "%s: %s",
			     hostiles[i].what, err.text);
	}
}

Test(session, needs_a_server_that_speaks_tls)
{
	const struct halb_login login = { .method = HALB_LOGIN_NONE, .tls = HALB_LOGIN_LDAPS };
	struct halb_session *session;

	cr_expect_eq(open_session(&login, LONG_ENOUGH, &session), HALB_E_UNREACHABLE, "%s", err.text);
	listen_silently("127.0.0.1", &server.port);
	cr_expect_eq(open_session(&login, SHORT, &session), HALB_E_UNREACHABLE);
	cr_expect_str_eq(err.text, SILENT);
}

/* ---- slow, or hung ---- */

static enum halb_status take_outcome(void *arg, size_t which, enum halb_status status,
				     const struct halb_error *why)
{
	(void)which;
	(void)why;
	*(enum halb_status *)arg = status;
	return HALB_OK;
}

/* The outcome that was told of the write is the same as what is returned. */
static enum halb_status write_once(struct halb_session *session)
{
	const struct halb_write removal = { .kind = HALB_WRITE_REMOVE, .dn = "DC=k8s1" };
	enum halb_status told = HALB_E_INTERNAL;
	enum halb_status st = halb_directory_write(halb_session_directory(session), &removal, 1,
						   take_outcome, &told, &err);

	cr_expect_eq(st, told, "%s", err.text);
	return st;
}

/* Answers who it is, and then as `answer` does. */
static struct halb_session *session_at(ldap_answer_fn *answer)
{
	struct halb_session *session;

	server.after = 1;
	server.answer = answer;
	cr_assert_eq(open_session(&anonymous, LONG_ENOUGH, &session), HALB_OK, "%s", err.text);
	return session;
}

Test(session, waits_for_a_dc_that_is_slow_over_a_write)
{
	struct halb_session *session = session_at(answer_late);

	cr_expect_eq(write_once(session), HALB_OK, "%s", err.text);
	halb_session_close(session);
}

Test(session, gives_up_a_dc_that_does_not_answer_on_a_new_connection_either)
{
	struct halb_session *session = session_at(say_nothing);
	size_t n = 0;

	server.after = 0;
	cr_expect_eq(write_once(session), HALB_E_UNREACHABLE);
	cr_expect_str_eq(err.text, "dc1.lime.lan: no answer, and none on a new connection");
	cr_expect_eq(search(session, &n), HALB_E_UNREACHABLE);
	cr_expect_str_eq(err.text, "dc1.lime.lan: the connection is lost");
	halb_session_close(session);
}

Test(session, ends_a_connection_whose_packets_are_lost_though_the_dc_answers_others)
{
	struct halb_session *session = session_at(fall_from_the_wire);

	cr_expect_eq(write_once(session), HALB_E_UNREACHABLE);
	cr_expect_str_eq(err.text, "dc1.lime.lan: the answer: Can't contact LDAP server");
	halb_session_close(session);
}

/* Each write(2) waits for room, and so would each farewell to a search. */
Test(session, gives_up_a_dc_that_reads_nothing)
{
	enum { MANY = 1000 };
	static const char *const attrs[] = { "dc", NULL };
	static struct halb_search searches[MANY];
	const int small = 4096;
	struct halb_session *session;
	size_t n = 0;

	for (size_t i = 0; i < MANY; i++)
		searches[i] = (struct halb_search){ "DC=lime.lan", HALB_SCOPE_BASE,
						    "(objectClass=*)", attrs, true };
	send_room = 4096;
	setsockopt(server.listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	session = session_at(read_no_more);
	cr_expect_eq(halb_directory_search(halb_session_directory(session), searches, MANY, count,
					   &n, &err), HALB_E_UNREACHABLE);
	cr_expect_str_eq(err.text, "dc1.lime.lan: DC=lime.lan: Can't contact LDAP server");
	halb_session_close(session);
}
