/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/pulse.h"

#include <criterion/criterion.h>
#include <errno.h>

Test(pulse, an_errno_says_who_spoke)
{
	static const struct {
		int code;
		enum halb_pulse_class class;
	} cases[] = {
		{ 0, HALB_PULSE_OK },
		{ ECONNREFUSED, HALB_PULSE_REFUSED },
		{ ECONNRESET, HALB_PULSE_RESET },
		{ EPIPE, HALB_PULSE_RESET },
		{ ETIMEDOUT, HALB_PULSE_SILENCE },
		{ EHOSTUNREACH, HALB_PULSE_UNREACHABLE },
		{ ENETUNREACH, HALB_PULSE_UNREACHABLE },
		{ EPERM, HALB_PULSE_UNREACHABLE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		cr_expect_eq(halb_pulse_class_of_errno(cases[i].code), cases[i].class, "%d",
			     cases[i].code);
}

Test(pulse, what_this_machine_lacks_is_no_failure_of_the_service)
{
	static const int codes[] = { EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL };

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		const struct halb_pulse pulse = { .class = halb_pulse_class_of_errno(codes[i]) };

		cr_expect_eq(pulse.class, HALB_PULSE_MISSED, "%d", codes[i]);
		cr_expect_not(halb_pulse_failed(&pulse), "%d", codes[i]);
	}
}
