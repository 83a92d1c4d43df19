/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread for each DC, since libldap, SASL and libkrb5 block: a dead DC, or one that never ends a
 * sentence, holds up nobody but its own. What all of them use lives until the last has let go of it.
 */
#include "survey_priv.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "halb/net/loop.h"

/* A resolver that is silent leaves half of the time for what can do without it. */
#define LOCATE_SHARE 2

#define TICK (200 * HALB_MSEC)

struct slot {
	struct halb_survey *survey;
	const struct halb_dc *dc;
	atomic_int stage;
	pthread_t thread;
	bool has_thread;

	/* Under the survey's lock; the thread's alone until `done`. */
	struct halb_dc_look look;
	bool done;
	bool joins;
};

struct halb_survey {
	struct halb_survey_order order;
	pthread_t finder; /* finds the DCs and starts the others */
	int wake;	  /* eventfd: something is done */

	pthread_mutex_t lock; /* for what follows */
	unsigned users;	      /* threads, and the caller */
	bool found;	      /* the DCs are in `dcs` and `slots`, which then stay as they are */
	struct halb_dc_list dcs;
	struct slot *slots; /* one for each DC */
	size_t n_done;
	bool finder_done;
	struct halb_findings trouble;
	enum halb_status status; /* of looking itself */
	struct halb_error err;
};

static void destroy(struct halb_survey *s)
{
	for (size_t i = 0; s->slots && i < s->dcs.n; i++)
		halb_dc_look_clear(&s->slots[i].look);
	free(s->slots);
	halb_dc_list_clear(&s->dcs);
	halb_findings_clear(&s->trouble);
	if (s->wake >= 0)
		close(s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* Called with the lock, which is gone afterwards, and perhaps the survey with it. */
static void release(struct halb_survey *s)
{
	bool last = --s->users == 0;

	pthread_mutex_unlock(&s->lock);
	if (last)
		destroy(s);
}

/* Called with the lock. */
static void note(struct halb_survey *s, enum halb_status st, const struct halb_error *err)
{
	const uint64_t one = 1;

	if (st != HALB_OK && s->status == HALB_OK) {
		s->status = st;
		s->err = *err;
	}
	/* A full counter would have woken everybody anyhow. */
	(void)!write(s->wake, &one, sizeof one);
}

/* ---- one DC ---- */

static void look_at(struct slot *slot)
{
	struct halb_survey *s = slot->survey;
	struct halb_dc_look look = { .address = slot->dc->address };
	struct halb_error err;
	enum halb_status st;

	snprintf(look.name, sizeof look.name, "%s", slot->dc->name);
	st = halb_survey_look(&s->order, slot->dc, &slot->stage, &look, &err);
	pthread_mutex_lock(&s->lock);
	slot->look = look;
	slot->done = true;
	s->n_done++;
	note(s, st, &err);
	pthread_mutex_unlock(&s->lock);
}

static void *run_slot(void *arg)
{
	struct slot *slot = arg;
	struct halb_survey *s = slot->survey;

	look_at(slot);
	pthread_mutex_lock(&s->lock);
	release(s);
	return NULL;
}

/* ---- all of them ---- */

static enum halb_status copy_dcs(const struct halb_survey_seam *seam, struct halb_dc_list *dcs,
				 struct halb_error *err)
{
	dcs->items = calloc(seam->dcs.n + 1, sizeof *dcs->items);
	if (!dcs->items)
		return halb_fail_nomem(err);
	memcpy(dcs->items, seam->dcs.items, seam->dcs.n * sizeof *dcs->items);
	dcs->n = seam->dcs.n;
	return HALB_OK;
}

static enum halb_status locate(struct halb_survey *s, struct halb_dc_list *dcs,
			       struct halb_findings *trouble, struct halb_error *err)
{
	const struct halb_site_directory *d = &s->order.site->directory;
	int64_t limit = halb_now() + halb_deadline_left(s->order.deadline) / LOCATE_SHARE;
	struct halb_error why;

	if (s->order.seam)
		return copy_dcs(s->order.seam, dcs, err);
	if (halb_locate_dcs(&s->order.site->domain, d->servers, d->n_servers, limit, dcs, &why) ==
	    HALB_OK)
		return HALB_OK;
	if (why.status == HALB_E_NOMEM)
		return halb_fail_nomem(err);
	return halb_findings_add(trouble,
				 &(struct halb_finding){ .code = HALB_CODE_LDAP_UNREACHABLE,
							 .severity = HALB_SEV_UNKNOWN,
							 .server = "resolver",
							 .actual = why.text,
							 .hint = why.hint },
				 err);
}

static enum halb_status make_slots(struct halb_survey *s, const struct halb_dc_list *dcs,
				   struct slot **out, struct halb_error *err)
{
	struct slot *slots = calloc(dcs->n + 1, sizeof *slots);

	if (!slots)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < dcs->n; i++) {
		slots[i].survey = s;
		slots[i].dc = &dcs->items[i];
	}
	*out = slots;
	return HALB_OK;
}

/* Called with the lock. A DC for which there is no thread is looked at by the finder. */
static void start_threads(struct halb_survey *s)
{
	for (size_t i = 0; i < s->dcs.n; i++) {
		struct slot *slot = &s->slots[i];

		slot->has_thread = pthread_create(&slot->thread, NULL, run_slot, slot) == 0;
		s->users += slot->has_thread;
	}
}

static void *find(void *arg)
{
	struct halb_survey *s = arg;
	struct halb_dc_list dcs = { 0 };
	struct halb_findings trouble = { 0 };
	struct slot *slots = NULL;
	struct halb_error err;
	enum halb_status st = locate(s, &dcs, &trouble, &err);

	if (st == HALB_OK)
		st = make_slots(s, &dcs, &slots, &err);
	pthread_mutex_lock(&s->lock);
	s->dcs = dcs;
	s->slots = slots;
	s->trouble = trouble;
	s->found = true;
	if (slots)
		start_threads(s);
	note(s, st, &err);
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; slots && i < dcs.n; i++)
		if (!slots[i].has_thread)
			look_at(&slots[i]);
	pthread_mutex_lock(&s->lock);
	s->finder_done = true;
	note(s, HALB_OK, NULL);
	release(s);
	return NULL;
}

