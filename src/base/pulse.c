/* SPDX-License-Identifier: Apache-2.0 */
/* How a probe ended: what errno makes of it, and its words. */
#include "halb/base/pulse.h"

#include <errno.h>

const char *halb_pulse_class_name(enum halb_pulse_class class)
{
	static const char *const names[] = {
		[HALB_PULSE_OK] = "ok",           [HALB_PULSE_REFUSED] = "refused",
		[HALB_PULSE_RESET] = "reset",     [HALB_PULSE_SILENCE] = "silence",
		[HALB_PULSE_RESENT] = "resent",   [HALB_PULSE_UNREACHABLE] = "unreachable",
		[HALB_PULSE_WRONG] = "wrong",     [HALB_PULSE_MISSED] = "unknown",
	};

	return names[class];
}

enum halb_pulse_class halb_pulse_class_of_errno(int code)
{
	switch (code) {
	case 0:
		return HALB_PULSE_OK;
	case ECONNREFUSED:
		return HALB_PULSE_REFUSED;
	case ECONNRESET:
	case ECONNABORTED:
	case EPIPE:
		return HALB_PULSE_RESET;
	case EHOSTUNREACH:
	case EHOSTDOWN:
	case ENETUNREACH:
	case ENETDOWN:
	case ENONET:
	case EACCES: /* a router's "administratively prohibited" */
	case EPERM:  /* this host's own filter */
		return HALB_PULSE_UNREACHABLE;
	case ETIMEDOUT:
		return HALB_PULSE_SILENCE;
	default:
		return HALB_PULSE_MISSED;
	}
}

bool halb_pulse_failed(const struct halb_pulse *pulse)
{
	return pulse->class != HALB_PULSE_OK && pulse->class != HALB_PULSE_MISSED;
}
