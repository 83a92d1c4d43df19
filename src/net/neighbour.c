/* SPDX-License-Identifier: Apache-2.0 */
/* Knocks at addresses and sees whose they are. */
#include "halb/net/neighbour.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "tcp_priv.h"

struct halb_look {
	struct halb_loop *loop;
	struct halb_inquiry *inquiry;
	struct halb_sight *sights; /* the inquiry's */
	struct knock *knocks;      /* one for each */
	size_t n, pending;
};

struct knock {
	struct halb_look *look;
	struct halb_sight *sight;
	int fd;       /* the connection under way, or -1 */
	bool pending; /* for any answer */
};

/* Done is what has answered in each way that it was asked. */
static void settle(struct knock *k)
{
	if (!k->pending || k->fd >= 0 || (k->sight->asked && !k->sight->n_macs))
		return;
	k->pending = false;
	if (--k->look->pending == 0)
		halb_loop_stop(k->look->loop);
}

static void on_arp(void *arg, size_t i)
{
	struct halb_look *look = arg;

	settle(&look->knocks[i]);
}

static void take_outcome(struct knock *k, int code)
{
	/* RFC 9293 3.10.7: a refusal, too, comes from whoever has the address. */
	k->sight->answers |= code == 0 || code == ECONNREFUSED;
}

static void on_connect(void *arg, int fd, unsigned events)
{
	struct knock *k = arg;

	(void)events;
	halb_loop_unwatch(k->look->loop, fd);
	take_outcome(k, halb_tcp_outcome(fd));
	close(fd);
	k->fd = -1;
	settle(k);
}

static enum halb_status knock(struct knock *k, const struct halb_neighbour *to,
			      struct halb_error *err)
{
	enum halb_status st = HALB_OK;
	int fd = -1, code;

	if (k->sight->local)
		return HALB_OK;
	k->pending = true;
	k->look->pending++;
	code = halb_tcp_start(&to->address, to->port, &fd);
	if (code == EINPROGRESS) {
		k->fd = fd;
		st = halb_loop_watch(k->look->loop, fd, HALB_LOOP_WRITE, on_connect, k, err);
	} else {
		take_outcome(k, code);
		if (fd >= 0)
			close(fd);
	}
	if (st == HALB_OK)
		settle(k);
	return st;
}

static enum halb_status run(struct halb_look *look, const struct halb_neighbour *neighbours,
			    int64_t deadline, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	look->pending = 1; /* so that none ends the run before all have started */
	halb_inquiry_ask(look->inquiry);
	for (size_t i = 0; st == HALB_OK && i < look->n; i++)
		st = knock(&look->knocks[i], &neighbours[i], err);
	if (st == HALB_OK && --look->pending)
		st = halb_loop_run(look->loop, deadline, err);
	if (st == HALB_E_RETRY) /* the time is up: the rest is silent */
		st = HALB_OK;
	if (st == HALB_OK)
		halb_inquiry_read_table(look->inquiry);
	return st;
}

static enum halb_status open_look(struct halb_look *look, const struct halb_neighbour *neighbours,
				  struct halb_error *err)
{
	struct halb_addr *addresses = calloc(look->n + 1, sizeof *addresses);
	enum halb_status st;

	look->knocks = calloc(look->n + 1, sizeof *look->knocks);
	if (!addresses || !look->knocks) {
		free(addresses);
		return halb_fail_nomem(err);
	}
	for (size_t i = 0; i < look->n; i++)
		addresses[i] = neighbours[i].address;
	st = halb_inquiry_new(look->loop, addresses, look->n, on_arp, look, &look->inquiry, err);
	free(addresses);
	if (st != HALB_OK)
		return st;
	look->sights = halb_inquiry_sights(look->inquiry);
	for (size_t i = 0; i < look->n; i++)
		look->knocks[i] =
			(struct knock){ .look = look, .sight = &look->sights[i], .fd = -1 };
	return HALB_OK;
}

enum halb_status halb_neighbours_look(const struct halb_neighbour *neighbours, size_t n,
				      int64_t deadline, struct halb_sight *out,
				      struct halb_look **look, struct halb_error *err)
{
	struct halb_look *l = calloc(1, sizeof *l);
	enum halb_status st;

	*look = l;
	if (!l)
		return halb_fail_nomem(err);
	l->n = n;
	st = halb_loop_new(&l->loop, err);
	if (st == HALB_OK)
		st = open_look(l, neighbours, err);
	if (st == HALB_OK)
		st = run(l, neighbours, deadline, err);
	for (size_t i = 0; st == HALB_OK && i < n; i++)
		out[i] = l->sights[i];
	return st;
}

void halb_look_free(struct halb_look *look)
{
	if (!look)
		return;
	for (size_t i = 0; look->inquiry && i < look->n; i++)
		if (look->knocks[i].fd >= 0)
			close(look->knocks[i].fd);
	halb_inquiry_free(look->inquiry);
	halb_loop_free(look->loop);
	free(look->knocks);
	free(look);
}