/* The threads take no signals: those are for the one that waits. */
static int create_finder(struct halb_survey *s)
{
	sigset_t all, old;
	int code;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	code = pthread_create(&s->finder, NULL, find, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return code;
}

enum halb_status halb_survey_start(const struct halb_site *site, const struct halb_login *login,
				   int64_t deadline, struct halb_survey **out,
				   struct halb_error *err)
{
	return halb_survey_start_at(&(struct halb_survey_order){ site, login, NULL, deadline }, out,
				    err);
}

enum halb_status halb_survey_start_at(const struct halb_survey_order *order,
				      struct halb_survey **out, struct halb_error *err)
{
	struct halb_survey *s = calloc(1, sizeof *s);
	int code;

	if (!s)
		return halb_fail_nomem(err);
	*s = (struct halb_survey){ .order = *order,
				   .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
				   .users = 2 };
	pthread_mutex_init(&s->lock, NULL);
	code = s->wake < 0 ? errno : create_finder(s);
	if (code == 0) {
		*out = s;
		return HALB_OK;
	}
	destroy(s);
	return halb_fail(err, HALB_E_INTERNAL, "no thread to look at the DCs: %s", strerror(code));
}

/* ---- waiting ---- */

struct wait {
	struct halb_survey *survey;
	struct halb_loop *loop;
	bool (*go_on)(void *arg);
	void *arg;
	enum halb_status status;
	struct halb_error err;
};

static void on_wake(void *arg, int fd, unsigned events)
{
	struct wait *w = arg;
	struct halb_survey *s = w->survey;
	uint64_t n;

	(void)events;
	(void)!read(fd, &n, sizeof n);
	pthread_mutex_lock(&s->lock);
	if ((s->finder_done && s->n_done == s->dcs.n) || s->status != HALB_OK)
		halb_loop_stop(w->loop);
	pthread_mutex_unlock(&s->lock);
}

static void tick(void *arg)
{
	struct wait *w = arg;
	struct halb_timer *timer; /* ends with the loop */

	w->status = halb_loop_at(w->loop, halb_now() + TICK, tick, w, &timer, &w->err);
	if (w->status != HALB_OK || (w->go_on && !w->go_on(w->arg)))
		halb_loop_stop(w->loop);
}

static enum halb_status wait_for_all(struct wait *w, struct halb_error *err)
{
	enum halb_status st = halb_loop_new(&w->loop, err);

	if (st == HALB_OK)
		st = halb_loop_watch(w->loop, w->survey->wake, HALB_LOOP_READ, on_wake, w, err);
	if (st == HALB_OK) {
		tick(w);
		st = halb_loop_run(w->loop, w->survey->order.deadline, err);
	}
	halb_loop_free(w->loop);
	if (w->status != HALB_OK) {
		*err = w->err;
		return w->status;
	}
	return st == HALB_E_RETRY ? HALB_OK : st;
}

/* ---- the result ---- */

/* Of a DC that is not done: where it hangs. */
static enum halb_status give_up_on(struct slot *slot, struct halb_dc_look *look,
				   struct halb_error *err)
{
	static const struct {
		enum halb_seen reachable;
		const char *actual;
	} words[] = {
		[STAGE_CONNECT] = { HALB_SEEN_NO, "no answer in time" },
		[STAGE_LOGIN] = { HALB_SEEN_YES, "the login took longer than there was time" },
		[STAGE_READ] = { HALB_SEEN_YES, "reading took longer than there was time" },
	};
	int stage = atomic_load(&slot->stage);

	*look = (struct halb_dc_look){ .address = slot->dc->address,
				       .reachable = words[stage].reachable };
	snprintf(look->name, sizeof look->name, "%s", slot->dc->name);
	return halb_findings_add(&look->trouble,
				 &(struct halb_finding){
					 .code = HALB_CODE_LDAP_UNREACHABLE,
					 .severity = HALB_SEV_UNKNOWN,
					 .server = look->name,
					 .actual = (char *)(uintptr_t)words[stage].actual,
					 .hint = "nobody knows what it holds: give it more time "
						 "with --timeout, or look at what it waits for" },
				 err);
}

static enum halb_status collect_slot(struct slot *slot, struct halb_survey_result *result,
				     struct halb_error *err)
{
	struct halb_dc_look *look = &result->looks[result->n++];

	if (!slot->done)
		return give_up_on(slot, look, err);
	*look = slot->look;
	slot->look = (struct halb_dc_look){ 0 };
	return HALB_OK;
}

static enum halb_status note_not_found(struct halb_survey_result *result, struct halb_error *err)
{
	return halb_findings_add(&result->trouble,
				 &(struct halb_finding){
					 .code = HALB_CODE_LDAP_UNREACHABLE,
					 .severity = HALB_SEV_UNKNOWN,
					 .server = "resolver",
					 .actual = "no domain controller was found in time",
					 .hint = "is there a name server in /etc/resolv.conf that "
						 "answers? Or name the DCs with --server" },
				 err);
}

/* In an order that is the same in each run, whatever the resolver's was. */
static int by_name(const void *a, const void *b)
{
	const struct halb_dc_look *x = a, *y = b;

	return strcasecmp(x->name, y->name);
}

/* Called with the lock. */
static enum halb_status collect(struct halb_survey *s, struct halb_survey_result *result,
				struct halb_error *err)
{
	enum halb_status st = s->status;

	if (st != HALB_OK && err)
		*err = s->err;
	if (st == HALB_OK && !s->found)
		return note_not_found(result, err);
	if (st == HALB_OK && !(result->looks = calloc(s->dcs.n + 1, sizeof *result->looks)))
		st = halb_fail_nomem(err);
	result->trouble = s->trouble;
	s->trouble = (struct halb_findings){ 0 };
	for (size_t i = 0; st == HALB_OK && i < s->dcs.n; i++)
		st = collect_slot(&s->slots[i], result, err);
	if (result->n)
		qsort(result->looks, result->n, sizeof *result->looks, by_name);
	return st;
}

/*
 * Called with the lock, which is gone afterwards. What is done is joined, so that nothing of it runs
 * beside exit(3). Whether something runs on.
 */
static bool let_go(struct halb_survey *s)
{
	bool all = s->finder_done;

	for (size_t i = 0; s->slots && i < s->dcs.n; i++) {
		struct slot *slot = &s->slots[i];

		all = all && slot->done;
		slot->joins = slot->has_thread && slot->done;
		if (slot->has_thread && !slot->done)
			pthread_detach(slot->thread);
	}
	pthread_mutex_unlock(&s->lock);
	if (all)
		pthread_join(s->finder, NULL);
	for (size_t i = 0; s->slots && i < s->dcs.n; i++)
		if (s->slots[i].joins)
			pthread_join(s->slots[i].thread, NULL);
	return !all;
}

enum halb_status halb_survey_finish(struct halb_survey *survey, bool (*go_on)(void *arg), void *arg,
				    struct halb_survey_result *out, struct halb_error *err)
{
	struct wait w = { .survey = survey, .go_on = go_on, .arg = arg };
	struct halb_survey_result result = { 0 };
	struct halb_error own;
	enum halb_status st = wait_for_all(&w, &own), got;

	pthread_mutex_lock(&survey->lock);
	got = collect(survey, &result, st == HALB_OK ? &own : NULL);
	result.abandoned = let_go(survey);
	pthread_mutex_lock(&survey->lock);
	release(survey);
	*out = result;
	st = st == HALB_OK ? got : st;
	if (st != HALB_OK)
		*err = own;
	return st;
}

void halb_survey_result_clear(struct halb_survey_result *result)
{
	for (size_t i = 0; i < result->n; i++)
		halb_dc_look_clear(&result->looks[i]);
	free(result->looks);
	halb_findings_clear(&result->trouble);
	*result = (struct halb_survey_result){ 0 };
}
