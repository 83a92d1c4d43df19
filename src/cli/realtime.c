/* SPDX-License-Identifier: Apache-2.0 */
/* SCHED_FIFO and locked memory: see sched(7), mlock(2). */
#include "realtime.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

/* Above all that is not real time, below the kernel's threads (50) and whoever else means it. */
#define PRIORITY 10

static enum halb_status fail_realtime(struct halb_error *err, const char *what)
{
	halb_fail(err, HALB_E_DENIED, "--realtime: %s: %s", what, strerror(errno));
	return halb_hint(err, "setcap cap_sys_nice,cap_ipc_lock,cap_net_raw+ep /usr/sbin/halb-dns; "
			      "or root; or LimitRTPRIO=10 and LimitMEMLOCK=infinity in its unit");
}

enum halb_status realtime_begin(struct halb_error *err)
{
	const struct sched_param param = { .sched_priority = PRIORITY };

	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param) < 0)
		return fail_realtime(err, "no right to real-time scheduling");
	/* Stacks of threads are large and hardly used: lock what is touched. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		return fail_realtime(err, "no right to lock memory");
	return HALB_OK;
}
