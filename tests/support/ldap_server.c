/* SPDX-License-Identifier: Apache-2.0 */
#include "ldap_server.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

void reply_tlv(uint8_t tag, const void *data, size_t len, struct halb_buf *out)
{
	halb_buf_u8(out, tag);
	halb_buf_u8(out, 0x82);
	halb_buf_be16(out, (uint16_t)len);
	halb_buf_bytes(out, data, len);
}

void reply_text(const char *value, struct halb_buf *out)
{
	reply_tlv(0x04, value, strlen(value), out);
}

void reply_wrap(uint8_t tag, struct halb_buf *inner, struct halb_buf *out)
{
	reply_tlv(tag, inner->data, inner->len, out);
	halb_buf_clear(inner);
}

void reply_message(uint8_t id, uint8_t op, struct halb_buf *body, struct halb_buf *controls,
		   struct halb_buf *out)
{
	struct halb_buf inner = { 0 };

	reply_tlv(0x02, &id, 1, &inner);
	reply_wrap(op, body, &inner);
	if (controls)
		reply_wrap(0xa0, controls, &inner);
	reply_wrap(0x30, &inner, out);
}

void reply_result(uint8_t id, uint8_t op, uint8_t code, struct halb_buf *out)
{
	struct halb_buf body = { 0 };

	reply_tlv(0x0a, &code, 1, &body);
	reply_text("", &body);
	reply_text("", &body);
	reply_message(id, op, &body, NULL, out);
}

void reply_entry(uint8_t id, struct halb_buf *list, struct halb_buf *out)
{
	struct halb_buf body = { 0 };

	reply_text("DC=k8s1,DC=lime.lan", &body);
	reply_wrap(0x30, list, &body);
	reply_message(id, LDAP_ENTRY, &body, NULL, out);
}

void reply_attribute(const char *name, const char *value, struct halb_buf *out)
{
	struct halb_buf inner = { 0 }, values = { 0 };

	reply_text(name, &inner);
	reply_text(value, &values);
	reply_wrap(0x31, &values, &inner);
	reply_wrap(0x30, &inner, out);
}

bool reply_send(const struct ldap_request *q, struct halb_buf *out)
{
	ssize_t sent = send(q->fd, out->data, out->len, MSG_NOSIGNAL);

	halb_buf_clear(out);
	return sent > 0;
}

bool ldap_answer_right(const struct ldap_request *q)
{
	struct halb_buf list = { 0 }, out = { 0 };
	uint8_t done = LDAP_DONE;

	if (q->op == LDAP_SEARCH) {
		reply_attribute("defaultNamingContext", "DC=lime,DC=lan", &list);
		reply_attribute("rootDomainNamingContext", "DC=lime,DC=lan", &list);
		reply_attribute("schemaNamingContext", "CN=Schema,CN=Configuration,DC=lime,DC=lan",
				&list);
		reply_entry(q->id, &list, &out);
	} else {
		done = q->op == LDAP_REMOVE ? LDAP_REMOVE_DONE : (uint8_t)(q->op + 1);
	}
	reply_result(q->id, done, 0, &out);
	return reply_send(q, &out);
}

/* False where the client has gone, or sends what is no LDAP. All that is asked here is short. */
static bool next_request(struct ldap_request *q)
{
	uint8_t bytes[1024];
	size_t len, n_more;

	if (recv(q->fd, bytes, 2, MSG_WAITALL) != 2 || bytes[0] != 0x30)
		return false;
	len = bytes[1];
	if (len & 0x80) {
		n_more = len & 0x7f;
		if (recv(q->fd, bytes, n_more, MSG_WAITALL) != (ssize_t)n_more)
			return false;
		len = 0;
		for (size_t i = 0; i < n_more; i++)
			len = len << 8 | bytes[i];
	}
	cr_assert(len >= 4 && len <= sizeof bytes);
	if (recv(q->fd, bytes, len, MSG_WAITALL) != (ssize_t)len)
		return false;
	q->id = bytes[2]; /* after an INTEGER's tag and length */
	q->op = bytes[3];
	return true;
}

struct client {
	struct ldap_server *server;
	int fd;
};

static void *serve(void *arg)
{
	struct client *client = arg;
	struct ldap_server *server = client->server;
	struct ldap_request q = { .fd = client->fd };
	int n = 0;

	free(client);
	while (next_request(&q))
		if (!(n++ < server->after ? ldap_answer_right : server->answer)(&q))
			break;
	close(q.fd);
	return NULL;
}

static void *accept_all(void *arg)
{
	struct ldap_server *server = arg;

	for (;;) {
		struct client *client = malloc(sizeof *client);
		pthread_t thread;

		cr_assert(client);
		*client = (struct client){ server, accept(server->listener, NULL, NULL) };
		cr_assert_geq(client->fd, 0);
		cr_assert_eq(pthread_create(&thread, NULL, serve, client), 0);
		pthread_detach(thread);
	}
	return NULL;
}

void ldap_server_run(struct ldap_server *server)
{
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, accept_all, server), 0);
}

void ldap_server_start(struct ldap_server *server, const char *address)
{
	server->listener = listen_silently(address, &server->port);
	ldap_server_run(server);
}
