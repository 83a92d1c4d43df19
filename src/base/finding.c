/* SPDX-License-Identifier: Apache-2.0 */
/* The finding codes' names and the list of findings. */
#include "halb/base/finding.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const codes[HALB_CODE_COUNT] = {
	[HALB_CODE_RECORD_MISSING] = "record-missing",
	[HALB_CODE_RECORD_DIFFERS] = "record-differs",
	[HALB_CODE_RECORD_EXTRA] = "record-extra",
	[HALB_CODE_RECORD_DUPLICATE] = "record-duplicate",
	[HALB_CODE_TTL_DIFFERS] = "ttl-differs",
	[HALB_CODE_RECORD_AGING] = "record-aging",
	[HALB_CODE_RECORD_TOMBSTONED] = "record-tombstoned",
	[HALB_CODE_RECORD_FOREIGN] = "record-foreign",
	[HALB_CODE_RECORD_MALFORMED] = "record-malformed",
	[HALB_CODE_CNAME_CONFLICT] = "cname-conflict",
	[HALB_CODE_TARGET_DANGLING] = "target-dangling",
	[HALB_CODE_ZONE_MISSING] = "zone-missing",
	[HALB_CODE_ZONE_AMBIGUOUS] = "zone-ambiguous",
	[HALB_CODE_REPLICA_LAG] = "replica-lag",
	[HALB_CODE_LDAP_UNREACHABLE] = "ldap-unreachable",
	[HALB_CODE_DNS_UNREACHABLE] = "dns-unreachable",
	[HALB_CODE_DNS_MISMATCH] = "dns-mismatch",
	[HALB_CODE_DNS_NOT_AUTHORITATIVE] = "dns-not-authoritative",
	[HALB_CODE_PTR_MISSING] = "ptr-missing",
	[HALB_CODE_PTR_DIFFERS] = "ptr-differs",
	[HALB_CODE_RESERVATION_MISSING] = "reservation-missing",
	[HALB_CODE_RESERVATION_DIFFERS] = "reservation-differs",
	[HALB_CODE_RESERVATION_DUPLICATE] = "reservation-duplicate",
	[HALB_CODE_ADDRESS_IN_POOL] = "address-in-pool",
	[HALB_CODE_ADDRESS_TAKEN] = "address-taken",
	[HALB_CODE_MAC_NOT_LOCAL] = "mac-not-local",
	[HALB_CODE_MAC_MULTICAST] = "mac-multicast",
	[HALB_CODE_SCHEMA_MISSING] = "schema-missing",
	[HALB_CODE_PERMISSION_DENIED] = "permission-denied",
	[HALB_CODE_CLOCK_SKEW] = "clock-skew",
	[HALB_CODE_TICKET_MISSING] = "ticket-missing",
	[HALB_CODE_TICKET_EXPIRING] = "ticket-expiring",
	[HALB_CODE_VIP_REFUSED] = "vip-refused",
	[HALB_CODE_VIP_TIMEOUT] = "vip-timeout",
	[HALB_CODE_TLS_FAILED] = "tls-failed",
	[HALB_CODE_HTTP_FAILED] = "http-failed",
	[HALB_CODE_HOLDER_UNKNOWN] = "holder-unknown",
	[HALB_CODE_SPLIT_BRAIN] = "split-brain",
	[HALB_CODE_HOST_NOT_READY] = "host-not-ready",
	[HALB_CODE_KEYTAB_EXPOSED] = "keytab-exposed",
};

const char *halb_code_name(enum halb_code code)
{
	return codes[code];
}

const char *halb_finding_code(const struct halb_finding *finding)
{
	return finding->rule ? finding->rule : halb_code_name(finding->code);
}

const char *halb_severity_name(enum halb_severity sev)
{
	static const char *const words[] = {
		[HALB_SEV_OK] = "ok",
		[HALB_SEV_WARNING] = "warning",
		[HALB_SEV_UNKNOWN] = "unknown",
		[HALB_SEV_CRITICAL] = "critical",
	};

	return words[sev];
}

static void clear_texts(struct halb_finding *finding)
{
	free(finding->balancer);
	free(finding->object);
	free(finding->server);
	free(finding->expected);
	free(finding->actual);
	free(finding->hint);
}

/* Copies `from` when there is one; false when memory ran out. */
static bool copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

static bool copy_finding(struct halb_finding *to, const struct halb_finding *from)
{
	bool ok;

	*to = (struct halb_finding){ .code = from->code, .rule = from->rule,
				      .severity = from->severity };
	ok = copy_text(&to->balancer, from->balancer);
	ok = copy_text(&to->object, from->object) && ok;
	ok = copy_text(&to->server, from->server) && ok;
	ok = copy_text(&to->expected, from->expected) && ok;
	ok = copy_text(&to->actual, from->actual) && ok;
	return copy_text(&to->hint, from->hint) && ok;
}

enum halb_status halb_findings_add(struct halb_findings *list, const struct halb_finding *finding,
				   struct halb_error *err)
{
	if (list->n == list->room) {
		size_t room = list->room ? list->room * 2 : 8;
		struct halb_finding *items = realloc(list->items, room * sizeof *items);

		if (!items)
			return halb_fail_nomem(err);
		list->items = items;
		list->room = room;
	}
	if (!copy_finding(&list->items[list->n], finding)) {
		clear_texts(&list->items[list->n]);
		return halb_fail_nomem(err);
	}
	list->n++;
	if (finding->severity > list->worst)
		list->worst = finding->severity;
	return HALB_OK;
}

void halb_findings_clear(struct halb_findings *list)
{
	for (size_t i = 0; i < list->n; i++)
		clear_texts(&list->items[i]);
	free(list->items);
	*list = (struct halb_findings){ 0 };
}
