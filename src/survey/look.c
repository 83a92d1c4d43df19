/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at one DC's directory: connects, logs in, reads, plans, and says what the plan means. */
#include "survey_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "halb/directory/kdc.h"
#include "halb/directory/preflight.h"
#include "halb/plan/drift.h"
#include "halb/survey/reading.h"
#include "halb/survey/words.h"

/* A DC that is alive takes a connection at once; a dead one is not to use up all the time. */
#define CONNECT_WAIT (3 * HALB_SEC)

/* ---- what goes wrong ---- */

/* The DC is named by the finding already. */
static const char *without_server(const char *text, const char *server)
{
	size_t len = strlen(server);

	return strncmp(text, server, len) == 0 && strncmp(text + len, ": ", 2) == 0
		       ? text + len + 2
		       : text;
}

static enum halb_status trouble(struct halb_dc_look *look, enum halb_code code,
				enum halb_severity severity, const struct halb_error *why,
				struct halb_error *err)
{
	const char *actual = without_server(why->text, look->name);

	if (why->status == HALB_E_NOMEM)
		return halb_fail_nomem(err);
	return halb_findings_add(&look->trouble,
				 &(struct halb_finding){
					 .code = code,
					 .severity = severity,
					 .server = look->name,
					 .actual = (char *)(uintptr_t)actual,
					 .hint = why->hint[0] ? (char *)(uintptr_t)why->hint
							      : NULL },
				 err);
}

static enum halb_status note_silence(struct halb_dc_look *look, struct halb_error *why,
				     uint16_t port, struct halb_error *err)
{
	halb_hint(why, "is the DC up, and may this host reach its TCP port %u? Until then nobody "
		       "knows what it holds", port);
	return trouble(look, HALB_CODE_LDAP_UNREACHABLE, HALB_SEV_UNKNOWN, why, err);
}

/* ---- the clock ---- */

/* That it can be logged in to says that Kerberos takes the difference, for now. */
static enum halb_status check_clock(const struct halb_directory *dir, struct halb_dc_look *look,
				    struct halb_error *err)
{
	char actual[HALB_CLOCK_TEXT];
	struct halb_error why;
	int64_t theirs;

	if (halb_clock_read(dir, &theirs, &why) != HALB_OK)
		return trouble(look, HALB_CODE_CLOCK_SKEW, HALB_SEV_UNKNOWN, &why, err);
	if (halb_clock_describe(theirs, time(NULL), actual) == HALB_SEV_OK)
		return HALB_OK;
	return halb_findings_add(&look->trouble,
				 &(struct halb_finding){ .code = HALB_CODE_CLOCK_SKEW,
							 .severity = HALB_SEV_WARNING,
							 .server = look->name,
							 .expected = HALB_CLOCK_EXPECTED,
							 .actual = actual,
							 .hint = HALB_CLOCK_HINT },
				 err);
}

/* ---- the directory ---- */

/* The aging settings of the zones that hold a dynamic record of ours; of the others nobody asks. */
static enum halb_status read_aging(const struct halb_directory *dir, const struct halb_plan *plan,
				   const struct halb_zones *zones, struct halb_zone_aging *aging,
				   struct halb_error *err)
{
	bool *known = calloc(zones->n + 1, sizeof *known);
	enum halb_status st = known ? HALB_OK : halb_fail_nomem(err);

	for (size_t i = 0; i < plan->n && st == HALB_OK; i++) {
		size_t zone;

		if (!halb_change_is_dynamic(&plan->changes[i]))
			continue;
		zone = (size_t)(plan->changes[i].node->zone - zones->items);
		if (!known[zone])
			st = halb_zone_aging_read(dir, zones->items[zone].dn, &aging[zone], err);
		known[zone] = true;
	}
	free(known);
	return st;
}

static enum halb_status find_drift(const struct halb_site *site, const struct halb_directory *dir,
				   const struct halb_reading *reading, struct halb_findings *out,
				   struct halb_error *err)
{
	const struct halb_plan_options options = HALB_DRIFT_OPTIONS;
	const struct halb_zones *zones = &reading->zones;
	struct halb_zone_aging *aging = calloc(zones->n + 1, sizeof *aging);
	struct halb_plan plan = { 0 };
	enum halb_status st = aging ? HALB_OK : halb_fail_nomem(err);

	if (st == HALB_OK)
		st = halb_plan_register(site, &reading->view, &options, &plan, err);
	if (st == HALB_OK)
		st = read_aging(dir, &plan, zones, aging, err);
	if (st == HALB_OK)
		st = halb_drift_find(&plan, zones, aging, out, err);
	halb_plan_clear(&plan);
	free(aging);
	return st;
}

