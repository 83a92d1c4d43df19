/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where a status becomes an exit status, sysexits(3) where one fits, or a word. */
#include "cli.h"

int exit_status(enum halb_status st)
{
	switch (st) {
	case HALB_OK:
		return 0;
	case HALB_E_USAGE:
		return 64;
	case HALB_E_MALFORMED:
		return 65;
	case HALB_E_UNREACHABLE:
	case HALB_E_NOTFOUND:
		return 69;
	case HALB_E_INTERNAL:
		return 70;
	case HALB_E_NOMEM:
		return 71;
	case HALB_E_CANTCREATE:
		return 73;
	case HALB_E_RETRY:
		return 75;
	case HALB_E_DENIED:
		return 77;
	case HALB_E_SITE:
		return 78;
	case HALB_E_CONFLICT:
		return 80;
	case HALB_E_UNVERIFIED:
		return 81;
	}
	return 70;
}

int exit_of_severity(enum halb_severity severity)
{
	switch (severity) {
	case HALB_SEV_OK:
		return 0;
	case HALB_SEV_WARNING:
		return 1;
	case HALB_SEV_CRITICAL:
		return 2;
	case HALB_SEV_UNKNOWN:
		return 3;
	}
	return 3;
}

/* Of a register both count: the plan's findings and those of the verification after it. */
const char *status_word(const struct command *command, const struct outcome *out,
			enum halb_status st)
{
	const struct halb_report *r = &out->report;
	enum halb_severity planned = r->plan ? r->plan->findings.worst : HALB_SEV_OK;
	enum halb_severity seen = out->verification.findings.worst;

	if (r->verification && (st == HALB_OK || st == HALB_E_UNVERIFIED))
		return halb_severity_name(planned > seen ? planned : seen);
	if (r->watch)
		return halb_severity_name(out->severity);
	if (st != HALB_OK)
		return command->checks && st != HALB_E_USAGE ? "unknown" : "error";
	if (r->lint)
		return halb_severity_name(out->lint.findings.worst);
	if (r->checks)
		return halb_severity_name(out->checks.findings.worst);
	return halb_severity_name(planned);
}
