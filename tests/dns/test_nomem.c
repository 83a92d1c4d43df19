/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of ours is made to fail once. */
#include <criterion/criterion.h>

#include "halb/dns/adrec.h"
#include "halb/dns/wire.h"
#include "starve.h"

/* TXT "hi", then the same as a copy, as text and as bytes again. */
static enum halb_status round_trip(struct halb_error *err)
{
	static const uint8_t value[] = "\3\0\x10\0\5\xf0\0\0\1\0\0\0\0\0\3\x84\0\0\0\0\0\0\0\0\2hi";
	struct halb_record rec = { 0 }, copy = { 0 };
	struct halb_buf out = { 0 };
	enum halb_status st = halb_adrec_decode(value, sizeof value - 1, &rec, err);

	if (st == HALB_OK)
		st = halb_record_copy(&rec, &copy, err);
	if (st == HALB_OK) {
		halb_record_format_data(&copy, &out);
		halb_adrec_encode(&copy, &out);
		st = out.bad ? halb_fail_nomem(err) : HALB_OK;
	}
	halb_buf_clear(&out);
	halb_record_clear(&rec);
	halb_record_clear(&copy);
	return st;
}

Test(nomem, records_fail_cleanly)
{
	starve(round_trip, 4);
}

/* x.lan is a CNAME to y.lan, which has a TXT. */
static enum halb_status read_reply(struct halb_error *err)
{
	static const uint8_t message[] =
		"\0\1\x84\0\0\1\0\2\0\0\0\0\1x\3lan\0\0\x10\0\1"
		"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1y\xc0\x0e"
		"\1y\xc0\x0e\0\x10\0\1\0\0\0\x3c\0\3\2hi";
	struct halb_name qname = { .len = 7, .wire = "\1x\3lan" };
	struct halb_reply reply = { 0 };
	struct halb_chain chain = { 0 };
	enum halb_status st = halb_reply_decode(message, sizeof message - 1, &qname, HALB_RR_TXT,
						&reply, err);

	if (st == HALB_OK)
		st = halb_reply_chain(&reply, &qname, HALB_RR_TXT, &chain, err);
	if (st == HALB_OK) {
		cr_assert_eq(chain.n_names, 2);
		cr_assert_eq(chain.n_records, 1);
	}
	halb_chain_clear(&chain);
	halb_reply_clear(&reply);
	return st;
}

Test(nomem, replies_fail_cleanly)
{
	starve(read_reply, 4);
}
