/* SPDX-License-Identifier: Apache-2.0 */
/* dnsRecord values: what is decoded encodes to bytes that decode to the same, and so for ever. */
#include "halb/dns/adrec.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static bool same(const struct halb_record *a, const struct halb_record *b)
{
	return a->rank == b->rank && a->serial == b->serial && a->ttl == b->ttl &&
	       a->timestamp == b->timestamp && halb_record_same_data(a, b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct halb_record first, second;
	struct halb_buf once = { 0 }, twice = { 0 }, text = { 0 };
	struct halb_error err;

	if (halb_adrec_decode(data, size, &first, &err) != HALB_OK)
		return 0;
	halb_record_format_data(&first, &text);
	halb_adrec_encode(&first, &once);
	must(!once.bad && !text.bad);
	must(halb_adrec_decode(once.data, once.len, &second, &err) == HALB_OK);
	must(same(&first, &second));
	halb_adrec_encode(&second, &twice);
	must(twice.len == once.len && memcmp(twice.data, once.data, once.len) == 0);
	halb_record_clear(&first);
	halb_record_clear(&second);
	halb_buf_clear(&once);
	halb_buf_clear(&twice);
	halb_buf_clear(&text);
	return 0;
}
