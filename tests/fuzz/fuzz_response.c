/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP responses: where one ends does not rest on how its bytes are cut up. */
#include "../../src/net/response_priv.h"

#include "fuzz.h"

/* What becomes of it when it comes in pieces of `step` bytes. */
static enum halb_response_state take(const char *bytes, size_t n, size_t step, size_t *used)
{
	struct halb_response response = { 0 };
	enum halb_response_state state = HALB_RESPONSE_MORE;

	*used = 0;
	while (*used < n && state == HALB_RESPONSE_MORE) {
		size_t some, piece = n - *used < step ? n - *used : step;

		state = halb_response_take(&response, bytes + *used, piece, &some);
		must(some <= piece && (some == piece || state != HALB_RESPONSE_MORE));
		*used += some;
	}
	return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t whole, pieces;

	must(take((const char *)data, size, size, &whole) ==
	     take((const char *)data, size, 1, &pieces));
	must(whole == pieces);
	return 0;
}
