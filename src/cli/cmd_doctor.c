/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: looks at everything that register will need. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "doctor.h"
#include "halb/base/log.h"
#include "secret.h"

void doctor_pass(struct doctor *doc, const char *what, const char *fmt, ...)
{
	char detail[DOCTOR_TEXT];
	va_list args;

	va_start(args, fmt);
	vsnprintf(detail, sizeof detail, fmt, args);
	va_end(args);
	if (doc->status == HALB_OK)
		doc->status = halb_checks_pass(doc->checks, what, detail, doc->err);
}

void doctor_fail(struct doctor *doc, const char *what, const struct halb_finding *finding)
{
	if (doc->status == HALB_OK)
		doc->status = halb_checks_fail(doc->checks, what, finding, doc->err);
}

void doctor_error(struct doctor *doc, const char *what, enum halb_code code,
		  enum halb_severity severity, const char *object, const char *server,
		  const struct halb_error *why)
{
	doctor_fail(doc, what,
		    &(struct halb_finding){
			    .code = code,
			    .severity = severity,
			    .object = (char *)(uintptr_t)object,
			    .server = (char *)(uintptr_t)server,
			    .actual = (char *)(uintptr_t)why->text,
			    .hint = why->hint[0] ? (char *)(uintptr_t)why->hint : NULL });
}

enum halb_status cmd_doctor(const struct options *opt, struct halb_site *site,
			    struct outcome *out)
{
	struct doctor doc = { .opt = opt, .site = site, .checks = &out->checks,
			      .err = &out->error };

	doctor_login(&doc);
	halb_log_progress("looking for the domain controllers");
	doctor_names(&doc);
	for (size_t i = 0; doc.status == HALB_OK && i < doc.dcs.n; i++) {
		if (!doc.answers[i])
			continue;
		halb_log_progress("looking at %s", doc.dcs.items[i].name);
		doctor_dc(&doc, &doc.dcs.items[i]);
	}
	halb_log_progress(NULL);
	secret_free(doc.password);
	free(doc.answers);
	halb_dc_list_clear(&doc.dcs);
	out->report.checks = &out->checks;
	if (doc.status == HALB_OK) {
		out->has_exit = true;
		out->exit = exit_of_severity(out->checks.findings.worst);
	}
	return doc.status;
}
