/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that the files are made of. */
#ifndef HALB_RENDER_RENDER_PRIV_H
#define HALB_RENDER_RENDER_PRIV_H

#include "halb/render/render.h"

/* How a service's servers are tuned in the end. */
struct halb_tuning {
	struct halb_settings settings;
	enum halb_health check;
	int32_t timeout_queue; /* ms */
	bool shutdown_sessions;
};

/* The line that all begin with, the stack's settings, the profile's, the service's: the later one counts. */
struct halb_tuning halb_tuning_of(const struct halb_stack *stack,
				  const struct halb_stack_service *service);
bool halb_tuning_equal(const struct halb_tuning *a, const struct halb_tuning *b);

void halb_render_haproxy(const struct halb_site *site, struct halb_buf *out);
void halb_render_keepalived(const struct halb_site *site, size_t host, struct halb_buf *out);

/* Whether any vIP is of that family: 4 or 16 bytes. */
bool halb_site_has_family(const struct halb_site *site, uint8_t len);

/* "10s", "500ms", as both HAProxy and people read it. */
void halb_put_time(struct halb_buf *out, int32_t ms);

#endif
