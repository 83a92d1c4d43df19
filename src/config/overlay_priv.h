/* SPDX-License-Identifier: Apache-2.0 */
/* The file's texts with the flags' texts laid over them. */
#ifndef HALB_CONFIG_OVERLAY_PRIV_H
#define HALB_CONFIG_OVERLAY_PRIV_H

#include <stdbool.h>

#include "halb/base/error.h"
#include "halb/config/site.h"
#include "schema_priv.h"

/*
 * All texts stay the file's or the flags': both must outlive it. Only the two arrays, to which the
 * lists of `site` may point, are its own.
 */
struct halb_overlay {
	struct halb_raw_site site;
	bool picked;   /* --balancer names one: only that one is wanted */
	size_t target; /* the balancer that the flags apply to */
	struct halb_raw_balancer *balancers;
	struct halb_raw_probe *probes;
};

/* `raw` is NULL where the file gives nothing. HALB_E_USAGE, HALB_E_NOMEM. */
enum halb_status halb_overlay_make(const struct halb_raw_site *raw,
				   const struct halb_site_flags *flags, struct halb_overlay *out,
				   struct halb_error *err) HALB_CHECKED;
void halb_overlay_clear(struct halb_overlay *overlay);

#endif
