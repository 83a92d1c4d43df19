/* SPDX-License-Identifier: Apache-2.0 */
/* DNS servers on 127.0.0.1, 127.0.0.2, …, all at one port, in threads of the test. */
#ifndef HALB_TEST_DC_H
#define HALB_TEST_DC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "dns_server.h"
#include "halb/dns/record.h"

#define DCS_MOST 4

/* What a server says of a name. Texts belong to the caller. */
struct canned {
	const char *name;
	const char *cname;        /* a CNAME to it comes first */
	bool circle;              /* and one from there back */
	const char *beside;       /* an A record at the name itself, too */
	const char *addresses[2]; /* A or AAAA, at the CNAME's end where there is one */
	const char *ptr;
	uint32_t ttl; /* 0: 900 */
	uint8_t rcode;
	int lacks;    /* the first so many questions get NXDOMAIN */
	bool silent;  /* no answer, ever */
	bool foreign; /* not authoritative */
	bool garbage; /* a record that is longer than its message */
	atomic_int asked;
};

struct dc {
	struct dns_server dns; /* an answer function given before it starts replaces the table */
	bool silent;     /* receives and never answers */
	bool foreign;    /* REFUSED for names that it has not, instead of NXDOMAIN with AA */
	int deaf;        /* the first so many questions are not answered */
	uint32_t serial; /* of any SOA that it is asked for; 0: it has none */
	struct canned *canned;
	size_t n_canned;
	atomic_int asked;
};

/* Binds `n` servers; then fill them and start them. Returns the port. */
uint16_t dcs_bind(struct dc *dcs, size_t n);
void dc_start(struct dc *dc);

/* Of a server that was not started: the number of different names that it was asked. */
size_t dc_count_names(const struct dc *dc);

#endif
