/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at the directories of all of a domain's DCs at the same time, beside whatever else goes on:
 * whether each holds what a site wants. Never writes.
 */
#ifndef HALB_SURVEY_SURVEY_H
#define HALB_SURVEY_SURVEY_H

#include "halb/config/site.h"
#include "halb/directory/session.h"
#include "halb/verify/verify.h"

/* What was seen of one DC. */
struct halb_dc_look {
	char name[256];
	struct halb_addr address;
	enum halb_seen reachable; /* it answers, or, where nobody can log in, takes connections */
	bool read;                /* all of it; `drift` is complete then */
	bool has_zones;           /* it holds DNS zones at all */
	char *domain_dn, *dns_dn; /* where replication brings the reservation and the records; owned */
	struct halb_findings drift;   /* what its directory holds that the site does not want so */
	struct halb_findings trouble; /* why it was not read, or what else is wrong with it */
};

struct halb_survey;

/*
 * Begins: finds the DCs, logs in to each in a thread of its own, reads, plans. `login` NULL: nobody
 * can log in, and only whether each answers is looked at. libldap and libkrb5 wait as they like, so
 * a thread may outlive `deadline`: see below. `site` and `login` must live as long.
 */
enum halb_status halb_survey_start(const struct halb_site *site, const struct halb_login *login,
				   int64_t deadline, struct halb_survey **out,
				   struct halb_error *err) HALB_CHECKED;

struct halb_survey_result {
	struct halb_dc_look *looks; /* owned */
	size_t n;
	struct halb_findings trouble; /* where the DCs could not even be found */
	/*
	 * A thread still runs, and with it what it uses must live on: the site and the login. It is
	 * not to be waited for, nor may exit(3) run under it: end with _exit(2).
	 */
	bool abandoned;
};

/*
 * Waits until all is seen, or until the deadline; what was not seen by then is said to be unknown.
 * `go_on` is asked a few times a second and ends the wait by false; it may be NULL. Frees the
 * survey. The result is the caller's to clear, also on failure: HALB_E_NOMEM, HALB_E_INTERNAL.
 */
enum halb_status halb_survey_finish(struct halb_survey *take_survey, bool (*go_on)(void *arg),
				    void *arg, struct halb_survey_result *out,
				    struct halb_error *err) HALB_CHECKED;
void halb_survey_result_clear(struct halb_survey_result *result);

/*
 * Adds to what DNS and the vIPs showed what the DCs' directories hold: the servers' LDAP states, and
 * findings. What all DCs say is said once; what only some of them say of an object that another has
 * right is replica-lag; an answer of DNS that is wrong only because its directory is wrong is left
 * out. Pure. HALB_E_NOMEM.
 */
enum halb_status halb_survey_merge(const struct halb_site *site,
				   const struct halb_survey_result *result,
				   struct halb_verification *verification, struct halb_error *err)
	HALB_CHECKED;

#endif
