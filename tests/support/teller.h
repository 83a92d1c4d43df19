/* SPDX-License-Identifier: Apache-2.0 */
/* An identity listener in a thread of its own. Nothing is cleaned up: each test runs in a process of
 * its own. */
#ifndef HALB_TEST_TELLER_H
#define HALB_TEST_TELLER_H

/* Answers whoever connects to a socket that listens. */
void teller_start(int listener);

/* What it answers from now on, by HTTP; NULL: it closes without a word. */
void teller_say(const char *answer);

/* What it answers instead to all but the first of those. */
void teller_then_say(const char *answer);

/* How often it was asked since then. */
unsigned teller_asked(void);

#endif
