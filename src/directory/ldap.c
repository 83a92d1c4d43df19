/* SPDX-License-Identifier: Apache-2.0 */
/* Searches and writes over libldap, several under way at a time. */
#include "session_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "halb/base/deadline.h"

#define PAGE_SIZE   1000 /* MaxPageSize of AD's default query policy */
#define EMPTY_MOST  100  /* pages without an entry, one after the other */
#define WINDOW      32   /* writes under way */

/* ---- silence ---- */

/* Of a DC that is silent nothing is expected any more: what comes after would wait once more. */
static enum halb_status lose(struct halb_session *session, const char *how, struct halb_error *err)
{
	session->lost = true;
	shutdown(session->fd, SHUT_RDWR);
	halb_fail(err, HALB_E_UNREACHABLE, "%s: %s", session->host, how);
	return halb_hint(err, "it hangs, or is overloaded: start it anew; a plan or register that "
			      "is run again takes another one that answers");
}

/* For libldap's own errors; busy it calls a connection that takes no more. */
static enum halb_status fail_last(struct halb_session *session, int rc, const char *what,
				  struct halb_error *err)
{
	halb_ldap_fail_last(err, session->ld, rc == LDAP_BUSY ? LDAP_SERVER_DOWN : rc, what);
	session->lost |= err->status == HALB_E_UNREACHABLE;
	return halb_fail_in(err, "%s", session->host);
}

static enum halb_status check_lost(const struct halb_session *session, struct halb_error *err)
{
	return session->lost ? halb_fail(err, HALB_E_UNREACHABLE, "%s: the connection is lost",
					 session->host)
			     : HALB_OK;
}

/* ---- results ---- */

/* Why there is no message. */
static enum halb_status fail_message(struct halb_session *session, struct halb_error *err)
{
	int rc = LDAP_SUCCESS;

	ldap_get_option(session->ld, LDAP_OPT_RESULT_CODE, &rc);
	return fail_last(session, rc ? rc : LDAP_SERVER_DOWN, "the answer", err);
}

/* One message, or the reason why there is none. The caller frees it. */
static enum halb_status next_message(struct halb_session *session, LDAPMessage **msg,
				     struct halb_error *err)
{
	const int64_t slice = HALB_FIRST_WAIT * HALB_SEC;
	int64_t patience = halb_now() + HALB_LDAP_PATIENCE * HALB_SEC;

	for (bool alive = true;; alive = halb_session_is_alive(session)) {
		int64_t left = halb_deadline_left(session->until);
		struct timeval wait = halb_timeval(!alive ? 0 : left < slice ? left : slice);
		int rc = ldap_result(session->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &wait, msg);

		/* A server that always has one answer more would never let the time run out. */
		if (rc > 0 && left > 0)
			return HALB_OK;
		if (rc < 0)
			return fail_message(session, err);
		if (left < slice)
			return lose(session, "no answer in time", err);
		if (!alive)
			return lose(session, "no answer, and none on a new connection", err);
		if (!halb_deadline_left(patience))
			return lose(session, "no answer, though it answers on a new connection",
				    err);
	}
}

/* The result code of a final message, its diagnostic text and its controls. */
struct outcome {
	int code;
	char *diagnostic;
	LDAPControl **controls;
};

static int parse_outcome(LDAP *ld, LDAPMessage *msg, struct outcome *out)
{
	return ldap_parse_result(ld, msg, &out->code, NULL, &out->diagnostic, NULL, &out->controls,
				 0);
}

static void clear_outcome(struct outcome *out)
{
	ldap_memfree(out->diagnostic);
	ldap_controls_free(out->controls);
}

/* ---- searches ---- */

struct running {
	const struct halb_search *search;
	int msgid;    /* 0: done */
	int n_empty;  /* pages without an entry, the last ones */
	bool has_any; /* this page has one */
};

static int send_search(struct halb_session *session, struct running *run, struct berval *cookie)
{
	static const int scopes[] = { [HALB_SCOPE_BASE] = LDAP_SCOPE_BASE,
				      [HALB_SCOPE_ONE] = LDAP_SCOPE_ONELEVEL,
				      [HALB_SCOPE_SUBTREE] = LDAP_SCOPE_SUBTREE };
	const struct halb_search *search = run->search;
	LDAPControl *controls[2] = { NULL, NULL };
	int rc = LDAP_SUCCESS;

	if (search->scope != HALB_SCOPE_BASE) /* RFC 2696 */
		rc = ldap_create_page_control(session->ld, PAGE_SIZE, cookie, 1, &controls[0]);
	if (rc == LDAP_SUCCESS)
		rc = ldap_search_ext(session->ld, search->base, scopes[search->scope],
				     search->filter, (char **)(uintptr_t)search->attrs, 0,
				     controls, NULL, NULL, 0, &run->msgid);
	if (controls[0])
		ldap_control_free(controls[0]);
	if (rc != LDAP_SUCCESS)
		run->msgid = 0; /* libldap leaves -1 there, and asserts that nobody gives that up */
	return rc;
}

