/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single texts made values. Each refuses what is not one (NULL, a value not given, too, unless it
 * says otherwise) and then yields zero.
 */
#ifndef HALB_CONFIG_VALUE_PRIV_H
#define HALB_CONFIG_VALUE_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "reader_priv.h"

/* `domain` serves the hint for a name that was written short; its `len` may be 0. */
struct halb_name halb_value_name(struct halb_reader *r, const char *key, const char *text,
				 const struct halb_name *domain);

/* An address that a host can have: no loopback, multicast, broadcast and the like. */
struct halb_addr halb_value_address(struct halb_reader *r, const char *key, const char *text);
struct halb_subnet halb_value_subnet(struct halb_reader *r, const char *key, const char *text);
struct halb_mac halb_value_mac(struct halb_reader *r, const char *key, const char *text);
uint32_t halb_value_number(struct halb_reader *r, const char *key, const char *text, uint32_t min,
			   uint32_t max);
uint16_t halb_value_port(struct halb_reader *r, const char *key, const char *text);

/* Whole milliseconds of a time from `min` to `max` milliseconds; not given: `otherwise`. */
int32_t halb_value_duration(struct halb_reader *r, const char *key, const char *text, int32_t min,
			    int32_t max, int32_t otherwise);

/* Not given: false. */
bool halb_value_bool(struct halb_reader *r, const char *key, const char *text);

/* The index of `text` among the `n` words; not given: `otherwise`. */
int halb_value_word(struct halb_reader *r, const char *key, const char *text,
		    const char *const *words, size_t n, int otherwise);

/* The following are the site's own copies. */

/* Letters, digits, '.', '_' and '-', at most 64. */
char *halb_value_label(struct halb_reader *r, const char *key, const char *text);
/* An AD site's name; not given: NULL. */
char *halb_value_site(struct halb_reader *r, const char *key, const char *text);
/* A network interface's name. */
char *halb_value_interface(struct halb_reader *r, const char *key, const char *text);
/* A distinguished name (RFC 4514). */
char *halb_value_dn(struct halb_reader *r, const char *key, const char *text);
/* A host name or an address. */
char *halb_value_server(struct halb_reader *r, const char *key, const char *text,
			const struct halb_name *domain);
/* A path of a URL or a file, without spaces; not given: NULL. */
char *halb_value_path(struct halb_reader *r, const char *key, const char *text, const char *hint);
/* Any text but an empty one; not given: NULL. */
char *halb_value_text(struct halb_reader *r, const char *key, const char *text);

#endif
