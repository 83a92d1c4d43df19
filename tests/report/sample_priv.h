/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of one balancer, made by hand, that tests change to what they are about. */
#ifndef HALB_TESTS_REPORT_SAMPLE_PRIV_H
#define HALB_TESTS_REPORT_SAMPLE_PRIV_H

#include "halb/report/report.h"

struct sample {
	struct halb_balancer balancer;
	struct halb_probe_spec probe;
	struct halb_change changes[5];
	struct halb_finding found[2];
	struct halb_server_state servers[2];
	struct halb_name chain[2];
	struct halb_addr address;
	struct halb_name_state names[1];
	struct halb_vip_state vips[1];
	struct halb_stack_host stack_hosts[2];
	struct halb_host_state hosts[2];
	struct halb_plan plan;
	struct halb_verification verification;
	struct halb_error error;
	struct halb_report report; /* of a `register` that has no plan and no verification yet */
};

/* Two findings in `found`, in no list; five changes; all that was looked at is right. */
void sample_init(struct sample *sample);

/* Makes what was looked at wrong: one DC lags, one is silent, the resolver and the vIP fail. */
void sample_break(struct sample *sample);

/* What the format prints, to be freed; fails the test where printing fails. */
char *sample_print(const struct sample *sample, const char *format);

struct halb_name sample_name(const char *text);
struct halb_addr sample_addr(const char *text);

#endif
