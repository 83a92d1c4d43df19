/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/buf.h"
#include "halb/base/cursor.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(buf, cursor_reads_what_buf_wrote)
{
	struct halb_buf buf = { 0 };
	struct halb_cursor in;

	halb_buf_u8(&buf, 0xf0);
	halb_buf_le16(&buf, 0x1234);
	halb_buf_be16(&buf, 0x1234);
	halb_buf_le32(&buf, 0xdeadbeef);
	halb_buf_be32(&buf, 0xdeadbeef);
	halb_buf_le64(&buf, 0x0123456789abcdefULL);
	cr_assert_eq(buf.len, 21);
	cr_assert_eq(buf.data[1], 0x34, "little end first");
	cr_assert_eq(buf.data[3], 0x12, "big end first");
	in = halb_cursor_over(buf.data, buf.len);
	cr_assert_eq(halb_cursor_u8(&in), 0xf0);
	cr_assert_eq(halb_cursor_le16(&in), 0x1234);
	cr_assert_eq(halb_cursor_be16(&in), 0x1234);
	cr_assert_eq(halb_cursor_le32(&in), 0xdeadbeef);
	cr_assert_eq(halb_cursor_be32(&in), 0xdeadbeef);
	cr_assert_eq(halb_cursor_le64(&in), 0x0123456789abcdefULL);
	cr_assert(!in.bad && in.left == 0);
	halb_buf_clear(&buf);
}

Test(cursor, reading_past_the_end_sticks)
{
	struct halb_cursor in = halb_cursor_over("\1\2\3", 3);

	cr_assert_eq(halb_cursor_le32(&in), 0);
	cr_assert(in.bad);
	cr_assert_eq(halb_cursor_u8(&in), 0, "nothing after the failure either");
}

Test(buf, grows_and_hands_over_text)
{
	struct halb_buf buf = { 0 };
	char *text;

	cr_assert_str_eq(halb_buf_string(&buf), "");
	for (int i = 0; i < 1000; i++)
		halb_buf_printf(&buf, "%d,", i % 10);
	cr_assert_eq(buf.len, 2000);
	text = halb_buf_take_string(&buf);
	cr_assert_eq(text[1998], '9');
	cr_assert_eq(buf.len, 0);
	free(text);
}
