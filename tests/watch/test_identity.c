/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "scene.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached where all is well */

/* A vIP of this machine is on no link of its own, as one behind a router is not. */
#define VIP "127.0.0.5"

/* What the listener says, to each who asks; it closes without a word where that is NULL. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *says;
static unsigned n_asked;
static int listener;

static void say(const char *answer)
{
	pthread_mutex_lock(&lock);
	says = answer;
	n_asked = 0;
	pthread_mutex_unlock(&lock);
}

static unsigned asked(void)
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
		n_asked++;
		pthread_mutex_unlock(&lock);
		(void)!send(fd, answer, strlen(answer), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void setup(void)
{
	pthread_t thread;

	scene_open();
	scene.balancers[0].vip = address_of(VIP);
	for (size_t i = 0; i < 3; i++)
		scene.hosts[i].address = address_of("127.0.0.6");
	listener = listen_silently(VIP, &scene.site.stack.identity_port);
	cr_assert_eq(pthread_create(&thread, NULL, serve, NULL), 0);
}

TestSuite(identity, .init = setup, .fini = scene_close);

/* Until the listener was asked some times more. */
static void go_on(unsigned times)
{
	unsigned until = asked() + times;

	for (int64_t end = halb_now() + LONG_ENOUGH; asked() < until && halb_now() < end;)
		scene_go_on(5 * HALB_MSEC);
	cr_assert_geq(asked(), until);
}

Test(identity, says_who_holds_what_is_not_on_this_link)
{
	say("lb1\n");
	scene_begin();
	cr_expect_not(scene.watch->holders_known, "nobody has said yet");
	scene_await("lb1 ");
	cr_expect(scene.watch->holders_known);
	cr_expect_eq(scene.watch->holders[0].source, HALB_WATCH_IDENTITY);
	cr_expect_not(scene.watch->holders[0].has_mac);
	cr_expect_str_eq(scene.watch->holders[0].said, "lb1");
	say("LB2.lime.lan");
	scene_await("lb1 lb2 ");
	go_on(5);
	cr_expect_eq(scene.watch->n_holders, 2);
}

Test(identity, silence_says_nothing)
{
	say("lb1");
	scene_begin();
	scene_await("lb1 ");
	say(NULL);
	go_on(5);
	say("lb1");
	go_on(5);
	cr_expect_str_eq(scene.told, "lb1 ");
}

Test(identity, what_is_no_name_is_no_answer)
{
	say("<html>\n<body>statistics</body></html>");
	scene_begin();
	go_on(5);
	cr_expect_str_eq(scene.told, "");
	cr_expect_not(scene.watch->holders_known);
}

Test(identity, that_is_no_host_of_the_stack_is_told_with_what_it_said)
{
	say("web7");
	scene_begin();
	scene_await("none of the stack's hosts ");
	cr_expect_null(scene.watch->holders[0].host);
	cr_expect_str_eq(scene.watch->holders[0].said, "web7");
}

Test(identity, is_not_asked_for_without_a_stack)
{
	scene.site.has_stack = false;
	scene_begin();
	scene_go_on(200 * HALB_MSEC);
	cr_expect_eq(asked(), 0);
}
