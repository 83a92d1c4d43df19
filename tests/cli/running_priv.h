/* SPDX-License-Identifier: Apache-2.0 */
/* A `watch` or `drill` of one listener on loopback, in a process of its own, and what it says. */
#ifndef HALB_TESTS_CLI_RUNNING_PRIV_H
#define HALB_TESTS_CLI_RUNNING_PRIV_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct running {
	char dir[32];    /* made for it; the files `out` and `err` in it are what it prints */
	int listener;    /* what it watches; -1: nobody listens */
	uint16_t port;
	int notified;    /* a datagram socket in place of systemd's */
	int ignore;      /* a signal that it is to ignore from the start, or 0 */
	int closed;      /* one of its standard descriptors that is closed, or -1 */
	pid_t pid;
};

/* A listener, and a directory. */
void running_init(struct running *r);

/* Ends what still runs, and removes the directory. */
void running_clear(struct running *r);

/* Begins `args`, which end with NULL: "watch", options, and of a drill "--" and its command. The
 * layer is tcp, --max-outage 60s unless said otherwise, so that no noise of the machine counts. */
void running_begin(struct running *r, const char *const *args);
#define RUNNING_BEGIN(r, ...) running_begin(r, (const char *const[]){ __VA_ARGS__, NULL })

/* Waits until it has told systemd so; each thing that it tells can be waited for once. */
void running_expect(struct running *r, const char *state);

/* Waits until it has gone on for some periods. */
void running_await_probes(struct running *r);

/* Sends a signal. */
void running_signal(const struct running *r, int signal);

/* Waits for its end; returns its exit status, or -1 where a signal ended it. */
int running_end(struct running *r);

/* A file of its directory as text, to be freed; empty where there is none. */
char *running_text(const struct running *r, const char *name);

/* Whether the file has this text by now, waited for; fails the test where it never comes. */
void running_await(const struct running *r, const char *name, const char *text);

bool running_has(const struct running *r, const char *name, const char *text);

/* Which of the JSON objects in `out`, to be freed; fails the test where there are not so many. */
json_t *running_json(const struct running *r, int which);

/* The path of a file in its directory; valid until the next call. */
const char *running_path(const struct running *r, const char *name);

#endif
