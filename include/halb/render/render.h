/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of HAProxy and Keepalived that a site's stack asks for: pure, and stable. */
#ifndef HALB_RENDER_RENDER_H
#define HALB_RENDER_RENDER_H

#include <stddef.h>

#include "halb/base/buf.h"
#include "halb/base/error.h"
#include "halb/config/site.h"

struct halb_render_options {
	const char *source; /* what the files say that they were made from: "halb.yaml" */
};

/* One host's two files. */
struct halb_rendered {
	char *host; /* owned */
	struct halb_buf haproxy, keepalived;
};

/*
 * Makes the files of all hosts, in the site file's order; the same site gives the same bytes.
 * `*out` is the caller's, see halb_rendered_free.
 * HALB_E_SITE with the keys to add where the site has no stack, or one that is not enough.
 */
enum halb_status halb_render_stack(const struct halb_site *site,
				   const struct halb_render_options *options,
				   struct halb_rendered **out, size_t *n,
				   struct halb_error *err) HALB_CHECKED;

/* Takes the array, too. NULL is let pass. */
void halb_rendered_free(struct halb_rendered *rendered, size_t n);

#endif
