/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Ethernet of the test's own, with machines at its far end that answer ARP: a pair of interfaces
 * in a network namespace, one of which the kernel uses, while the test reads and writes the other.
 * Nothing is cleaned up: each test runs in a process of its own.
 */
#ifndef HALB_TEST_LINK_H
#define HALB_TEST_LINK_H

#include "halb/base/addr.h"

/* Skips the test where it may not have one. This machine is 10.9.0.1/16 there. */
void link_open(void);

/* From now on, or until now, a machine with that MAC answers for the address. */
void link_has(const char *address, uint8_t mac);
void link_lacks(const char *address, uint8_t mac);

/* Gratuitous ARP: a machine says that it has the address. */
void link_announce(const char *address, uint8_t mac);

struct halb_mac link_mac(uint8_t mac); /* 02:00:00:00:00:XX */

/* How many ARP probes, which leave no trace, have asked for the address; NULL: for any. */
unsigned link_probes(const struct halb_addr *address);

/* Has a shell run a command there. */
void link_run(const char *command);

#endif
