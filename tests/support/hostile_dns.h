/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS servers that lie, break off and babble. Each begins with the right answer for
 * "k8s1.lime.lan", 192.168.11.11 with TTL 900, and its alias "kube.lime.lan", and spoils it: who
 * lets the one thing through that is wrong with it takes it for right.
 */
#ifndef HALB_TEST_HOSTILE_DNS_H
#define HALB_TEST_HOSTILE_DNS_H

#include "dns_server.h"

enum hostile_end {
	HOSTILE_SILENT,   /* nothing that counts comes, ever */
	HOSTILE_NONSENSE, /* bytes that are no answer */
	HOSTILE_WRONG,    /* an answer that can be read, and is not right */
	HOSTILE_TTL,      /* right but for the TTL */
	HOSTILE_FOREIGN,  /* right, and not authoritative */
	HOSTILE_HARMLESS, /* odd and right all the same */
};

struct hostile_dns {
	const char *what;
	enum hostile_end end;
	dns_answer_fn *answer;
	dns_stream_fn *stream; /* NULL: as anybody would */
};

extern const struct hostile_dns hostile_dns[];
extern const size_t n_hostile_dns;

#endif
