/* SPDX-License-Identifier: Apache-2.0 */
/* Unicode labels made A-labels, and A-labels proven valid; libidn2 does the work. */
#include "idn_priv.h"

#include <idn2.h>
#include <string.h>

static const char too_long[] = "it is longer than 63 bytes";

static bool is_ascii(const char *label)
{
	for (; *label; label++)
		if ((unsigned char)*label >= 0x80)
			return false;
	return true;
}

static void lower(char *label)
{
	for (; *label; label++)
		if (*label >= 'A' && *label <= 'Z')
			*label = (char)(*label - 'A' + 'a');
}

/*
 * libidn2's answer for one label. It checks as RFC 5891 5.3 and 5.4 say, and takes an A-label only
 * where decoding and encoding gives the same again.
 */
static enum halb_status look_up(const char *label, char out[HALB_LABEL_MAX + 1], const char **why)
{
	uint8_t *found = NULL;
	int rc = idn2_lookup_u8((const uint8_t *)label, &found,
				IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

	if (rc == IDN2_MALLOC)
		return HALB_E_NOMEM;
	if (rc != IDN2_OK)
		*why = rc == IDN2_TOO_BIG_LABEL ? too_long : idn2_strerror(rc);
	else if (strchr((const char *)found, '.'))
		*why = "it holds a full stop that is not '.'"; /* UTS #46 makes U+3002 one */
	else if (strlen((const char *)found) > HALB_LABEL_MAX)
		*why = too_long;
	else
		memcpy(out, found, strlen((const char *)found) + 1);
	idn2_free(found);
	return *why ? HALB_E_USAGE : HALB_OK;
}

enum halb_status halb_idn_to_ascii(const char *label, char out[HALB_LABEL_MAX + 1],
				   const char **why)
{
	char given[HALB_LABEL_MAX + 1];

	*why = NULL;
	if (!is_ascii(label))
		return look_up(label, out, why);
	if (strlen(label) > HALB_LABEL_MAX) {
		*why = too_long;
		return HALB_E_USAGE;
	}
	memcpy(given, label, strlen(label) + 1);
	lower(given);
	if (strncmp(given, "xn--", 4) != 0) {
		memcpy(out, given, strlen(given) + 1);
		return HALB_OK;
	}
	return look_up(given, out, why);
}
