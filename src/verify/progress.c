/* SPDX-License-Identifier: Apache-2.0 */
/* What is still waited for, in one short line. */
#include "verify_priv.h"

#include <string.h>

#include "halb/base/deadline.h"

#define SHOWN_MOST 2 /* servers, and the vIPs, that are named */

/* Says that several machines have a vIP, where it is so. */
static void describe_split(const struct run *run, const char *before, struct halb_buf *line)
{
	size_t i = halb_holders_split(run);
	char text[HALB_ADDR_TEXT];

	if (i == run->out.n_vips)
		return;
	halb_buf_printf(line, "%svIP %s: held by several hosts", before,
			halb_addr_format(&run->out.vips[i].balancer->vip, text));
}

/* Each server's worst name, and the first vIP; returns how many more things are waited for. */
static size_t describe(const struct run *run, struct halb_buf *line)
{
	size_t n_open, n = 0, shown = 0;
	bool vip_shown = false;

	for (size_t i = 0; i < run->n_sources; i++) {
		const struct source *source = &run->sources[i];
		size_t worst = halb_source_worst(source, &n_open);

		n += n_open;
		if (!n_open || shown == SHOWN_MOST)
			continue;
		halb_buf_printf(line, "%s%s: ", shown++ ? "; " : "", source->name);
		halb_source_describe(source, worst, " ", line);
	}
	for (size_t i = 0; i < run->out.n_vips; i++) {
		const struct halb_vip_state *vip = &run->out.vips[i];
		const struct halb_layer *layer = halb_probe_failure(vip->spec, &vip->result);
		char text[ENDPOINT_TEXT];

		n += !vip->right;
		if (!layer || vip_shown)
			continue;
		vip_shown = true;
		halb_buf_printf(line, "%svIP %s: %s", shown++ ? "; " : "",
				halb_endpoint_format(&vip->balancer->vip, vip->spec->port, text),
				layer->text[0] ? layer->text : "no answer yet");
	}
	describe_split(run, shown ? "; " : "", line);
	return n - shown;
}

void halb_progress_tell(struct run *run, bool anyway)
{
	struct halb_buf line = { 0 };
	const char *text, *before = halb_buf_string(&run->shown);
	size_t more;

	if (!run->options->progress)
		return;
	more = describe(run, &line);
	if (more)
		halb_buf_printf(&line, " (+%zu more)", more);
	text = halb_buf_string(&line);
	if (line.len && (anyway || strcmp(text, before) != 0) &&
	    !run->options->progress(run->options->arg, text, halb_now() - run->started))
		halb_loop_stop(run->loop);
	halb_buf_clear(&run->shown);
	run->shown = line;
}
