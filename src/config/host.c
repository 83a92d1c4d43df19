/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a host of the stack by what it calls itself, with its domain or without. */
#include <string.h>
#include <strings.h>

#include "halb/config/site.h"

static bool has_label(const char *name, const char *label)
{
	size_t len = strcspn(name, ".");

	return strlen(label) == len && strncasecmp(name, label, len) == 0;
}

const struct halb_stack_host *halb_stack_host_named(const struct halb_stack *stack,
						    const char *name)
{
	const struct halb_stack_host *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < stack->n_hosts; i++) {
		const struct halb_stack_host *host = &stack->hosts[i];

		if (strcasecmp(host->name, name) == 0)
			return host;
		if (has_label(name, host->name) || has_label(host->name, name)) {
			found = host;
			n++;
		}
	}
	return n == 1 ? found : NULL;
}