/* libldap ends an entry's attributes in the same way where it cannot read on: only this tells. */
static bool is_readable(LDAP *ld)
{
	int rc = LDAP_SUCCESS;

	ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &rc);
	return rc != LDAP_DECODING_ERROR;
}

static size_t count_attrs(LDAP *ld, LDAPMessage *msg)
{
	BerElement *ber = NULL;
	size_t n = 0;

	for (char *name = ldap_first_attribute(ld, msg, &ber); name;
	     name = ldap_next_attribute(ld, msg, ber)) {
		ldap_memfree(name);
		n++;
	}
	ber_free(ber, 0);
	return n;
}

static void free_attrs(struct halb_attr *attrs, struct berval ***values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ldap_memfree((char *)(uintptr_t)attrs[i].name);
		free((void *)(uintptr_t)attrs[i].values);
		ldap_value_free_len(values[i]);
	}
	free(attrs);
	free(values);
}

static bool fill_attr(LDAP *ld, LDAPMessage *msg, char *name, struct halb_attr *attr,
		      struct berval ***values)
{
	struct halb_value *list;

	*values = ldap_get_values_len(ld, msg, name);
	attr->name = name;
	attr->n = (size_t)ldap_count_values_len(*values);
	list = calloc(attr->n + 1, sizeof *list);
	attr->values = list;
	for (size_t i = 0; list && i < attr->n; i++)
		list[i] = (struct halb_value){ (const uint8_t *)(*values)[i]->bv_val,
					       (*values)[i]->bv_len };
	return list != NULL;
}

/* Hands one entry to the caller's function, as our own type. */
static enum halb_status deliver(struct halb_session *session, LDAPMessage *msg, size_t which,
				halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	const int well = LDAP_SUCCESS;
	bool set = ldap_set_option(session->ld, LDAP_OPT_RESULT_CODE, &well) == LDAP_OPT_SUCCESS;
	size_t room = count_attrs(session->ld, msg), n = 0;
	struct halb_attr *attrs = calloc(room + 1, sizeof *attrs);
	struct berval ***values = calloc(room + 1, sizeof *values);
	char *dn = ldap_get_dn(session->ld, msg);
	enum halb_status st = HALB_E_NOMEM;
	BerElement *ber = NULL;
	bool ok = attrs && values && dn && set;

	for (char *name = ok ? ldap_first_attribute(session->ld, msg, &ber) : NULL; name;
	     name = ldap_next_attribute(session->ld, msg, ber)) {
		ok = fill_attr(session->ld, msg, name, &attrs[n], &values[n]) && ok;
		n++;
	}
	ber_free(ber, 0);
	if (!is_readable(session->ld)) {
		st = halb_fail(err, HALB_E_MALFORMED, "%s: an entry that cannot be read",
			       session->host);
	} else if (ok) {
		const struct halb_entry entry = { dn, attrs, n };

		st = fn(arg, which, &entry, err);
	} else {
		halb_fail_nomem(err);
	}
	ldap_memfree(dn);
	if (attrs && values)
		free_attrs(attrs, values, n);
	return st;
}

/* A search's end: perhaps only its page's end, then the next page is asked for. */
static enum halb_status end_search(struct halb_session *session, LDAPMessage *msg,
				   struct running *run, struct halb_error *err)
{
	struct outcome out = { 0 };
	struct berval cookie = { 0 };
	ber_int_t estimate;
	LDAPControl *page;
	bool endless;
	int rc = parse_outcome(session->ld, msg, &out), sent = LDAP_SUCCESS;

