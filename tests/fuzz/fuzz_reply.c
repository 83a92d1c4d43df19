/* SPDX-License-Identifier: Apache-2.0 */
/* DNS answers to "k8s1.lime.lan": the first byte picks the type that was asked for. */
#include "halb/dns/wire.h"

#include "fuzz.h"

static void follow(const struct halb_reply *reply, const struct halb_name *name, uint16_t type)
{
	struct halb_chain chain;
	struct halb_error err;

	if (halb_reply_chain(reply, name, type, &chain, &err) != HALB_OK)
		return;
	must(chain.n_names >= 1 && chain.n_names <= HALB_CHAIN_MAX + 1);
	must(halb_name_equal(&chain.names[0], name));
	for (size_t i = 0; i < chain.n_records; i++)
		must(chain.records[i]->type == type);
	halb_chain_clear(&chain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = { HALB_RR_A,   HALB_RR_AAAA, HALB_RR_CNAME, HALB_RR_PTR,
					  HALB_RR_SOA, HALB_RR_NS,   HALB_RR_SRV,   HALB_RR_TXT };
	struct halb_reply reply;
	struct halb_name name;
	struct halb_error err;
	uint16_t type;

	if (!size)
		return 0;
	type = types[data[0] % (sizeof types / sizeof types[0])];
	must(halb_name_parse("k8s1.lime.lan", &name, &err) == HALB_OK);
	if (halb_reply_decode(data + 1, size - 1, &name, type, &reply, &err) != HALB_OK)
		return 0;
	for (size_t i = 0; i < reply.n_answers; i++) {
		struct halb_buf text = { 0 };

		halb_record_format_data(&reply.answers[i].rec, &text);
		must(!text.bad);
		halb_buf_clear(&text);
	}
	follow(&reply, &name, type);
	halb_reply_clear(&reply);
	return 0;
}
