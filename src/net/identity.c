/* SPDX-License-Identifier: Apache-2.0 */
/* A GET of "/", and the one word that answers it. */
#include "halb/net/identity.h"

#include <string.h>

struct halb_probe_target halb_identity_target(const struct halb_addr *vip, uint16_t port,
					      const char *host)
{
	return (struct halb_probe_target){
		.address = *vip, .port = port, .host = host, .http = "/"
	};
}

bool halb_identity_read(const struct halb_probe_result *result, char name[HALB_IDENTITY_NAME])
{
	static const char space[] = " \t\r\n";
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	const char *from = result->body + strspn(result->body, space);
	size_t len = strspn(from, letters);

	if (result->http.state != HALB_LAYER_OK || !len || len >= HALB_IDENTITY_NAME ||
	    from[len + strspn(from + len, space)])
		return false;
	memcpy(name, from, len);
	name[len] = '\0';
	return true;
}
