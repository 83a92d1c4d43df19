/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Domain names (RFC 1035 3.1), kept in wire form: a value that is copied freely, always valid.
 * Two names are the same when they differ in ASCII case only (RFC 4343).
 */
#ifndef HALB_DNS_NAME_H
#define HALB_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/addr.h"
#include "halb/base/error.h"

#define HALB_NAME_MAX  255  /* bytes in wire form, the root label included */
#define HALB_LABEL_MAX 63
#define HALB_NAME_TEXT 1024 /* the longest presentation form (every byte as \DDD) and its zero */

/* Length-prefixed labels and the root label's zero. `len` 0 means "no name"; the root has 1. */
struct halb_name {
	uint8_t len;
	uint8_t wire[HALB_NAME_MAX];
};

/*
 * Reads presentation form (RFC 1035 5.1: \. and \DDD), with or without the final dot; "." is the
 * root. Any bytes may stand in labels: for names met in a directory. HALB_E_MALFORMED.
 */
enum halb_status halb_name_parse(const char *text, struct halb_name *out, struct halb_error *err)
	HALB_CHECKED;

/*
 * Reads a host name as a person writes it: Unicode labels become A-labels (IDNA2008), A-labels
 * must be valid ones, every label is letters, digits and inner hyphens (RFC 952, RFC 1123 2.1),
 * at least two labels, not all of the last one digits, no wildcard. Lower case. HALB_E_USAGE, with
 * text that names the label and what is wrong with it.
 */
enum halb_status halb_hostname_parse(const char *text, struct halb_name *out,
				     struct halb_error *err) HALB_CHECKED;

/* in-addr.arpa (RFC 1035 3.5) or ip6.arpa (RFC 3596 2.5). */
struct halb_name halb_name_reverse(const struct halb_addr *addr);

/* Presentation form without the final dot; "." for the root. Returns `text`. */
const char *halb_name_format(const struct halb_name *name, char text[HALB_NAME_TEXT]);

bool halb_name_equal(const struct halb_name *a, const struct halb_name *b);
/* A total order in which equal names are 0: for sorting and searching, not RFC 4034's. */
int halb_name_cmp(const struct halb_name *a, const struct halb_name *b);

/* Labels without the root: 3 for k8s1.lime.lan. */
size_t halb_name_labels(const struct halb_name *name);

/* The name without its `n` first labels; the root when there are not more. */
struct halb_name halb_name_parent(const struct halb_name *name, size_t n);

/* Whether `name` is `zone` itself or lies below it. */
bool halb_name_within(const struct halb_name *name, const struct halb_name *zone);

/*
 * The node's name inside its zone, as a dnsNode's RDN has it: "k8s1", "deep.sub", "@" for the zone
 * itself. The labels' bytes stand there as they are: no escapes, so that no node has a name with a
 * dot or a zero inside a label. `name` must lie within `zone`. Returns `text`.
 */
const char *halb_name_relative(const struct halb_name *name, const struct halb_name *zone,
			       char text[HALB_NAME_TEXT]);

/* The reverse: a node's RDN value ("@", "k8s1") and its zone. HALB_E_MALFORMED. */
enum halb_status halb_name_join(const char *node, const struct halb_name *zone,
				struct halb_name *out, struct halb_error *err) HALB_CHECKED;

#endif
