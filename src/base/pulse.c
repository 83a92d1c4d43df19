/* SPDX-License-Identifier: Apache-2.0 */
/* How a probe ended, in words. */
#include "halb/base/pulse.h"

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

bool halb_pulse_failed(const struct halb_pulse *pulse)
{
	return pulse->class != HALB_PULSE_OK && pulse->class != HALB_PULSE_MISSED;
}
