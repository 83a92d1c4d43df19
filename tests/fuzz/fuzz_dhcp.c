/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a DHCP service: a range has an order, and what is swapped stood there before. */
#include "halb/dhcp/backend.h"

#include <string.h>

#include "fuzz.h"

enum { RANGE, STATEMENTS, HARDWARE, OPTION, KINDS };

static const char *const classes[] = { "dhcpHost", "dhcpPool", "dhcpSharedNetwork", "dhcpGroup" };

/* The input's first byte is the class, the rest values with a line's end between, in turn. */
struct input {
	const uint8_t *data;
	size_t size;
};

#define MOST 32

static enum halb_status deliver(void *self, const struct halb_search *searches, size_t n,
				halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	const struct input *in = self;
	const char *class = classes[in->data[0] % (sizeof classes / sizeof classes[0])];
	const struct halb_value object = { (const uint8_t *)class, strlen(class) };
	const struct halb_value cn = { (const uint8_t *)"k8s1", 4 };
	struct halb_value values[KINDS][MOST];
	struct halb_attr attrs[] = { { "dhcpRange", values[RANGE], 0 },
				     { "dhcpStatements", values[STATEMENTS], 0 },
				     { "dhcpHWAddress", values[HARDWARE], 0 },
				     { "dhcpOption", values[OPTION], 0 },
				     { "objectClass", &object, 1 },
				     { "cn", &cn, 1 } };
	const struct halb_entry entry = { "CN=k8s1,CN=config", attrs,
					  sizeof attrs / sizeof attrs[0] };
	size_t at = 1;

	(void)searches;
	for (size_t i = 0; at < in->size && i < KINDS * MOST; i++) {
		const uint8_t *begin = in->data + at, *end = memchr(begin, '\n', in->size - at);
		size_t len = end ? (size_t)(end - begin) : in->size - at;

		values[i % KINDS][i / KINDS] = (struct halb_value){ begin, len };
		attrs[i % KINDS].n++;
		at += len + 1;
	}
	return fn(arg, n - 1, &entry, err);
}

static void check_swap(const struct halb_reservation *res)
{
	const struct halb_reservation_change change = { .before = res };
	struct halb_image before = { 0 }, after = { 0 };
	struct halb_error err;

	must(halb_dhcp_ad.images(&change, &before, &after, &err) == HALB_OK);
	must(before.exists && !after.exists);
	must(!res->findable || res->has_mac);
	must(!res->crowded || res->statements.n || res->options.n);
	must((res->n_addresses || res->hosts.n) <= res->statements.n);
	must(!res->host_name == !res->options.n);
	halb_image_clear(&before);
	halb_image_clear(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct halb_directory_ops ops = { .search = deliver };
	struct input in = { data, size };
	const struct halb_directory dir = { .ops = &ops, .self = &in, .schema_dn = "CN=Schema" };
	struct halb_dhcp_config config = { 0 };
	struct halb_searches searches = { 0 };
	struct halb_error err = { 0 };

	if (!size)
		return 0;
	halb_dhcp_ad.ask(&dir, "CN=config", &config, &searches);
	if (halb_searches_run(&searches, &dir, &err) != HALB_OK)
		must(err.status == HALB_E_MALFORMED && err.text[0]);
	for (size_t i = 0; i < config.n_ranges; i++)
		must(halb_addr_cmp(&config.ranges[i].first, &config.ranges[i].last) <= 0);
	for (size_t i = 0; i < config.n_reservations; i++)
		check_swap(&config.reservations[i]);
	halb_dhcp_config_clear(&config);
	return 0;
}
