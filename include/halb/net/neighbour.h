/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who answers at an address: a TCP connect, the kernel's neighbour table behind it (rtnetlink,
 * which takes no privilege), and with CAP_NET_RAW an ARP probe, for what the table remembers may
 * be gone.
 */
#ifndef HALB_NET_NEIGHBOUR_H
#define HALB_NET_NEIGHBOUR_H

#include <stdint.h>

#include "halb/base/error.h"
#include "halb/base/sight.h"
#include "halb/net/loop.h"

struct halb_neighbour {
	struct halb_addr address;
	uint16_t port; /* that is knocked at; a closed one does */
};

/*
 * The same without the knocking, on a loop that others use, too: who connects to the addresses in
 * the meantime fills the kernel's table.
 */
struct halb_inquiry;

/* An ARP answer for address `i` has come. */
typedef void halb_inquiry_fn(void *arg, size_t i);

/* `fn` may be NULL. HALB_E_NOMEM, HALB_E_INTERNAL. */
enum halb_status halb_inquiry_new(struct halb_loop *loop, const struct halb_addr *addresses,
				  size_t n, halb_inquiry_fn *fn, void *arg,
				  struct halb_inquiry **out, struct halb_error *err) HALB_CHECKED;
void halb_inquiry_free(struct halb_inquiry *inquiry);

/* Asks by ARP for each that can be asked for; false where none can. What comes is added. */
bool halb_inquiry_ask(struct halb_inquiry *inquiry);
/* Whether ARP can be spoken at all. */
bool halb_inquiry_hears(const struct halb_inquiry *inquiry);
/* Forgets what ARP has said of one of them, and asks for it anew, on the way that the routes are
 * now; false where it cannot be asked for. */
bool halb_inquiry_ask_one(struct halb_inquiry *inquiry, size_t i);
/* Forgets what ARP has said so far. */
void halb_inquiry_forget(struct halb_inquiry *inquiry);

/* Whoever was not asked by ARP, from the kernel's table: where the caller has set `answers`. */
void halb_inquiry_read_table(struct halb_inquiry *inquiry);

/* One for each address; they belong to the inquiry. */
struct halb_sight *halb_inquiry_sights(struct halb_inquiry *inquiry);

/*
 * Looks at all of them at once and fills `out`, one for each; back when everything has answered, or
 * at `deadline`. What cannot be looked at, netlink being closed to us, say, is not seen.
 * HALB_E_NOMEM, HALB_E_INTERNAL; `look` is the caller's to free in any case.
 */
struct halb_look;
enum halb_status halb_neighbours_look(const struct halb_neighbour *neighbours, size_t n,
				      int64_t deadline, struct halb_sight *out,
				      struct halb_look **look, struct halb_error *err) HALB_CHECKED;
/* Closes what a look leaves open. The kernel takes some 15 ms to let go of a packet socket. */
void halb_look_free(struct halb_look *look);

/*
 * Follows the kernel's neighbour table (rtnetlink, without a privilege): `fn` for each entry of
 * which it is known whether it answers, now and whenever one changes. A gratuitous ARP that moves a
 * vIP is such a change.
 */
struct halb_follower;

/* `mac` is NULL where the kernel has asked several times, and nobody answered. */
typedef void halb_follow_fn(void *arg, const struct halb_addr *address,
			    const struct halb_mac *mac);

/* Sets `out`, then calls `fn` before it returns. HALB_E_UNREACHABLE where the kernel does not
 * tell. */
enum halb_status halb_neighbours_follow(struct halb_loop *loop, halb_follow_fn *fn, void *arg,
					struct halb_follower **out, struct halb_error *err)
	HALB_CHECKED;
void halb_follower_free(struct halb_follower *follower);

/* Whether the table can say who has the address as the routes are now: it is on a link of this
 * machine's, and not its own. */
bool halb_follower_sees(const struct halb_follower *follower, const struct halb_addr *address);

/* Sends an empty datagram there, so that the kernel looks for the neighbour; never waits. */
void halb_neighbour_nudge(const struct halb_addr *address);

#endif
