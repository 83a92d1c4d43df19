/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's neighbour table as it changes. */
#include <stdlib.h>
#include <unistd.h>

#include "halb/net/neighbour.h"
#include "rtnl_priv.h"

struct halb_follower {
	struct halb_loop *loop;
	int news, table, routes; /* sockets: what changes, what is there, and the ways */
	halb_follow_fn *fn;
	void *arg;
};

static void take(void *arg, const struct halb_rtnl_neighbour *neighbour)
{
	const struct halb_follower *f = arg;

	f->fn(f->arg, &neighbour->addr, neighbour->answers ? &neighbour->mac : NULL);
}

static void on_news(void *arg, int fd, unsigned events)
{
	struct halb_follower *f = arg;

	(void)events;
	if (!halb_rtnl_news(fd, take, f))
		halb_rtnl_neighbours(f->table, take, f);
}

enum halb_status halb_neighbours_follow(struct halb_loop *loop, halb_follow_fn *fn, void *arg,
					struct halb_follower **out, struct halb_error *err)
{
	struct halb_follower *f = calloc(1, sizeof *f);
	enum halb_status st;

	if (!f)
		return halb_fail_nomem(err);
	*f = (struct halb_follower){ .loop = loop, .news = halb_rtnl_listen(),
				     .table = halb_rtnl_open(), .routes = halb_rtnl_open(),
				     .fn = fn, .arg = arg };
	if (f->news < 0 || f->table < 0 || f->routes < 0)
		st = halb_fail(err, HALB_E_UNREACHABLE, "the kernel does not tell of its neighbours");
	else
		st = halb_loop_watch(loop, f->news, HALB_LOOP_READ, on_news, f, err);
	if (st != HALB_OK) {
		halb_follower_free(f);
		return st;
	}
	*out = f;
	/* After the socket for news is open, so that nothing falls between the two. */
	halb_rtnl_neighbours(f->table, take, f);
	return HALB_OK;
}

bool halb_follower_sees(const struct halb_follower *f, const struct halb_addr *address)
{
	struct halb_route route;

	return halb_rtnl_route(f->routes, address, &route) && route.on_link && !route.local;
}

void halb_follower_free(struct halb_follower *f)
{
	if (!f)
		return;
	if (f->news >= 0) {
		halb_loop_unwatch(f->loop, f->news);
		close(f->news);
	}
	if (f->table >= 0)
		close(f->table);
	if (f->routes >= 0)
		close(f->routes);
	free(f);
}
