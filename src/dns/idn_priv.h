/* SPDX-License-Identifier: Apache-2.0 */
/* Internationalized labels (RFC 5891). */
#ifndef HALB_DNS_IDN_PRIV_H
#define HALB_DNS_IDN_PRIV_H

#include "halb/dns/name.h"

/*
 * One label as a person writes it, in ASCII and lower case: an A-label where it has other than
 * ASCII letters, itself where it has none, an "xn--" label after proving that it is a valid one.
 * Which ASCII may stand in the result is not looked at. HALB_E_USAGE with `why`, or HALB_E_NOMEM.
 */
enum halb_status halb_idn_to_ascii(const char *label, char out[HALB_LABEL_MAX + 1],
				   const char **why) HALB_CHECKED;

#endif
