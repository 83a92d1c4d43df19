/* SPDX-License-Identifier: Apache-2.0 */
/* What can be told of a check from its command line. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "model_priv.h"

/* Whether a word of the command, or the last part of its path, is this one. */
static bool runs(const char *command, const char *program)
{
	size_t len = strlen(program);

	for (const char *at = command; (at = strstr(at, program)); at++) {
		bool begins = at == command || strchr(" /\t'\"(;|&", at[-1]);
		bool ends = !at[len] || strchr(" \t'\");|&", at[len]);

		if (begins && ends)
			return true;
	}
	return false;
}

static bool runs_any(const char *command, const char *const *programs)
{
	for (; *programs; programs++)
		if (runs(command, *programs))
			return true;
	return false;
}

/* bash's own connections: whether an answer is read from one. */
static enum halb_sees dev_tcp_sees(const char *command)
{
	static const char *const readers[] = { "grep", "read", "cat", "head", "sed", "awk", NULL };

	return runs_any(command, readers) ? HALB_SEES_SERVICE : HALB_SEES_PORT;
}

enum halb_sees halb_script_sees(const char *command)
{
	static const char *const asks[] = { "curl", "wget", "http", "openssl", "kubectl",
					    "check_http", "socat", NULL };
	static const char *const connects[] = { "nc", "ncat", "netcat", "check_tcp", "ss",
						"netstat", "lsof", "fuser", NULL };
	static const char *const looks[] = { "killall", "pidof", "pgrep", "kill", "pkill", "ps",
					     "systemctl", "service", "rc-service", NULL };

	if (runs_any(command, asks))
		return HALB_SEES_SERVICE;
	if (strstr(command, "/dev/tcp/"))
		return dev_tcp_sees(command);
	if (runs_any(command, connects))
		return HALB_SEES_PORT;
	if (runs_any(command, looks) || strstr(command, ".pid"))
		return strstr(command, "haproxy") ? HALB_SEES_PROCESS : HALB_SEES_NOTHING;
	return HALB_SEES_UNKNOWN;
}

/* The number after an option, "--max-time 2", "--max-time=2" or "-m2", in ns. */
static int64_t option(const char *command, const char *name)
{
	size_t len = strlen(name);
	double value;

	for (const char *at = command; (at = strstr(at, name)); at++) {
		const char *digits = at + len + strspn(at + len, " =");

		if ((at != command && !strchr(" \t/", at[-1])) || !isdigit((unsigned char)*digits))
			continue;
		value = strtod(digits, NULL);
		return value < 86400 ? (int64_t)(value * (double)HALB_SEC) : 0;
	}
	return 0;
}

int64_t halb_script_run(const char *command)
{
	static const char *const curl[] = { "--max-time", "-m", NULL };
	static const char *const wget[] = { "--timeout", "-T", NULL };
	static const char *const others[] = { "-w", NULL };
	const char *const *names = runs(command, "curl")   ? curl
				   : runs(command, "wget") ? wget
							   : others;
	int64_t found = 0;

	for (; !found && *names; names++)
		found = option(command, *names);
	return found ? found : option(command, "timeout");
}