/* Where replication would have to bring the records from: the partition of the first one's zone. */
static enum halb_status note_partitions(const struct halb_site *site,
					const struct halb_directory *dir,
					const struct halb_zones *zones, struct halb_dc_look *look,
					struct halb_error *err)
{
	const struct halb_zone *zone = halb_zones_find(zones, &site->balancers[0].apex, NULL);
	const char *dn = zone ? strstr(zone->dn, ",CN=MicrosoftDNS,") : NULL;

	look->has_zones = zones->n > 0;
	look->domain_dn = strdup(dir->domain_dn);
	look->dns_dn = strdup(dn && zone->partition != HALB_PART_SYSTEM
				      ? dn + strlen(",CN=MicrosoftDNS,")
				      : dir->domain_dn);
	return look->domain_dn && look->dns_dn ? HALB_OK : halb_fail_nomem(err);
}

enum halb_status halb_survey_directory(const struct halb_site *site,
				       const struct halb_directory *dir, struct halb_dc_look *look,
				       struct halb_error *err)
{
	struct halb_reading reading;
	struct halb_error why;
	enum halb_status st = halb_reading_take(dir, site, &reading, &why);

	if (st != HALB_OK)
		return trouble(look, halb_read_code(&why), HALB_SEV_UNKNOWN, &why, err);
	st = find_drift(site, dir, &reading, &look->drift, &why);
	look->read = st == HALB_OK;
	if (st == HALB_OK)
		st = note_partitions(site, dir, &reading.zones, look, err);
	else
		st = trouble(look, halb_read_code(&why), HALB_SEV_UNKNOWN, &why, err);
	halb_reading_clear(&reading);
	return st;
}

static uint16_t port_of(const struct halb_survey_order *order)
{
	if (order->seam)
		return order->seam->port;
	return order->login ? halb_login_port(order->login) : HALB_LDAP_PORT;
}

static enum halb_status connect_to(const struct halb_survey_order *order, const struct halb_dc *dc,
				   int *fd, struct halb_error *why)
{
	const struct halb_dc_list only = { (struct halb_dc *)(uintptr_t)dc, 1 };
	int64_t limit = halb_now() + CONNECT_WAIT;
	size_t which;

	return halb_locate_connect(&only, port_of(order),
				   limit < order->deadline ? limit : order->deadline, &which, fd,
				   why);
}

static enum halb_status log_in_and_read(const struct halb_survey_order *order,
					struct halb_session *session, atomic_int *stage,
					struct halb_dc_look *look, struct halb_error *err)
{
	const struct halb_directory *dir = halb_session_directory(session);
	struct halb_error why;
	enum halb_status st;

	atomic_store(stage, STAGE_LOGIN);
	if (halb_session_log_in(session, order->login, order->deadline, &why) != HALB_OK)
		return trouble(look, halb_login_code(order->login, &why), HALB_SEV_UNKNOWN, &why,
			       err);
	atomic_store(stage, STAGE_READ);
	halb_session_limit(session, order->deadline);
	st = check_clock(dir, look, err);
	return st == HALB_OK ? halb_survey_directory(order->site, dir, look, err) : st;
}

enum halb_status halb_survey_look(const struct halb_survey_order *order, const struct halb_dc *dc,
				  atomic_int *stage, struct halb_dc_look *look,
				  struct halb_error *err)
{
	struct halb_session *session;
	struct halb_error why;
	enum halb_status st;
	int fd;

	look->reachable = HALB_SEEN_NO;
	if (connect_to(order, dc, &fd, &why) != HALB_OK)
		return note_silence(look, &why, port_of(order), err);
	if (!order->login) {
		close(fd);
		look->reachable = HALB_SEEN_YES;
		return HALB_OK;
	}
	if (halb_session_open(fd, dc->name, order->login, order->deadline, &session, &why) !=
	    HALB_OK)
		return trouble(look, halb_login_code(order->login, &why), HALB_SEV_UNKNOWN, &why,
			       err);
	look->reachable = HALB_SEEN_YES;
	halb_kdc_offer(&order->site->domain, &dc->address);
	st = log_in_and_read(order, session, stage, look, err);
	halb_session_close(session);
	return st;
}

void halb_dc_look_clear(struct halb_dc_look *look)
{
	free(look->domain_dn);
	free(look->dns_dn);
	halb_findings_clear(&look->drift);
	halb_findings_clear(&look->trouble);
	*look = (struct halb_dc_look){ 0 };
}
