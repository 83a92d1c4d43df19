/* SPDX-License-Identifier: Apache-2.0 */
/* Texts inside HTML. */
#include "html_priv.h"

void halb_html_text(const char *text, struct halb_buf *out)
{
	uint32_t code;

	for (size_t n; *text; text += n) {
		n = halb_utf8_next(text, &code);
		if (code == HALB_UTF8_NONE || halb_utf8_is_control(code))
			halb_buf_text(out, "\xef\xbf\xbd");
		else if (code == '&')
			halb_buf_text(out, "&amp;");
		else if (code == '<')
			halb_buf_text(out, "&lt;");
		else if (code == '>')
			halb_buf_text(out, "&gt;");
		else if (code == '"')
			halb_buf_text(out, "&quot;");
		else if (code == '\'')
			halb_buf_text(out, "&#39;");
		else
			halb_buf_bytes(out, text, n);
	}
}
