/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to the LDAP ping: a site that is taken is a label that can be asked for in DNS. */
#include "halb/directory/netlogon.h"

#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct halb_netlogon told;
	struct halb_name domain = { 1, { 0 } }, name;
	struct halb_error err;

	if (halb_netlogon_take(data, size, &told, &err) != HALB_OK)
		return 0;
	must(memchr(told.client_site, '\0', sizeof told.client_site));
	if (*told.client_site) {
		must(halb_name_join(told.client_site, &domain, &name, &err) == HALB_OK);
		must(halb_name_labels(&name) == 1);
	}
	return 0;
}