	run->msgid = 0;
	if (rc == LDAP_SUCCESS)
		rc = out.code;
	page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, out.controls, NULL);
	if (rc == LDAP_SUCCESS && page)
		rc = ldap_parse_pageresponse_control(session->ld, page, &estimate, &cookie);
	run->n_empty = run->has_any ? 0 : run->n_empty + 1;
	run->has_any = false;
	endless = run->n_empty >= EMPTY_MOST;
	if (rc == LDAP_SUCCESS && cookie.bv_len && !endless)
		sent = send_search(session, run, &cookie);
	endless = endless && cookie.bv_len;
	ldap_memfree(cookie.bv_val);
	if (rc == LDAP_NO_SUCH_OBJECT && run->search->may_be_absent)
		rc = LDAP_SUCCESS;
	if (rc != LDAP_SUCCESS) {
		halb_ldap_fail(err, rc, out.diagnostic, run->search->base);
		halb_fail_in(err, "%s: search", session->host);
	}
	clear_outcome(&out);
	if (sent != LDAP_SUCCESS)
		return fail_last(session, sent, run->search->base, err);
	if (rc == LDAP_SUCCESS && endless)
		return halb_fail(err, HALB_E_MALFORMED, "%s: search: %s: %d pages without an entry, and "
						      "no end", session->host, run->search->base,
				 EMPTY_MOST);
	return rc == LDAP_SUCCESS ? HALB_OK : err->status;
}

static enum halb_status take_search_message(struct halb_session *session, LDAPMessage *msg,
					    struct running *runs, size_t n, halb_entry_fn *fn,
					    void *arg, struct halb_error *err)
{
	int id = ldap_msgid(msg), type = ldap_msgtype(msg);

	for (size_t i = 0; i < n; i++) {
		if (runs[i].msgid != id)
			continue;
		runs[i].has_any |= type == LDAP_RES_SEARCH_ENTRY;
		if (type == LDAP_RES_SEARCH_ENTRY)
			return deliver(session, msg, i, fn, arg, err);
		if (type == LDAP_RES_SEARCH_RESULT)
			return end_search(session, msg, &runs[i], err);
		if (type == LDAP_RES_SEARCH_REFERENCE) /* to another partition: not followed */
			return HALB_OK;
		return halb_fail(err, HALB_E_MALFORMED, "%s: search: %s: an answer of another kind",
				 session->host, runs[i].search->base);
	}
	return HALB_OK; /* an answer to what was given up before */
}

static bool any_running(const struct running *runs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (runs[i].msgid)
			return true;
	return false;
}

static void abandon(struct halb_session *session, struct running *runs, size_t n)
{
	for (size_t i = 0; i < n && !session->lost; i++)
		if (runs[i].msgid)
			ldap_abandon_ext(session->ld, runs[i].msgid, NULL, NULL);
}

static enum halb_status run_searches(void *self, const struct halb_search *searches, size_t n,
				    halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	struct halb_session *session = self;
	struct running *runs = calloc(n, sizeof *runs);
	enum halb_status st = runs ? check_lost(session, err) : halb_fail_nomem(err);

	for (size_t i = 0; st == HALB_OK && i < n; i++) {
		int rc;

		runs[i].search = &searches[i];
		rc = send_search(session, &runs[i], NULL);
		if (rc != LDAP_SUCCESS)
			st = fail_last(session, rc, searches[i].base, err);
	}
	while (st == HALB_OK && any_running(runs, n)) {
		LDAPMessage *msg = NULL;

		st = next_message(session, &msg, err);
		if (st == HALB_OK)
			st = take_search_message(session, msg, runs, n, fn, arg, err);
		ldap_msgfree(msg);
	}
	if (runs && st != HALB_OK)
		abandon(session, runs, n);
	free(runs);
	return st;
}

/* ---- writes ---- */

static void free_mods(LDAPMod **mods)
{
	for (size_t i = 0; mods && mods[i]; i++)
		free(mods[i]);
	free(mods);
}

/* The write as libldap wants it; one allocation a level, freed by free_mods(). */
static LDAPMod **make_mods(const struct halb_write *write)
{
	static const int ops[] = { [HALB_MOD_ADD] = LDAP_MOD_ADD,
				   [HALB_MOD_DELETE] = LDAP_MOD_DELETE,
				   [HALB_MOD_REPLACE] = LDAP_MOD_REPLACE };
	LDAPMod **mods = calloc(write->n_mods + 1, sizeof *mods);

	for (size_t i = 0; mods && i < write->n_mods; i++) {
		const struct halb_mod *mod = &write->mods[i];
		size_t head = sizeof(LDAPMod) + (mod->n + 1) * sizeof(struct berval *);
		LDAPMod *m = calloc(1, head + mod->n * sizeof(struct berval));
		struct berval **list, *values;

		mods[i] = m;
		if (!m) {
			free_mods(mods);
			return NULL;
		}
		list = (struct berval **)(m + 1);
		values = (struct berval *)((char *)m + head);
		m->mod_op = ops[mod->op] | LDAP_MOD_BVALUES;
		m->mod_type = (char *)(uintptr_t)mod->attr;
		m->mod_bvalues = mod->n ? list : NULL;
		for (size_t v = 0; v < mod->n; v++) {
			values[v] = (struct berval){ mod->values[v].len,
						     (char *)(uintptr_t)mod->values[v].bytes };
			list[v] = &values[v];
		}
	}
	return mods;
}

