/* SPDX-License-Identifier: Apache-2.0 */
/* haproxy.cfg: any bytes make a tree, a model, findings and predictions. */
#include <string.h>

#include "fuzz.h"
#include "stack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct halb_source second = { "b", text, NULL }, first = { "a", text, &second };
	struct halb_host_files hosts[] = { { .name = "a", .haproxy = &first },
					   { .name = "b", .haproxy = &second } };

	must(text);
	fuzz_stack(hosts, 2, NULL);
	free(text);
	return 0;
}
