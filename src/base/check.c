/* SPDX-License-Identifier: Apache-2.0 */
/* The list of checks. */
#include "halb/base/check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* But for the server that it was seen at. */
static bool same_finding(const struct halb_finding *a, const struct halb_finding *b)
{
	return a->code == b->code && a->severity == b->severity &&
	       same_text(a->balancer, b->balancer) && same_text(a->object, b->object) &&
	       same_text(a->expected, b->expected) && same_text(a->actual, b->actual);
}

static bool is_there(const struct halb_checks *checks, const char *what, const char *detail,
		     const struct halb_finding *finding)
{
	for (size_t i = 0; i < checks->n; i++) {
		const struct halb_finding *other = halb_check_finding(checks, i);

		if (strcmp(checks->items[i].what, what) != 0 || !finding != !other)
			continue;
		if (finding ? same_finding(finding, other)
			    : same_text(detail, checks->items[i].detail))
			return true;
	}
	return false;
}

static enum halb_status append(struct halb_checks *checks, const char *what, const char *detail,
			       struct halb_error *err)
{
	struct halb_check check = { 0 };

	if (checks->n == checks->room) {
		size_t room = checks->room ? checks->room * 2 : 16;
		struct halb_check *items = realloc(checks->items, room * sizeof *items);

		if (!items)
			return halb_fail_nomem(err);
		checks->items = items;
		checks->room = room;
	}
	check.what = strdup(what);
	check.detail = detail ? strdup(detail) : NULL;
	if (!check.what || (detail && !check.detail)) {
		free(check.what);
		free(check.detail);
		return halb_fail_nomem(err);
	}
	checks->items[checks->n++] = check;
	return HALB_OK;
}

enum halb_status halb_checks_pass(struct halb_checks *checks, const char *what, const char *detail,
				  struct halb_error *err)
{
	if (is_there(checks, what, detail, NULL))
		return HALB_OK;
	return append(checks, what, detail, err);
}

enum halb_status halb_checks_fail(struct halb_checks *checks, const char *what,
				  const struct halb_finding *finding, struct halb_error *err)
{
	enum halb_status st;

	if (is_there(checks, what, NULL, finding))
		return HALB_OK;
	st = halb_findings_add(&checks->findings, finding, err);
	if (st != HALB_OK)
		return st;
	st = append(checks, what, NULL, err);
	if (st == HALB_OK)
		checks->items[checks->n - 1].finding = checks->findings.n - 1;
	return st;
}

const struct halb_finding *halb_check_finding(const struct halb_checks *checks, size_t i)
{
	return checks->items[i].detail ? NULL : &checks->findings.items[checks->items[i].finding];
}

void halb_checks_clear(struct halb_checks *checks)
{
	for (size_t i = 0; i < checks->n; i++) {
		free(checks->items[i].what);
		free(checks->items[i].detail);
	}
	free(checks->items);
	halb_findings_clear(&checks->findings);
	*checks = (struct halb_checks){ 0 };
}
