/* SPDX-License-Identifier: Apache-2.0 */
/* A label of a metric, escaped as Prometheus' text-based format 0.0.4 wants it. */
#include "report_priv.h"

void halb_label_put(struct halb_buf *out, const char *before, const char *name, const char *value)
{
	struct halb_buf text = { 0 };

	halb_utf8_put(&text, value ? value : "", "");
	halb_buf_printf(out, "%s%s=\"", before, name);
	for (const char *at = halb_buf_string(&text); *at; at++) {
		if (*at == '\\' || *at == '"')
			halb_buf_text(out, "\\");
		halb_buf_u8(out, (uint8_t)*at);
	}
	halb_buf_text(out, "\"");
	out->bad |= text.bad;
	halb_buf_clear(&text);
}
