/* SPDX-License-Identifier: Apache-2.0 */
/* Site files for tests, each written into a directory of the test's own. */
#ifndef HALB_TESTS_SITES_PRIV_H
#define HALB_TESTS_SITES_PRIV_H

#include <stddef.h>

#include "halb/config/site.h"

/* One balancer in six lines, the smallest site there is. */
#define SMALL                                                                                      \
	"domain: lime.lan\n"                                                                       \
	"balancers:\n"                                                                             \
	"- name: k8s1\n"                                                                           \
	"  vip: 192.168.11.11\n"                                                                   \
	"  apex: k8s1.lime.lan\n"

/* The seed's site file, every key but ca_file in it. */
extern const char full_site[];

/* A text that is no site, what is said about it, and a part of what is advised. */
struct refusal {
	const char *yaml;
	const char *text;
	const char *hint;
};

/* Loads it from the file "site.yaml". */
enum halb_status load_bytes(const void *data, size_t len, const struct halb_site_flags *flags,
			    struct halb_site *site, struct halb_error *err);
enum halb_status load_yaml(const char *yaml, const struct halb_site_flags *flags,
			   struct halb_site *site, struct halb_error *err);

/* Loads what has to be right, without flags; the caller clears it. */
struct halb_site load_right(const char *yaml);

/* Each must be refused with HALB_E_SITE, exactly this text, and this in the hint. */
void expect_refused(const struct refusal *rows, size_t n);

#define EXPECT_REFUSED(rows) expect_refused(rows, sizeof(rows) / sizeof(rows)[0])

#endif
