/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A router and a network beyond it: another network namespace, so that the kernel is asked the way
 * and knows no neighbour there. Nothing is cleaned up: each test runs in a process of its own.
 */
#ifndef HALB_TEST_BEYOND_H
#define HALB_TEST_BEYOND_H

#include <stdint.h>

#define ROUTER "10.9.0.2" /* on the link of this machine, which is 10.9.0.1 */

/* Skips the test where it may not have one. Each address of 10.8.0.0/16 is then behind ROUTER, where
 * one machine has them all. */
void beyond_open(void);

/* A stream of that machine, bound to a free port of all its addresses; it does not listen yet. */
int beyond_bind(uint16_t *port);

#endif
