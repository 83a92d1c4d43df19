/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of logins, clocks and reads that go wrong, wherever they do. Pure. */
#ifndef HALB_SURVEY_WORDS_H
#define HALB_SURVEY_WORDS_H

#include <stdint.h>

#include "halb/base/finding.h"
#include "halb/directory/session.h"

/* Which finding a failed login is, and a failed read. */
enum halb_code halb_login_code(const struct halb_login *login, const struct halb_error *why);
enum halb_code halb_read_code(const struct halb_error *why);

#define HALB_CLOCK_TEXT	    80
#define HALB_CLOCK_EXPECTED "at most 60 s apart; Kerberos refuses more than 300 s"
#define HALB_CLOCK_HINT                                                                    \
	"set this machine's clock by the domain's time: chronyc makestep, with the DCs as " \
	"its servers; or the DC's, if that is the wrong one"

/* How a DC's clock and ours differ, in Unix seconds, and how bad that is. */
enum halb_severity halb_clock_describe(int64_t theirs, int64_t ours, char text[HALB_CLOCK_TEXT]);

/* A ticket that is good for less is about to expire. */
#define HALB_TICKET_SOON 600 /* seconds */

#endif
