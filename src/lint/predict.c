/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions: cases put together, and the names of faults and parts. */
#include "halb/lint/predict.h"

#include <string.h>

#include "predict_priv.h"

static const char *const faults[HALB_FAULTS] = {
	[HALB_FAULT_HOST_LOST] = "host-lost",
	[HALB_FAULT_HAPROXY_KILLED] = "haproxy-killed",
	[HALB_FAULT_HAPROXY_FROZEN] = "haproxy-frozen",
	[HALB_FAULT_KEEPALIVED_STOPPED] = "keepalived-stopped",
	[HALB_FAULT_KEEPALIVED_KILLED] = "keepalived-killed",
	[HALB_FAULT_BACKEND_LOST] = "backend-lost",
	[HALB_FAULT_BACKEND_HOST_LOST] = "backend-host-lost",
};

const struct halb_range halb_range_never = { HALB_NEVER, HALB_NEVER };

const char *halb_fault_name(enum halb_fault fault)
{
	return faults[fault];
}

enum halb_fault halb_fault_find(const char *name)
{
	unsigned fault = 0;

	while (fault < HALB_FAULTS && strcmp(faults[fault], name) != 0)
		fault++;
	return (enum halb_fault)fault;
}

const char *halb_part_name(enum halb_part part)
{
	static const char *const names[HALB_PARTS] = {
		[HALB_PART_DETECTION] = "detection",
		[HALB_PART_ELECTION] = "election",
		[HALB_PART_ARP] = "ARP",
		[HALB_PART_BACKEND] = "backend",
	};

	return names[part];
}

int64_t halb_time_sum(int64_t a, int64_t b)
{
	return a == HALB_NEVER || b == HALB_NEVER || a > HALB_NEVER - b ? HALB_NEVER : a + b;
}

struct halb_range halb_range_sum(struct halb_range a, struct halb_range b)
{
	return (struct halb_range){ halb_time_sum(a.min, b.min), halb_time_sum(a.max, b.max) };
}

struct halb_range halb_range_exactly(int64_t ns)
{
	return (struct halb_range){ ns, ns };
}

/* The whole from its parts. */
static void add_up(struct halb_prediction *one)
{
	one->outage = (struct halb_range){ 0, 0 };
	one->largest = HALB_PART_DETECTION;
	for (unsigned i = 0; i < HALB_PARTS; i++) {
		one->outage = halb_range_sum(one->outage, one->parts[i]);
		if (one->parts[i].max > one->parts[one->largest].max)
			one->largest = (enum halb_part)i;
	}
}

void halb_prediction_widen(struct halb_prediction *all, const struct halb_prediction *one)
{
	struct halb_prediction sum = *one;

	add_up(&sum);
	for (unsigned i = 0; i < HALB_PARTS && sum.outage.min <= all->outage.min; i++)
		all->parts[i].min = one->parts[i].min;
	for (unsigned i = 0; i < HALB_PARTS && sum.outage.max > all->outage.max; i++)
		all->parts[i].max = one->parts[i].max;
	if (sum.outage.max > all->outage.max || !all->note)
		all->note = one->note;
	add_up(all);
}

bool halb_predict(const struct halb_model *model, enum halb_fault fault,
		  struct halb_prediction *out)
{
	bool of_servers = fault == HALB_FAULT_BACKEND_LOST || fault == HALB_FAULT_BACKEND_HOST_LOST;
	/* Nothing yet: any case is lower than its minimum, and higher than its maximum. */
	struct halb_prediction all = { .fault = fault, .outage = { HALB_NEVER, -1 } };

	if (!(of_servers ? halb_predict_servers(model, &all) : halb_predict_vrrp(model, &all)))
		return false;
	*out = all;
	return true;
}
