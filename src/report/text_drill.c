/* SPDX-License-Identifier: Apache-2.0 */
/* A drill as text: each run, all runs together, what was predicted. */
#include "text_watch_priv.h"

#include <string.h>

#include "report_priv.h"
#include "table_priv.h"

static void add_bounds(struct halb_buf *rows, int64_t min, int64_t max)
{
	halb_text_span(min, rows);
	halb_buf_text(rows, " to ");
	if (max < 0)
		halb_buf_text(rows, "?");
	else if (max == INT64_MAX)
		halb_buf_text(rows, "never ends");
	else
		halb_text_span(max, rows);
}

static void add_command(struct halb_buf *rows, const struct halb_drill_run *run)
{
	if (run->took < 0)
		return;
	if (run->signal)
		halb_buf_printf(rows, "signal %d after ", run->signal);
	else
		halb_buf_printf(rows, "exit %d after ", run->exit);
	halb_text_span(run->took, rows);
}

static void add_measured(struct halb_buf *rows, const struct halb_drill_run *run)
{
	if (!run->series) {
		halb_buf_text(rows, "no outage");
		if (run->max >= 0) {
			halb_buf_text(rows, " longer than ");
			halb_text_span(run->max, rows);
		}
		return;
	}
	add_bounds(rows, run->min, run->max);
	halb_buf_printf(rows, " (%s)", halb_watch_layer_name(run->series->layer));
}

static void add_run(struct halb_buf *rows, const struct halb_watch *watch,
		    const struct halb_drill *drill, const struct halb_drill_run *run)
{
	halb_buf_text(rows, "drill\t");
	if (run->start)
		halb_text_time(watch, run->start, rows);
	halb_buf_printf(rows, "\t%s\t", halb_words_drill_end(run));
	add_command(rows, run);
	halb_buf_text(rows, "\t");
	if (run->start)
		add_measured(rows, run);
	if (halb_drill_contradicts(drill, run))
		halb_buf_text(rows, ", not as predicted");
	if (run->before || run->after)
		halb_buf_printf(rows, "\t%s to %s", run->before ? run->before : "?",
				run->after ? run->after : "?");
	halb_buf_text(rows, "\n");
}

static void add_spread(struct halb_buf *rows, const struct halb_drill *drill)
{
	static const struct {
		const char *name;
		double share;
	} shares[] = { { "min", 0 }, { "median", 0.5 }, { "p95", 0.95 }, { "max", 1 } };
	struct halb_drill_spread spread;

	for (size_t i = 0; drill->n_runs > 1 && i < sizeof shares / sizeof shares[0]; i++) {
		if (!halb_drill_spread(drill, shares[i].share, &spread))
			return;
		halb_buf_printf(rows, "measured\t%s\t", shares[i].name);
		add_bounds(rows, spread.min, spread.max);
		halb_buf_text(rows, "\n");
	}
}

void halb_text_drill(const struct halb_watch *watch, const struct halb_drill *drill,
		     struct halb_buf *out)
{
	struct halb_buf tables[2] = { 0 };

	halb_buf_text(out, "\n");
	for (size_t i = 0; i < drill->n_runs; i++)
		add_run(&tables[0], watch, drill, &drill->runs[i]);
	add_spread(&tables[1], drill);
	if (drill->predicted) {
		halb_buf_printf(&tables[1], "predicted\t%s\t", drill->fault);
		add_bounds(&tables[1], drill->predicted_min, drill->predicted_max);
		halb_buf_text(&tables[1], "\n");
	}
	halb_table_put(out, tables, 2);
}
