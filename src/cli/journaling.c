/* SPDX-License-Identifier: Apache-2.0 */
/* Root's journal is the machine's; another user's lies where the XDG base directories put state. */
#include "journaling.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *find_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const struct passwd *user = getpwuid(geteuid());
	struct halb_buf path = { 0 };

	if (!home || home[0] != '/')
		home = user ? user->pw_dir : "";
	if (geteuid() == 0)
		halb_buf_text(&path, JOURNAL_OF_ROOT);
	else if (state && state[0] == '/') /* one that is not absolute is to be ignored */
		halb_buf_printf(&path, "%s/halb-dns/journal", state);
	else
		halb_buf_printf(&path, "%s/.local/state/halb-dns/journal", home);
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
