/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shuts a session's socket down at its deadline. libldap reads TLS from a blocking socket, and
 * there no time-out of its own holds: a DC that is silent in the handshake would hold us for ever.
 */
#include "session_priv.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "halb/base/deadline.h"

struct halb_watchdog {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int64_t until;
	bool over;
	int fd;
};

static void *watch(void *arg)
{
	struct halb_watchdog *dog = arg;

	pthread_mutex_lock(&dog->lock);
	while (!dog->over && halb_deadline_left(dog->until)) {
		const struct timespec at = { .tv_sec = dog->until / HALB_SEC,
					     .tv_nsec = dog->until % HALB_SEC };

		pthread_cond_clockwait(&dog->changed, &dog->lock, CLOCK_MONOTONIC, &at);
	}
	if (!dog->over)
		shutdown(dog->fd, SHUT_RDWR);
	pthread_mutex_unlock(&dog->lock);
	return NULL;
}

struct halb_watchdog *halb_watchdog_start(int fd, int64_t until)
{
	struct halb_watchdog *dog = calloc(1, sizeof *dog);

	if (!dog)
		return NULL;
	dog->fd = fd;
	dog->until = until;
	pthread_mutex_init(&dog->lock, NULL);
	pthread_cond_init(&dog->changed, NULL);
	if (pthread_create(&dog->thread, NULL, watch, dog) == 0)
		return dog;
	free(dog);
	return NULL;
}

static void tell(struct halb_watchdog *dog, int64_t until, bool over)
{
	pthread_mutex_lock(&dog->lock);
	dog->until = until;
	dog->over = over;
	pthread_cond_signal(&dog->changed);
	pthread_mutex_unlock(&dog->lock);
}

void halb_watchdog_set(struct halb_watchdog *dog, int64_t until)
{
	tell(dog, until, false);
}

void halb_watchdog_stop(struct halb_watchdog *dog)
{
	if (!dog)
		return;
	tell(dog, 0, true);
	pthread_join(dog->thread, NULL);
	pthread_cond_destroy(&dog->changed);
	pthread_mutex_destroy(&dog->lock);
	free(dog);
}
