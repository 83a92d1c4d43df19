/* SPDX-License-Identifier: Apache-2.0 */
/* Names as people and directories write them: what is read is printed so that it reads the same. */
#include "halb/dns/name.h"

#include <string.h>

#include "fuzz.h"

typedef enum halb_status parse_fn(const char *text, struct halb_name *out, struct halb_error *err);

static void round_trip(parse_fn *parse, const char *text)
{
	struct halb_name first, second;
	char printed[HALB_NAME_TEXT];
	struct halb_error err;

	if (parse(text, &first, &err) != HALB_OK)
		return;
	must(first.len >= 1 && first.wire[first.len - 1] == 0);
	halb_name_format(&first, printed);
	must(parse(printed, &second, &err) == HALB_OK);
	must(first.len == second.len && memcmp(first.wire, second.wire, first.len) == 0);
}

/* A name of a zone is that zone's node and back. */
static void join(const char *text)
{
	struct halb_name zone, name, again;
	char node[HALB_NAME_TEXT];
	struct halb_error err;

	must(halb_name_parse("lime.lan", &zone, &err) == HALB_OK);
	if (halb_name_join(text, &zone, &name, &err) != HALB_OK)
		return;
	must(halb_name_within(&name, &zone));
	halb_name_relative(&name, &zone, node);
	must(halb_name_join(node, &zone, &again, &err) == HALB_OK && halb_name_equal(&name, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	must(text);
	round_trip(halb_name_parse, text);
	round_trip(halb_hostname_parse, text);
	join(text);
	free(text);
	return 0;
}
