/* SPDX-License-Identifier: Apache-2.0 */
#include "teller.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *says, *then;
static unsigned n_asked;
static int listener;

void teller_say(const char *answer)
{
	pthread_mutex_lock(&lock);
	says = then = answer;
	n_asked = 0;
	pthread_mutex_unlock(&lock);
}

void teller_then_say(const char *answer)
{
	pthread_mutex_lock(&lock);
	then = answer;
	pthread_mutex_unlock(&lock);
}

unsigned teller_asked(void)
{
	unsigned n;

	pthread_mutex_lock(&lock);
	n = n_asked;
	pthread_mutex_unlock(&lock);
	return n;
}

static void *serve(void *arg)
{
	char request[2048], answer[1024];
	int fd;

	(void)arg;
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		answer[0] = '\0';
		(void)!read(fd, request, sizeof request);
		pthread_mutex_lock(&lock);
		if (says)
			snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n"
				 "\r\n%s", strlen(says), says);
		says = then;
		n_asked++;
		pthread_mutex_unlock(&lock);
		(void)!send(fd, answer, strlen(answer), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

void teller_start(int fd)
{
	pthread_t thread;

	listener = fd;
	cr_assert_eq(pthread_create(&thread, NULL, serve, NULL), 0);
}
