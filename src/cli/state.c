/* SPDX-License-Identifier: Apache-2.0 */
/* The XDG Base Directory Specification, for those who are not root. */
#include "state.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

void state_put_home(struct halb_buf *out)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const struct passwd *user = getpwuid(geteuid());

	if (!home || home[0] != '/')
		home = user ? user->pw_dir : "";
	if (geteuid() == 0)
		halb_buf_text(out, STATE_OF_ROOT);
	else if (state && state[0] == '/') /* one that is not absolute is to be ignored */
		halb_buf_printf(out, "%s/halb-dns", state);
	else
		halb_buf_printf(out, "%s/.local/state/halb-dns", home);
}
