/* SPDX-License-Identifier: Apache-2.0 */
/* Sends ARP probes and reads what comes back. */
#include "arp_priv.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* RFC 826: what an Ethernet's packets say of IPv4 addresses is laid out as struct ether_arp. */

int halb_arp_open(void)
{
	return socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ARP));
}

static bool own_mac(int fd, int interface, uint8_t mac[ETH_ALEN])
{
	struct ifreq req = { 0 };

	if (!if_indextoname((unsigned)interface, req.ifr_name) ||
	    ioctl(fd, SIOCGIFHWADDR, &req) < 0 || req.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return false;
	memcpy(mac, req.ifr_hwaddr.sa_data, ETH_ALEN);
	return true;
}

bool halb_arp_probe(int fd, int interface, const struct halb_addr *addr)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ARP),
				  .sll_ifindex = interface,
				  .sll_halen = ETH_ALEN };
	struct ether_arp arp = { .ea_hdr = { .ar_hrd = htons(ARPHRD_ETHER),
					     .ar_pro = htons(ETH_P_IP),
					     .ar_hln = ETH_ALEN,
					     .ar_pln = 4,
					     .ar_op = htons(ARPOP_REQUEST) } };

	/* RFC 5227 1.1: the sender's address is zero, so that no cache learns from it. */
	memcpy(arp.arp_tpa, addr->bytes, 4);
	memset(to.sll_addr, 0xff, ETH_ALEN);
	if (!own_mac(fd, interface, arp.arp_sha))
		return false;
	return sendto(fd, &arp, sizeof arp, 0, (const struct sockaddr *)&to, sizeof to) ==
	       (ssize_t)sizeof arp;
}

bool halb_arp_read(int fd, struct halb_addr *addr, struct halb_mac *mac)
{
	struct ether_arp arp;
	ssize_t len = recv(fd, &arp, sizeof arp, 0);

	if (len < 0)
		return false;
	*addr = (struct halb_addr){ 0 };
	/* RFC 5227 2.1.1: a request from the address says who has it as well as a reply does. */
	if (len < (ssize_t)sizeof arp || arp.ea_hdr.ar_pro != htons(ETH_P_IP) ||
	    arp.ea_hdr.ar_hln != ETH_ALEN || arp.ea_hdr.ar_pln != 4)
		return true;
	memcpy(addr->bytes, arp.arp_spa, 4);
	addr->len = 4;
	memcpy(mac->bytes, arp.arp_sha, ETH_ALEN);
	return true;
}
