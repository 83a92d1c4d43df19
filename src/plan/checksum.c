/* SPDX-License-Identifier: Apache-2.0 */
/* The plan's checksum: the same changes give the same one, on any machine, on any DC. */
#include "plan_priv.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

/* Each text with its zero, so that no two plans run together to the same bytes. */
static void add_text(struct sha256_ctx *sha, const char *text)
{
	text = text ? text : "";
	sha256_update(sha, strlen(text) + 1, (const uint8_t *)text);
}

static void add_number(struct sha256_ctx *sha, uint32_t v)
{
	char text[16];

	snprintf(text, sizeof text, "%u", v);
	add_text(sha, text);
}

static void add_change(struct sha256_ctx *sha, const struct halb_change *change)
{
	add_text(sha, halb_action_name(change->action));
	add_text(sha, change->type);
	add_text(sha, change->dn);
	add_text(sha, change->before);
	add_number(sha, change->ttl_before);
	add_text(sha, change->after);
	add_number(sha, change->ttl);
	add_text(sha, change->mark);
}

void halb_plan_seal(struct halb_plan *plan)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	for (size_t i = 0; i < plan->n; i++)
		if (plan->changes[i].action != HALB_ACTION_KEEP)
			add_change(&sha, &plan->changes[i]);
	sha256_digest(&sha, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(plan->checksum + 2 * i, 3, "%02x", digest[i]);
}
