/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/neighbour.h"

#include <criterion/criterion.h>
#include <unistd.h>

#include "../../src/net/rtnl_priv.h"
#include "halb/base/deadline.h"

static struct halb_addr address_of(const char *text)
{
	struct halb_addr addr;

	cr_assert(halb_addr_parse(text, &addr));
	return addr;
}

Test(neighbour, an_address_of_this_machine_is_local)
{
	const struct halb_neighbour own[] = { { address_of("127.0.0.1"), 9 },
					      { address_of("127.1.2.3"), 9 } };
	struct halb_sight seen[2] = { 0 };
	struct halb_look *look;
	struct halb_error err;

	cr_assert_eq(halb_neighbours_look(own, 2, halb_now() + 60 * HALB_SEC, seen, &look, &err),
		     HALB_OK, "%s", err.text);
	halb_look_free(look);
	for (size_t i = 0; i < 2; i++) {
		cr_expect(seen[i].answers);
		cr_expect(seen[i].local);
		cr_expect_eq(seen[i].n_macs, 0);
	}
}

Test(neighbour, nobody_is_looked_at_without_waiting)
{
	int64_t later = halb_now() + 60 * HALB_SEC;
	struct halb_look *look;
	struct halb_error err;

	cr_expect_eq(halb_neighbours_look(NULL, 0, later, NULL, &look, &err), HALB_OK);
	halb_look_free(look);
}

Test(neighbour, the_kernel_knows_the_way_to_itself)
{
	const struct halb_addr own = address_of("127.0.0.1");
	struct halb_route route;
	int fd = halb_rtnl_open();

	cr_assert_geq(fd, 0);
	cr_assert(halb_rtnl_route(fd, &own, &route));
	cr_expect(route.local);
	cr_expect(route.on_link);
	close(fd);
}

static void count(void *arg, const struct halb_rtnl_neighbour *neighbour)
{
	cr_expect(neighbour->addr.len == 4 || neighbour->addr.len == 16);
	++*(size_t *)arg;
}

Test(neighbour, the_table_ends)
{
	size_t n = 0;
	int fd = halb_rtnl_open();

	halb_rtnl_neighbours(fd, count, &n);
	close(fd);
	halb_rtnl_neighbours(-1, count, &n);
}
