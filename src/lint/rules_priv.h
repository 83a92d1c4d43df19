/* SPDX-License-Identifier: Apache-2.0 */
/* The rules: each is a function that is shown one thing after the other, and says what it found. */
#ifndef HALB_LINT_RULES_PRIV_H
#define HALB_LINT_RULES_PRIV_H

#include "halb/lint/lint.h"
#include "predict_priv.h"

struct rule;

struct judge {
	const struct halb_model *model;
	const struct halb_lint_options *options;
	struct halb_lint *out;
	const struct rule *rule;
	const struct halb_model_host *host;
	const char *subject; /* the instance or proxy that is looked at; NULL: none */
	enum halb_status status;
	struct halb_error *err;
};

/* A rule has one of the functions. */
struct rule {
	const char *code;
	enum halb_severity severity;
	const char *hint; /* what to do about it */
	void (*whole)(struct judge *j);
	void (*host)(struct judge *j, const struct halb_model_host *host);
	void (*instance)(struct judge *j, const struct halb_instance *v);
	void (*tracker)(struct judge *j, const struct halb_instance *v,
			const struct halb_tracker *t);
	/* The same virtual router on a later host; what is found belongs to that one. */
	void (*pair)(struct judge *j, const struct halb_instance *first,
		     const struct halb_instance *v);
	void (*proxy)(struct judge *j, const struct halb_haproxy *haproxy,
		      const struct halb_proxy *p);
	void (*server)(struct judge *j, const struct halb_proxy *p,
		       const struct halb_server_line *s);
};

/* The same at the same place is said once. */
void found(struct judge *j, struct halb_place at, const char *fmt, ...) HALB_PRINTF(3, 4);

/* Tables that end with an empty rule. */
extern const struct rule rules_vrrp[], rules_peers[], rules_tracking[], rules_proxies[],
	rules_servers[], rules_stack[];

#endif
