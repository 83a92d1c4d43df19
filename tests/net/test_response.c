/* SPDX-License-Identifier: Apache-2.0 */
#include "../../src/net/response_priv.h"

#include <criterion/criterion.h>
#include <string.h>

static struct halb_response response;
static size_t used;

static enum halb_response_state take(const char *text)
{
	response = (struct halb_response){ 0 };
	return halb_response_take(&response, text, strlen(text), &used);
}

/* Each ends at its '|', which is not sent, whether it comes as a whole or byte by byte. */
static void expect_end(const char *text, bool last)
{
	size_t length = strcspn(text, "|"), at = 0;
	char bytes[256];

	memcpy(bytes, text, length);
	strcpy(bytes + length, "HTTP/1.1 200 OK\r\n");
	cr_expect_eq(take(bytes), HALB_RESPONSE_DONE, "%s", text);
	cr_expect_eq(used, length, "%s", text);
	cr_expect_eq(response.last, last, "%s", text);
	response = (struct halb_response){ 0 };
	while (halb_response_take(&response, bytes + at, 1, &used) == HALB_RESPONSE_MORE)
		at++;
	cr_expect_eq(at + 1, length, "%s", text);
}

Test(response, ends_where_its_length_or_its_last_chunk_says)
{
	expect_end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok|", false);
	expect_end("HTTP/1.1 200 OK\ncontent-length:2 \n\nok|", false);
	expect_end("HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n|", false);
	expect_end("HTTP/1.1 204 No Content\r\n\r\n|", false);
	expect_end("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n|", false);
	expect_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
		   "A;x=\"y\"\r\n0123456789\r\n1\r\nx\r\n00\r\nTrailer: 1\r\n\r\n|", false);
	expect_end("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
		   "2\r\nok\r\n0\r\n\r\n|", false);
}

Test(response, follows_those_that_only_announce_it)
{
	expect_end("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n"
		   "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx|", false);
}

Test(response, says_whether_the_connection_ends_with_it)
{
	expect_end("HTTP/1.1 200 OK\r\nConnection: TE, Close\r\nContent-Length: 0\r\n\r\n|", true);
	expect_end("HTTP/1.1 200 OK\r\nConnection: enclose\r\nContent-Length: 0\r\n\r\n|", false);
	expect_end("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n|", true);
	expect_end("HTTP/1.0 200 OK\nConnection: keep-alive\nContent-Length: 0\n\n|", false);
}

Test(response, without_a_length_ends_with_the_connection)
{
	cr_expect_eq(take("HTTP/1.1 200 OK\r\n\r\non and on"), HALB_RESPONSE_MORE);
	cr_expect(response.last);
	cr_expect_eq(halb_response_end(&response), HALB_RESPONSE_DONE);
	cr_expect_eq(take("HTTP/1.1 200 OK\nTransfer-Encoding: gzip\nContent-Length: 1\n\nxy"),
		     HALB_RESPONSE_MORE, "a length does not count under an encoding");
	cr_expect_eq(halb_response_end(&response), HALB_RESPONSE_DONE);
}

Test(response, that_is_cut_off_is_broken)
{
	static const char *const cut[] = {
		"", "HTTP/1.1 200 OK\r\nContent-Len",
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
		cr_expect_eq(take(cut[i]), HALB_RESPONSE_MORE, "%s", cut[i]);
		cr_expect_eq(halb_response_end(&response), HALB_RESPONSE_BROKEN, "%s", cut[i]);
	}
}

Test(response, that_is_no_http_is_broken)
{
	static const char *const broken[] = {
		"SSH-2.0-OpenSSH_9.2\r\n", "\r\n", "HTTP/2 200\r\n", "HTTP/1.1 20\r\n",
		"HTTP/1.1 2000 OK\r\n", "HTTP/1.1 099 Low\r\n", "HTTP/1.1 101 Switching\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n",
	};

	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		cr_expect_eq(take(broken[i]), HALB_RESPONSE_BROKEN, "%s", broken[i]);
}

Test(response, a_line_without_an_end_takes_no_more_memory)
{
	static const char more[] = "X-Long: and longer and longer and longer and longer ";

	cr_assert_eq(take("HTTP/1.1 200 OK\r\n"), HALB_RESPONSE_MORE);
	for (int i = 0; i < 10000; i++) {
		cr_assert_eq(halb_response_take(&response, more, sizeof more - 1, &used),
			     HALB_RESPONSE_MORE);
		cr_assert_eq(used, sizeof more - 1);
	}
	cr_assert_eq(halb_response_take(&response, "\r\nContent-Length: 0\r\n\r\n", 23, &used),
		     HALB_RESPONSE_DONE);
}
