/* SPDX-License-Identifier: Apache-2.0 */
#include "model_priv.h"

#include <criterion/criterion.h>

#include "halb/base/deadline.h"

Test(script, tells_what_a_command_looks_at)
{
	static const struct {
		const char *command;
		enum halb_sees sees;
	} all[] = {
		{ "/usr/bin/curl -sf http://127.0.0.1:8404/", HALB_SEES_SERVICE },
		{ "/bin/sh -c 'wget -q localhost'", HALB_SEES_SERVICE },
		{ "nc -z 127.0.0.1 6443", HALB_SEES_PORT },
		{ "/bin/bash -c '</dev/tcp/127.0.0.1/6443'", HALB_SEES_PORT },
		{ "/bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/1; echo GET / >&3; grep -q 200 <&3'",
		  HALB_SEES_SERVICE },
		{ "killall -0 haproxy", HALB_SEES_PROCESS },
		{ "/usr/bin/pgrep -x haproxy", HALB_SEES_PROCESS },
		{ "systemctl is-active haproxy", HALB_SEES_PROCESS },
		{ "kill -0 `cat /run/haproxy.pid`", HALB_SEES_PROCESS },
		{ "pidof nginx", HALB_SEES_NOTHING },
		{ "/etc/keepalived/check_apiserver.sh", HALB_SEES_UNKNOWN },
		{ "/usr/local/bin/curly", HALB_SEES_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		cr_expect_eq(halb_script_sees(all[i].command), all[i].sees, "%s: %d",
			     all[i].command, (int)halb_script_sees(all[i].command));
}

Test(script, reads_how_long_it_waits)
{
	static const struct {
		const char *command;
		int64_t ms;
	} all[] = {
		{ "curl --max-time 2 x", 2000 }, { "curl --max-time=0.5 x", 500 },
		{ "curl -m3 x", 3000 }, { "wget -T 4 x", 4000 }, { "nc -w 1 a 1", 1000 },
		{ "timeout 2 curl x", 2000 }, { "/usr/bin/timeout 5 /x.sh", 5000 },
		{ "curl x", 0 }, { "", 0 }, { "curl --max-time", 0 },
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		cr_expect_eq(halb_script_run(all[i].command), all[i].ms * HALB_MSEC, "%s",
			     all[i].command);
}
