/* SPDX-License-Identifier: Apache-2.0 */
/* One DC's look, and what is said of what goes wrong with it. */
#ifndef HALB_SURVEY_SURVEY_PRIV_H
#define HALB_SURVEY_SURVEY_PRIV_H

#include <stdatomic.h>

#include "halb/survey/survey.h"

/* What a look is about, so that it can be said where it hangs. */
enum stage { STAGE_CONNECT, STAGE_LOGIN, STAGE_READ };

/* In place of what SRV records say, and of LDAP's port: for tests. */
struct halb_survey_seam {
	struct halb_dc_list dcs;
	uint16_t port;
};

struct halb_survey_order {
	const struct halb_site *site;
	const struct halb_login *login;
	const struct halb_survey_seam *seam; /* or NULL */
	int64_t deadline;
};

enum halb_status halb_survey_start_at(const struct halb_survey_order *order,
				      struct halb_survey **out, struct halb_error *err)
	HALB_CHECKED;

/*
 * Looks at one DC and fills `look`, whose name and address are set. HALB_OK whatever was seen.
 * HALB_E_NOMEM.
 */
enum halb_status halb_survey_look(const struct halb_survey_order *order, const struct halb_dc *dc,
				  atomic_int *stage, struct halb_dc_look *look,
				  struct halb_error *err) HALB_CHECKED;

/* The same of a directory that is logged in to. */
enum halb_status halb_survey_directory(const struct halb_site *site,
				       const struct halb_directory *dir, struct halb_dc_look *look,
				       struct halb_error *err) HALB_CHECKED;

void halb_dc_look_clear(struct halb_dc_look *look);

#endif
