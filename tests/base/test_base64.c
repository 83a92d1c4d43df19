/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/base64.h"

#include <criterion/criterion.h>
#include <string.h>

/* RFC 4648 10 */
static const struct {
	const char *plain, *text;
} vectors[] = { { "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" } };

Test(base64, encodes_the_rfcs_vectors)
{
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct halb_buf out = { 0 };

		halb_base64_encode(vectors[i].plain, strlen(vectors[i].plain), &out);
		cr_expect_str_eq(halb_buf_string(&out), vectors[i].text);
		halb_buf_clear(&out);
	}
}

Test(base64, decodes_the_rfcs_vectors)
{
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct halb_buf out = { 0 };

		cr_expect(halb_base64_decode(vectors[i].text, strlen(vectors[i].text), &out));
		cr_expect_str_eq(halb_buf_string(&out), vectors[i].plain);
		halb_buf_clear(&out);
	}
}

Test(base64, every_byte_comes_back)
{
	struct halb_buf text = { 0 }, back = { 0 };
	uint8_t bytes[256];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(255 - i);
	halb_base64_encode(bytes, sizeof bytes, &text);
	cr_assert(halb_base64_decode(halb_buf_string(&text), text.len, &back));
	cr_assert_eq(back.len, sizeof bytes);
	cr_expect_arr_eq(back.data, bytes, sizeof bytes);
	halb_buf_clear(&text);
	halb_buf_clear(&back);
}

Test(base64, refuses_what_is_none)
{
	static const char *const wrong[] = { "Z", "Zg", "Zg=", "====", "Z===", "Zg==Zg==", "Zm9!",
					     "Zh==", "Zm9=", "Zg= ", " Zg=" };

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct halb_buf out = { 0 };

		cr_expect_not(halb_base64_decode(wrong[i], strlen(wrong[i]), &out), "%s", wrong[i]);
		halb_buf_clear(&out);
	}
}
