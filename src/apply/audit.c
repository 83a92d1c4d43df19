/* SPDX-License-Identifier: Apache-2.0 */
/* A line for each change: KEY=VALUE, in quotes where a person or a server chose the value. */
#include "audit_priv.h"

#include <syslog.h>

#include "halb/base/base64.h"

/* Nothing ends the line or the quotes early: such bytes are shown as \xNN. */
static void put_quoted(struct halb_buf *out, const char *key, const char *text)
{
	halb_buf_printf(out, " %s=\"", key);
	for (; text && *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			halb_buf_printf(out, "\\x%02x", c);
		else
			halb_buf_u8(out, c);
	}
	halb_buf_text(out, "\"");
}

static void put_value(struct halb_buf *out, const char *key, const char *text, uint32_t ttl)
{
	struct halb_buf value = { 0 };

	halb_buf_text(&value, text ? text : "");
	if (text && ttl)
		halb_buf_printf(&value, " ttl=%u", ttl);
	put_quoted(out, key, halb_buf_string(&value));
	out->bad |= value.bad;
	halb_buf_clear(&value);
}

/* "dnsRecord:BAABAAXw...,adminDescription:aGFsYi1..." */
static void put_raw(struct halb_buf *out, const char *key, const struct halb_image *image)
{
	const char *between = "";

	halb_buf_printf(out, " %s=", key);
	for (size_t i = 0; i < image->n; i++)
		for (size_t v = 0; v < image->attrs[i].n; v++) {
			halb_buf_printf(out, "%s%s:", between, image->attrs[i].name);
			halb_base64_encode(image->attrs[i].values[v].bytes,
					   image->attrs[i].values[v].len, out);
			between = ",";
		}
}

void halb_audit(const struct halb_journal *journal, const char *id,
		const struct halb_run_head *head, const struct halb_step *step, bool back)
{
	const struct halb_change *change = step->change;
	struct halb_buf line = { 0 };

	halb_buf_printf(&line, "%s%s %s", back ? "put back: " : "",
			halb_action_name(change->action), change->type);
	put_quoted(&line, "name", change->name);
	put_value(&line, "old", back ? change->after : change->before,
		  back ? change->ttl : change->ttl_before);
	put_value(&line, "new", back ? change->before : change->after,
		  back ? change->ttl_before : change->ttl);
	put_quoted(&line, "dn", change->dn);
	put_quoted(&line, "dc", head->server);
	put_quoted(&line, "user", head->user);
	halb_buf_printf(&line, " uid=%lu", (unsigned long)head->uid);
	put_quoted(&line, "login", head->login);
	put_quoted(&line, "command", head->command);
	halb_buf_printf(&line, " journal=%s", id);
	put_raw(&line, "old64", back ? &step->after : &step->before);
	put_raw(&line, "new64", back ? &step->before : &step->after);
	if (!line.bad)
		journal->audit(journal->arg, halb_buf_string(&line));
	halb_buf_clear(&line);
}

void halb_audit_syslog(void *arg, const char *line)
{
	(void)arg;
	/* authpriv: who changed what is not for everybody's eyes, and is what is kept longest. */
	openlog("halb-dns", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "%s", line);
	closelog();
}