static int send_write(struct halb_session *session, const struct halb_write *write, int *msgid)
{
	LDAPMod **mods;
	int rc = LDAP_NO_MEMORY;

	if (write->kind == HALB_WRITE_REMOVE)
		return ldap_delete_ext(session->ld, write->dn, NULL, NULL, msgid);
	mods = make_mods(write);
	if (mods && write->kind == HALB_WRITE_ADD)
		rc = ldap_add_ext(session->ld, write->dn, mods, NULL, NULL, msgid);
	else if (mods)
		rc = ldap_modify_ext(session->ld, write->dn, mods, NULL, NULL, msgid);
	free_mods(mods);
	return rc;
}

/* Writes sent and not yet answered, in any order: a server may work on several at once. */
struct window {
	struct {
		int msgid;
		size_t which;
	} items[WINDOW];
	size_t n;
};

static enum halb_status take_write_message(struct halb_session *session, LDAPMessage *msg,
					   const struct halb_write *writes, struct window *win,
					   halb_written_fn *fn, void *arg)
{
	struct halb_error why = { 0 };
	struct outcome out = { 0 };
	size_t at = 0, which;
	enum halb_status st = HALB_OK;
	int rc;

	while (at < win->n && win->items[at].msgid != ldap_msgid(msg))
		at++;
	if (at == win->n)
		return HALB_OK; /* an answer to what was given up before */
	which = win->items[at].which;
	win->items[at] = win->items[--win->n];
	rc = parse_outcome(session->ld, msg, &out);
	if (rc == LDAP_SUCCESS)
		rc = out.code;
	if (rc != LDAP_SUCCESS) {
		st = halb_ldap_fail(&why, rc, out.diagnostic, writes[which].dn);
		halb_fail_in(&why, "%s", session->host);
	}
	clear_outcome(&out);
	return fn(arg, which, st, &why);
}

/* The connection is gone: of the writes under way nobody knows. */
static void report_lost(const struct window *win, halb_written_fn *fn, void *arg,
			const struct halb_error *why)
{
	for (size_t i = 0; i < win->n; i++)
		(void)fn(arg, win->items[i].which, HALB_E_UNREACHABLE, why);
}

static enum halb_status send_next(struct halb_session *session, const struct halb_write *writes,
				  size_t which, struct window *win, struct halb_error *err)
{
	int rc = send_write(session, &writes[which], &win->items[win->n].msgid);

	if (rc != LDAP_SUCCESS)
		return fail_last(session, rc, writes[which].dn, err);
	win->items[win->n++].which = which;
	return HALB_OK;
}

static enum halb_status run_writes(void *self, const struct halb_write *writes, size_t n,
				   halb_written_fn *fn, void *arg, struct halb_error *err)
{
	struct halb_session *session = self;
	struct window win = { .n = 0 };
	enum halb_status st = check_lost(session, err), verdict = HALB_OK, one = HALB_OK;
	size_t sent = 0;

	while (st == HALB_OK && (win.n || (verdict == HALB_OK && sent < n))) {
		LDAPMessage *msg = NULL;

		if (verdict == HALB_OK && sent < n && win.n < WINDOW) {
			st = send_next(session, writes, sent++, &win, err);
			continue;
		}
		st = next_message(session, &msg, err);
		if (st == HALB_OK)
			one = take_write_message(session, msg, writes, &win, fn, arg);
		if (verdict == HALB_OK) /* what ended the batch is not undone by a later answer */
			verdict = one;
		ldap_msgfree(msg);
	}
	if (st != HALB_OK)
		report_lost(&win, fn, arg, err);
	return st != HALB_OK ? st : verdict;
}

const struct halb_directory_ops halb_ldap_ops = { run_searches, run_writes };
