/* SPDX-License-Identifier: Apache-2.0 */
/* A watch of who holds vIPs, and what it tells as one text: "lb1 lb2 split one ". */
#ifndef HALB_TEST_SCENE_H
#define HALB_TEST_SCENE_H

#include "halb/watch/watch.h"

/* To be changed before the watch begins: a stack of hosts without addresses, one balancer with the
 * vIP 10.9.1.1, and more behind it. */
#define SCENE_VIPS 300
struct scene {
	struct halb_stack_host hosts[3];
	struct halb_balancer balancers[SCENE_VIPS];
	struct halb_site site;
	struct halb_watch *watch;
	char told[4096];
	size_t n_told;
};
extern struct scene scene;

void scene_open(void);
void scene_close(void);

/* Slow layers' period is 20 ms, each probe's timeout 200 ms. */
void scene_begin(void);

/* Goes on until that is what was told, in all. */
void scene_await(const char *told);

void scene_go_on(int64_t time);

#endif
