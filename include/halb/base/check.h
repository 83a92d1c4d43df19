/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks: what was looked at, one after the other. Each is well and says what was seen, or has the
 * finding that says what is not.
 */
#ifndef HALB_BASE_CHECK_H
#define HALB_BASE_CHECK_H

#include "halb/base/finding.h"

struct halb_check {
	char *what;     /* "clock of dc1.lime.lan"; owned */
	char *detail;   /* what was seen, where it is well; owned; NULL where it is not */
	size_t finding; /* where it is not well: the number of its finding */
};

struct halb_checks {
	struct halb_check *items; /* owned; in the order in which they were made */
	size_t n, room;
	struct halb_findings findings;
};

/*
 * Adds a check that is well, or one that is not. Texts are copied. What is there already in the
 * same words is not added again, so that several servers that agree say it once. HALB_E_NOMEM.
 */
enum halb_status halb_checks_pass(struct halb_checks *checks, const char *what, const char *detail,
				  struct halb_error *err) HALB_CHECKED;
enum halb_status halb_checks_fail(struct halb_checks *checks, const char *what,
				  const struct halb_finding *finding, struct halb_error *err)
	HALB_CHECKED;

/* NULL where the check is well. */
const struct halb_finding *halb_check_finding(const struct halb_checks *checks, size_t i);

void halb_checks_clear(struct halb_checks *checks);

#endif
