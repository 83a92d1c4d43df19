/* SPDX-License-Identifier: Apache-2.0 */
/* keepalived.conf: any bytes make a tree, a model, findings and predictions. */
#include <string.h>

#include "fuzz.h"
#include "stack.h"

/* The text includes itself, which must end. */
static struct halb_source *find(void *arg, const char *pattern, const char *from,
				struct halb_arena *arena)
{
	struct halb_source *file = halb_arena_get(arena, sizeof *file);

	(void)from;
	must(file);
	*file = (struct halb_source){ halb_arena_text(arena, pattern), arg, NULL };
	return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct halb_source file = { "k", text, NULL };
	struct halb_host_files hosts[] = { { .name = "a", .keepalived = &file, .config_id = "a" },
					   { .name = "b", .keepalived = &file } };

	must(text);
	fuzz_stack(hosts, 2, &(struct halb_includes){ find, text });
	free(text);
	return 0;
}
