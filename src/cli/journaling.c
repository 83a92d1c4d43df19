/* SPDX-License-Identifier: Apache-2.0 */
/* The journal lies where this user's state does. */
#include "journaling.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *find_path(void)
{
	struct halb_buf path = { 0 };

	state_put_home(&path);
	halb_buf_text(&path, "/journal");
	return halb_buf_take_string(&path);
}

enum halb_status journaling_init(struct journaling *out, struct halb_error *err)
{
	const struct passwd *user = getpwuid(getuid());

	*out = (struct journaling){ .path = find_path() };
	if (!out->path)
		return halb_fail_nomem(err);
	snprintf(out->user, sizeof out->user, "%s", user ? user->pw_name : "");
	out->journal = (struct halb_journal){ .path = out->path, .audit = halb_audit_syslog };
	return HALB_OK;
}

void journaling_clear(struct journaling *journaling)
{
	free(journaling->path);
	*journaling = (struct journaling){ 0 };
}

struct halb_run_head journaling_head(const struct journaling *journaling,
				     const struct connection *conn, const struct halb_site *site,
				     char domain[HALB_NAME_TEXT])
{
	return (struct halb_run_head){
		.user = journaling->user[0] ? journaling->user : NULL,
		.uid = getuid(),
		.login = halb_session_login(conn->session),
		.server = conn->dir->server,
		.domain = halb_name_format(&site->domain, domain),
	};
}
