/* SPDX-License-Identifier: Apache-2.0 */
/* What a DHCP server's configuration holds that concerns us: values, whatever the backend. */
#ifndef HALB_DHCP_RESERVATION_H
#define HALB_DHCP_RESERVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "halb/base/addr.h"

struct halb_dhcp_texts {
	char **items; /* owned */
	size_t n;
};

struct halb_reservation {
	char *dn;   /* owned, like all texts here */
	char *name; /* of the entry: "k8s1" */
	char *mark; /* whose it is, NULL where unmarked */
	bool lost;  /* replication renamed it: another entry has its name */
	bool has_mac; /* however it is written */
	bool findable; /* and it is written so that the server finds it */
	struct halb_mac mac;
	struct halb_addr *addresses;
	size_t n_addresses;
	struct halb_dhcp_texts hosts; /* host names in place of addresses: the server asks DNS */
	char *host_name; /* what the client is told its name is; NULL where it is not told */
	/* The values as they stand there, for the exact swap; NULL or none where there is none. */
	char *hardware;			   /* "ethernet …" */
	struct halb_dhcp_texts statements; /* with a "fixed-address …" each */
	struct halb_dhcp_texts options;	   /* with a "host-name …" each */
	bool crowded; /* one of these holds another statement, too, and so cannot be swapped */
};

struct halb_dhcp_range {
	char *dn; /* owned; of the subnet or pool that hands it out */
	struct halb_addr first, last;
};

struct halb_dhcp_config {
	bool has_schema, has_service;
	struct halb_subnet *subnets; /* owned, like the others */
	size_t n_subnets;
	struct halb_dhcp_range *ranges;
	size_t n_ranges;
	struct halb_reservation *reservations;
	size_t n_reservations;
};

void halb_reservation_clear(struct halb_reservation *res);
void halb_dhcp_config_clear(struct halb_dhcp_config *config);

/* Appends a text, NULL being one that there was no memory for. False: out of memory. */
bool halb_dhcp_texts_add(struct halb_dhcp_texts *texts, char *take_text);

bool halb_reservation_has_address(const struct halb_reservation *res,
				  const struct halb_addr *address);

/* A reservation as it shall be; texts belong to the caller. */
struct halb_reservation_wanted {
	const char *dn;
	const char *name;
	const char *mark;
	const char *host_name; /* what the client is told its name is */
	struct halb_mac mac;
	struct halb_addr address;
};

/*
 * `before` NULL: to be made; `after` NULL: to be removed; both: changed where it stands. What stood
 * there must still be there, byte for byte, for the change to happen.
 */
struct halb_reservation_change {
	const struct halb_reservation *before;
	const struct halb_reservation_wanted *after;
};

#endif
