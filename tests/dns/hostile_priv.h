/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as an attacker or a broken disk would send them, the same in every run. */
#ifndef HALB_TESTS_DNS_HOSTILE_PRIV_H
#define HALB_TESTS_DNS_HOSTILE_PRIV_H

#include <stddef.h>
#include <stdint.h>

/*
 * Calls `judge` for `data` cut at every length, then for `rounds` mutations of it. Each call gets
 * a heap block of exactly that length, so that a sanitizer sees every byte read beyond it.
 */
void hostile_feed(const uint8_t *data, size_t len, unsigned rounds,
		  void (*judge)(const uint8_t *data, size_t len));

#endif
