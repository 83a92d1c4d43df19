/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define MACHINES 1024

struct frame {
	struct ether_header head;
	struct ether_arp arp;
} __attribute__((packed));

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct machine {
	struct halb_addr address;
	uint8_t mac;
} machines[MACHINES];
static size_t n_machines;
static struct halb_addr asked[MACHINES];
static size_t n_asked;
static int far_end;

struct halb_mac link_mac(uint8_t mac)
{
	return (struct halb_mac){ { 2, 0, 0, 0, 0, mac } };
}

/* To one machine, or to all where it is NULL. */
static void say(uint16_t op, const struct halb_addr *from, uint8_t mac, const uint8_t *to_mac,
		const uint8_t *to)
{
	const struct halb_mac own = link_mac(mac);
	struct frame f = { .head = { .ether_type = htons(ETHERTYPE_ARP) },
			   .arp.ea_hdr = { .ar_hrd = htons(ARPHRD_ETHER),
					   .ar_pro = htons(ETH_P_IP),
					   .ar_hln = ETH_ALEN,
					   .ar_pln = 4,
					   .ar_op = htons(op) } };

	memset(f.head.ether_dhost, 0xff, ETH_ALEN);
	if (to_mac) {
		memcpy(f.head.ether_dhost, to_mac, ETH_ALEN);
		memcpy(f.arp.arp_tha, to_mac, ETH_ALEN);
	}
	memcpy(f.head.ether_shost, own.bytes, ETH_ALEN);
	memcpy(f.arp.arp_sha, own.bytes, ETH_ALEN);
	memcpy(f.arp.arp_spa, from->bytes, 4);
	memcpy(f.arp.arp_tpa, to, 4);
	(void)!write(far_end, &f, sizeof f);
}

static void answer(const struct frame *f)
{
	static const uint8_t nobody[4];
	struct halb_addr wanted = { .len = 4 };

	memcpy(wanted.bytes, f->arp.arp_tpa, 4);
	pthread_mutex_lock(&lock);
	if (memcmp(f->arp.arp_spa, nobody, 4) == 0)
		asked[n_asked++ % MACHINES] = wanted;
	for (size_t i = 0; i < n_machines; i++)
		if (halb_addr_equal(&machines[i].address, &wanted))
			say(ARPOP_REPLY, &wanted, machines[i].mac, f->arp.arp_sha, f->arp.arp_spa);
	pthread_mutex_unlock(&lock);
}

static void *answer_all(void *arg)
{
	struct frame f;
	struct sockaddr_ll from;
	socklen_t len = sizeof from;

	(void)arg;
	while (recvfrom(far_end, &f, sizeof f, 0, (struct sockaddr *)&from, &len) > 0) {
		if (from.sll_pkttype != PACKET_OUTGOING &&
		    f.arp.ea_hdr.ar_op == htons(ARPOP_REQUEST))
			answer(&f);
		len = sizeof from;
	}
	return NULL;
}

void link_run(const char *command)
{
	cr_assert_eq(system(command), 0, "%s", command);
}

void link_open(void)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP) };
	pthread_t thread;

	if (unshare(CLONE_NEWNET) < 0)
		cr_skip_test("no network namespace is to be had: %s", strerror(errno));
	if (system("ip link set lo up && ip link add near0 type veth peer name far0") != 0)
		cr_skip_test("no pair of interfaces is to be had");
	link_run("ip link set far0 arp off up && ip address add 10.9.0.1/16 dev near0 && "
		 "ip link set near0 up");
	at.sll_ifindex = (int)if_nametoindex("far0");
	far_end = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(far_end, (struct sockaddr *)&at, sizeof at), 0);
	cr_assert_eq(pthread_create(&thread, NULL, answer_all, NULL), 0);
}

void link_has(const char *address, uint8_t mac)
{
	pthread_mutex_lock(&lock);
	cr_assert_lt(n_machines, MACHINES);
	machines[n_machines++] = (struct machine){ address_of(address), mac };
	pthread_mutex_unlock(&lock);
}

void link_lacks(const char *address, uint8_t mac)
{
	struct halb_addr addr = address_of(address);

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_machines; i++)
		if (machines[i].mac == mac && halb_addr_equal(&machines[i].address, &addr))
			machines[i--] = machines[--n_machines];
	pthread_mutex_unlock(&lock);
}

void link_announce(const char *address, uint8_t mac)
{
	struct halb_addr addr = address_of(address);

	say(ARPOP_REQUEST, &addr, mac, NULL, addr.bytes);
}

unsigned link_probes(const struct halb_addr *address)
{
	unsigned n = 0;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_asked && i < MACHINES; i++)
		n += !address || halb_addr_equal(&asked[i], address);
	pthread_mutex_unlock(&lock);
	return n;
}
