/* SPDX-License-Identifier: Apache-2.0 */
/* What a `check` has under way. Threads may use it to the end of the process: it must not move. */
#ifndef HALB_CLI_CHECKING_H
#define HALB_CLI_CHECKING_H

#include "halb/survey/survey.h"

struct checking {
	struct halb_login login;
	char *password; /* for secret_free() */
	struct halb_survey *survey;
	struct halb_survey_result seen;
};

void checking_clear(struct checking *checking);

#endif
