/* SPDX-License-Identifier: Apache-2.0 */
/* Reservations and DHCP configurations as values. */
#include "halb/dhcp/reservation.h"

#include <stdlib.h>

static void clear_texts(struct halb_dhcp_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->items[i]);
	free(texts->items);
}

bool halb_dhcp_texts_add(struct halb_dhcp_texts *texts, char *take_text)
{
	char **items = reallocarray(texts->items, texts->n + 1, sizeof *items);

	if (items)
		texts->items = items;
	if (!items || !take_text) {
		free(take_text);
		return false;
	}
	items[texts->n++] = take_text;
	return true;
}

void halb_reservation_clear(struct halb_reservation *res)
{
	free(res->dn);
	free(res->name);
	free(res->mark);
	free(res->addresses);
	free(res->host_name);
	free(res->hardware);
	clear_texts(&res->hosts);
	clear_texts(&res->statements);
	clear_texts(&res->options);
	*res = (struct halb_reservation){ 0 };
}

void halb_dhcp_config_clear(struct halb_dhcp_config *config)
{
	for (size_t i = 0; i < config->n_ranges; i++)
		free(config->ranges[i].dn);
	for (size_t i = 0; i < config->n_reservations; i++)
		halb_reservation_clear(&config->reservations[i]);
	free(config->subnets);
	free(config->ranges);
	free(config->reservations);
	*config = (struct halb_dhcp_config){ 0 };
}

bool halb_reservation_has_address(const struct halb_reservation *res,
				  const struct halb_addr *address)
{
	for (size_t i = 0; i < res->n_addresses; i++)
		if (halb_addr_equal(&res->addresses[i], address))
			return true;
	return false;
}
