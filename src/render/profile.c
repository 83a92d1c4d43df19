/* SPDX-License-Identifier: Apache-2.0 */
/* What the profiles mean, field by field. */
#include "render_priv.h"

#define SEC 1000

/* Waits little, but long enough for HAProxy to count it: a connection is served now or refused. */
#define NO_QUEUE_WAIT 1

/*
 * The line that all begin with. Without a profile and where a profile says nothing it stays: checks
 * that load nobody, a slow return, and limits that keep an API server alive.
 */
static const struct halb_settings base = { {
	[HALB_SET_INTER] = 10 * SEC,
	[HALB_SET_DOWNINTER] = 5 * SEC,
	[HALB_SET_SLOWSTART] = 60 * SEC,
	[HALB_SET_RISE] = 2,
	[HALB_SET_FALL] = 2,
	[HALB_SET_MAXCONN] = 250,
	[HALB_SET_MAXQUEUE] = 256,
	[HALB_SET_WEIGHT] = 100,
} };

static const struct profile {
	struct halb_settings settings;
	enum halb_health check; /* HALB_HEALTH_NONE: TCP */
	int32_t timeout_queue;  /* 0: the stack's */
	bool shutdown_sessions; /* of a server that is down: its clients come again at once */
} profiles[HALB_PROFILES] = {
	[HALB_PROFILE_CONTROL_PLANE] = { .check = HALB_HEALTH_HTTP },
	[HALB_PROFILE_DATA_PLANE] = { .settings = { { [HALB_SET_MAXCONN] = 1000 } } },
	[HALB_PROFILE_SENSITIVE] = {
		.settings = { { [HALB_SET_INTER] = 5 * SEC, [HALB_SET_FALL] = 1 } },
		.check = HALB_HEALTH_HTTP,
	},
	[HALB_PROFILE_FAST_REJOIN] = { .settings = { { [HALB_SET_RISE] = 1 } } },
	[HALB_PROFILE_NO_QUEUE] = {
		.settings = { { [HALB_SET_MAXQUEUE] = HALB_SET_OUT } },
		.timeout_queue = NO_QUEUE_WAIT,
	},
	/*
	 * A server that is silent is seen after interval and check timeout, twice: in 3.5 s here, in
	 * 22 s with the line above. Watches that hang on it are cut then, for they would hang on.
	 * 250 connections for each of three servers are few where every watch holds one.
	 */
	[HALB_PROFILE_FAST] = {
		.settings = { {
			[HALB_SET_INTER] = 1 * SEC,
			[HALB_SET_FASTINTER] = SEC / 2,
			[HALB_SET_DOWNINTER] = 1 * SEC,
			[HALB_SET_MAXCONN] = 1000,
		} },
		.shutdown_sessions = true,
	},
};

static void lay(struct halb_settings *under, const struct halb_settings *over)
{
	for (size_t i = 0; i < HALB_SETTINGS; i++)
		if (over->value[i])
			under->value[i] = over->value[i];
}

struct halb_tuning halb_tuning_of(const struct halb_stack *stack,
				  const struct halb_stack_service *service)
{
	const struct profile *profile = &profiles[service->profile];
	struct halb_tuning t = {
		.settings = base,
		.check = service->check ? service->check
			 : profile->check ? profile->check : HALB_HEALTH_TCP,
		.timeout_queue = profile->timeout_queue ? profile->timeout_queue
							: stack->timeouts.queue,
		.shutdown_sessions = profile->shutdown_sessions,
	};

	lay(&t.settings, &stack->settings);
	lay(&t.settings, &profile->settings);
	lay(&t.settings, &service->settings);
	return t;
}

/* Whether one defaults section serves both: the check is each backend's own. */
bool halb_tuning_equal(const struct halb_tuning *a, const struct halb_tuning *b)
{
	for (size_t i = 0; i < HALB_SETTINGS; i++)
		if (a->settings.value[i] != b->settings.value[i])
			return false;
	return a->timeout_queue == b->timeout_queue &&
	       a->shutdown_sessions == b->shutdown_sessions;
}
