/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings: what was looked at and is not as it should be. The codes are an interface that
 * monitoring relies on; none is ever renamed.
 */
#ifndef HALB_BASE_FINDING_H
#define HALB_BASE_FINDING_H

#include <stddef.h>

#include "halb/base/error.h"

enum halb_severity { HALB_SEV_OK, HALB_SEV_WARNING, HALB_SEV_UNKNOWN, HALB_SEV_CRITICAL };

enum halb_code {
	HALB_CODE_RECORD_MISSING,
	HALB_CODE_RECORD_DIFFERS,
	HALB_CODE_RECORD_EXTRA,
	HALB_CODE_RECORD_DUPLICATE,
	HALB_CODE_TTL_DIFFERS,
	HALB_CODE_RECORD_AGING,
	HALB_CODE_RECORD_TOMBSTONED,
	HALB_CODE_RECORD_FOREIGN,
	HALB_CODE_RECORD_MALFORMED,
	HALB_CODE_CNAME_CONFLICT,
	HALB_CODE_TARGET_DANGLING,
	HALB_CODE_ZONE_MISSING,
	HALB_CODE_ZONE_AMBIGUOUS,
	HALB_CODE_REPLICA_LAG,
	HALB_CODE_LDAP_UNREACHABLE,
	HALB_CODE_DNS_UNREACHABLE,
	HALB_CODE_DNS_MISMATCH,
	HALB_CODE_DNS_NOT_AUTHORITATIVE,
	HALB_CODE_PTR_MISSING,
	HALB_CODE_PTR_DIFFERS,
	HALB_CODE_RESERVATION_MISSING,
	HALB_CODE_RESERVATION_DIFFERS,
	HALB_CODE_RESERVATION_DUPLICATE,
	HALB_CODE_ADDRESS_IN_POOL,
	HALB_CODE_ADDRESS_TAKEN,
	HALB_CODE_MAC_NOT_LOCAL,
	HALB_CODE_MAC_MULTICAST,
	HALB_CODE_SCHEMA_MISSING,
	HALB_CODE_PERMISSION_DENIED,
	HALB_CODE_CLOCK_SKEW,
	HALB_CODE_TICKET_MISSING,
	HALB_CODE_TICKET_EXPIRING,
	HALB_CODE_VIP_REFUSED,
	HALB_CODE_VIP_TIMEOUT,
	HALB_CODE_TLS_FAILED,
	HALB_CODE_HTTP_FAILED,
	HALB_CODE_HOLDER_UNKNOWN,
	HALB_CODE_SPLIT_BRAIN,
	HALB_CODE_HOST_NOT_READY,
	HALB_CODE_KEYTAB_EXPOSED,
	HALB_CODE_COUNT
};

/* Texts are owned; an empty one is NULL. */
struct halb_finding {
	enum halb_code code;
	const char *rule; /* a code of lint's own in its place, static; NULL: none */
	enum halb_severity severity;
	char *balancer;
	char *object; /* the name, address or DN that it is about */
	char *server; /* where it was seen */
	char *expected;
	char *actual;
	char *hint;
};

struct halb_findings {
	struct halb_finding *items; /* owned */
	size_t n, room;
	enum halb_severity worst;
};

const char *halb_code_name(enum halb_code code);         /* "record-missing" */
/* The finding's own, whichever of the two it has. */
const char *halb_finding_code(const struct halb_finding *finding);
const char *halb_severity_name(enum halb_severity sev); /* "ok", "warning", … */

/*
 * Adds a finding; its texts are copied and stay the caller's. HALB_E_NOMEM.
 */
enum halb_status halb_findings_add(struct halb_findings *list, const struct halb_finding *finding,
				   struct halb_error *err) HALB_CHECKED;

void halb_findings_clear(struct halb_findings *list);

#endif
