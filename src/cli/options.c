/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: one table of options, from which parsing and help are both made. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "halb/base/deadline.h"
#include "halb/base/guess.h"

enum id {
	OPT_HELP = 256, OPT_FORMAT, OPT_VERBOSE, OPT_QUIET, OPT_COLOR,
	OPT_SITE, OPT_BALANCER, OPT_DOMAIN, OPT_VIP, OPT_MAC, OPT_APEX, OPT_ALIAS, OPT_TTL,
	OPT_PORT, OPT_DHCP_SERVICE, OPT_DHCP_BACKEND, OPT_SERVER, OPT_PASSWORD_FILE,
	OPT_ADOPT, OPT_REPLACE, OPT_FORCE, OPT_DETAILED, OPT_DRY_RUN, OPT_NO_VERIFY, OPT_WAIT,
	OPT_PERIOD, OPT_PROBE_TIMEOUT, OPT_DURATION, OPT_LAYER,
	OPT_HTML, OPT_EVENTS, OPT_LISTEN, OPT_REALTIME,
	OPT_SETTLE, OPT_COMMAND_TIMEOUT, OPT_REPEAT, OPT_HEAL, OPT_FAULT,
	OPT_EXPECT, OPT_OUTPUT, OPT_FOREST, OPT_KEYTAB, OPT_ON_CHANGE, OPT_INTO, OPT_TIMEOUT,
	OPT_LEASE, OPT_DIFF, OPT_HAPROXY, OPT_KEEPALIVED, OPT_DHCP_RANGE, OPT_MAX_OUTAGE,
};

/*
 * Groups: c every command; s a site file and what may stand in its place; l logging in to the
 * directory; p making a plan; v verifying; m what monitoring reads; others are a command's own.
 * An option that is there twice is, for a command, the first of those that it takes.
 */
static const struct spec {
	char group;
	enum id id;
	char letter;
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *text;
} specs[] = {
	{ 's', OPT_SITE, 'f', "site", "FILE", "site file, - for stdin (default " HALB_SITE_DEFAULT ")" },
	{ 's', OPT_BALANCER, 0, "balancer", "NAME", "only this balancer of the site file" },
	{ 's', OPT_DOMAIN, 0, "domain", "NAME", "the AD domain: lime.lan" },
	{ 's', OPT_VIP, 0, "vip", "ADDRESS", "the virtual address: 192.168.11.11" },
	{ 's', OPT_MAC, 0, "mac", "MAC", "dummy MAC of the reservation: 02:00:00:00:01:01" },
	{ 's', OPT_APEX, 0, "apex", "NAME", "name of the A record: k8s1.lime.lan" },
	{ 's', OPT_ALIAS, 0, "alias", "NAME", "name of a CNAME to it; repeatable" },
	{ 's', OPT_TTL, 0, "ttl", "SECONDS", "of the records (default 900)" },
	{ 's', OPT_PORT, 0, "port", "PORT", "TCP port that must answer; repeatable" },
	{ 's', OPT_DHCP_BACKEND, 0, "dhcp-backend", "ad|none", "where the reservation goes" },
	{ 's', OPT_DHCP_SERVICE, 0, "dhcp-service", "DN", "its dhcpService entry" },
	{ 's', OPT_SERVER, 0, "server", "HOST", "this DC, not one found by SRV; repeatable" },
	{ 'l', OPT_KEYTAB, 0, "keytab", "FILE", "in place of the site file's directory.keytab" },
	{ 'l', OPT_PASSWORD_FILE, 0, "password-file", "FILE", "password in the file's first line" },
	{ 'p', OPT_ADOPT, 0, "adopt", NULL, "take over what is somebody else's and right" },
	{ 'p', OPT_REPLACE, 0, "replace", NULL, "take over what is somebody else's and wrong" },
	{ 'p', OPT_FORCE, 0, "force", NULL, "override: half would go, vIP taken, DC gone for good" },
	{ 'd', OPT_DETAILED, 0, "detailed-exitcode", NULL,
	  "end with 0 nothing to do, 1 error, 2 changes" },
	{ 'r', OPT_DRY_RUN, 0, "dry-run", NULL, "write nothing" },
	{ 'r', OPT_EXPECT, 0, "expect", "CHECKSUM", "apply only the plan of this checksum" },
	{ 'n', OPT_NO_VERIFY, 0, "no-verify", NULL, "do not wait until the names resolve" },
	{ 'v', OPT_WAIT, 0, "wait", "DURATION", "how long to wait for it (default 240s)" },
	{ 't', OPT_TIMEOUT, 0, "timeout", "DURATION", "how long all of it may take (default 10s)" },
	{ 't', OPT_LEASE, 0, "lease", NULL, "ask DHCP what it would offer to the MACs" },
	{ 'o', OPT_OUTPUT, 'o', "output", "FILE", "where to write it; never over a file" },
	{ 'w', OPT_OUTPUT, 'o', "output", "DIR", "write HOST/haproxy.cfg, HOST/keepalived.conf there" },
	{ 'w', OPT_DIFF, 0, "diff", "DIR", "show what would change there; 0 nothing, 1 error, 2 changes" },
	{ 'x', OPT_FOREST, 0, "forest", "NAME", "the forest's root domain, where not --domain" },
	{ 'P', OPT_PERIOD, 0, "period", "DURATION", "between two TCP probes (default 10ms)" },
	{ 'P', OPT_PROBE_TIMEOUT, 0, "timeout", "DURATION", "of each probe (default 250ms)" },
	{ 'U', OPT_DURATION, 0, "duration", "DURATION", "of the watch (default: until Ctrl-C)" },
	{ 'P', OPT_LAYER, 0, "layer", "NAME", "dns, tcp, tls, http or held; repeatable" },
	{ 'P', OPT_MAX_OUTAGE, 0, "max-outage", "DURATION", "the longest that is all right" },
	{ 'P', OPT_HTML, 0, "report", "FILE", "at the end, a page with a timeline (HTML)" },
	{ 'P', OPT_EVENTS, 0, "events", "FILE", "append each event as it happens (JSON Lines)" },
	{ 'P', OPT_LISTEN, 0, "listen", "[ADDRESS]:PORT", "serve /metrics; without ADDRESS to this host" },
	{ 'P', OPT_REALTIME, 0, "realtime", NULL, "go before all that is not urgent; needs rights" },
	{ 'D', OPT_REPEAT, 0, "repeat", "N", "so many times; needs --heal" },
	{ 'D', OPT_HEAL, 0, "heal", "COMMAND", "for /bin/sh, undoes the fault after each run" },
	{ 'D', OPT_FAULT, 0, "fault", "NAME", "compare with what lint predicts for this fault" },
	{ 'D', OPT_SETTLE, 0, "settle", "DURATION", "all must be well for as long (default 5s)" },
	{ 'D', OPT_DURATION, 0, "duration", "DURATION", "until it must be well again (default 60s)" },
	{ 'D', OPT_COMMAND_TIMEOUT, 0, "command-timeout", "DURATION",
	  "when COMMAND is killed (default 60s)" },
	{ 'k', OPT_ON_CHANGE, 0, "on-change", NULL, "print only where the last such run saw otherwise" },
	{ 'm', OPT_INTO, 'o', "output", "FILE", "the report goes there, and replaces the file" },
	{ 'm', OPT_FORMAT, 0, "format", "text|json|nagios|prometheus", "of the report" },
	{ 'i', OPT_HAPROXY, 0, "haproxy", "FILE...", "haproxy.cfg of each host, or a directory" },
	{ 'i', OPT_KEEPALIVED, 0, "keepalived", "FILE...", "keepalived.conf of each host" },
	{ 'i', OPT_DHCP_RANGE, 0, "dhcp-range", "FIRST-LAST", "of a DHCP server; repeatable" },
	{ 'i', OPT_MAX_OUTAGE, 0, "max-outage", "DURATION", "that a fault may last (default 10s)" },
	{ 'c', OPT_FORMAT, 0, "format", "text|json", "of the report on standard output" },
	{ 'c', OPT_VERBOSE, 'v', "verbose", NULL, "also say what is as it should be" },
	{ 'c', OPT_QUIET, 'q', "quiet", NULL, "say nothing when all is well" },
	{ 'c', OPT_COLOR, 0, "color", "auto|always|never", "(also: NO_COLOR)" },
	{ 'c', OPT_HELP, 'h', "help", NULL, "this help" },
};

#define SPECS (sizeof specs / sizeof specs[0])

static bool has_option(const struct command *command, const struct spec *spec)
{
	for (const struct spec *s = specs; s < spec; s++)
		if (s->id == spec->id && strchr(command->options, s->group))
			return false;
	return strchr(command->options, spec->group) != NULL;
}

void options_print(const struct command *command, FILE *out)
{
	for (size_t i = 0; i < SPECS; i++) {
		const struct spec *s = &specs[i];
		char left[64], letter[5] = "    ";

		if (!has_option(command, s))
			continue;
		if (s->letter)
			snprintf(letter, sizeof letter, "-%c, ", s->letter);
		snprintf(left, sizeof left, "%s--%s%s%s", letter, s->name, s->argument ? " " : "",
			 s->argument ? s->argument : "");
		fprintf(out, "  %-29s %s\n", left, s->text);
	}
}

static enum halb_status repeat(const char **list, size_t *n, const char *value, const char *name,
			       struct halb_error *err)
{
	if (*n == MOST_REPEATS)
		return halb_fail(err, HALB_E_USAGE, "--%s: at most %d times; use a site file",
				 name, MOST_REPEATS);
	list[(*n)++] = value;
	return HALB_OK;
}

static enum halb_status take_duration(const char *name, const char *value, int64_t *ns,
				      struct halb_error *err)
{
	return halb_duration_parse(value, ns, err) == HALB_OK ? HALB_OK : halb_fail_in(err, "%s", name);
}

static enum halb_status take_some_time(const char *name, const char *value, int64_t *ns,
				       struct halb_error *err)
{
	enum halb_status st = take_duration(name, value, ns, err);

	if (st == HALB_OK && *ns <= 0)
		return halb_fail(err, HALB_E_USAGE, "%s: '%.40s' is no time at all", name, value);
	return st;
}

static enum halb_status take_layer(const char *value, unsigned *layers, struct halb_error *err)
{
	for (unsigned i = 0; i < HALB_WATCH_LAYERS; i++) {
		if (strcmp(value, halb_watch_layer_name((enum halb_watch_layer)i)) != 0)
			continue;
		*layers |= 1u << i;
		return HALB_OK;
	}
	return halb_fail(err, HALB_E_USAGE, "--layer: expected dns, tcp, tls, http or held, found "
					    "'%.40s'", value);
}

static enum halb_status take_repeat(const char *value, unsigned *repeat, struct halb_error *err)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end || n < 1 || n > MOST_RUNS)
		return halb_fail(err, HALB_E_USAGE, "--repeat: expected 1 to %d, found '%.40s'",
				 MOST_RUNS, value);
	*repeat = (unsigned)n;
	return HALB_OK;
}

/* What stands for a standard stream; NULL is standard output. */
static const char *file_or(const char *value, const char *stream)
{
	return strcmp(value, "-") == 0 ? stream : value;
}

static enum halb_status take_value(struct options *o, enum id id, const char *value,
				   struct halb_error *err)
{
	switch (id) {
	case OPT_FORMAT: o->format = value; break;
	case OPT_VERBOSE: o->verbose = true; break;
	case OPT_QUIET: o->quiet = true; break;
	case OPT_COLOR: o->color = value; break;
	case OPT_SITE: o->site_path = file_or(value, "/dev/stdin"); o->site_given = true; break;
	case OPT_BALANCER: o->flags.balancer = value; break;
	case OPT_DOMAIN: o->flags.domain = value; break;
	case OPT_VIP: o->flags.vip = value; break;
	case OPT_MAC: o->flags.mac = value; break;
	case OPT_APEX: o->flags.apex = value; break;
	case OPT_ALIAS: return repeat(o->aliases, &o->flags.n_aliases, value, "alias", err);
	case OPT_TTL: o->flags.ttl = value; break;
	case OPT_PORT: return repeat(o->ports, &o->flags.n_ports, value, "port", err);
	case OPT_DHCP_SERVICE: o->flags.dhcp_service = value; break;
	case OPT_DHCP_BACKEND: o->flags.dhcp_backend = value; break;
	case OPT_SERVER: return repeat(o->servers, &o->flags.n_servers, value, "server", err);
	case OPT_PASSWORD_FILE: o->password_file = value; break;
	case OPT_ADOPT: o->adopt = true; break;
	case OPT_REPLACE: o->replace = true; break;
	case OPT_FORCE: o->force = true; break;
	case OPT_DETAILED: o->detailed_exitcode = true; break;
	case OPT_DRY_RUN: o->dry_run = true; break;
	case OPT_NO_VERIFY: o->no_verify = true; break;
	case OPT_LEASE: o->lease = true; break;
	case OPT_WAIT: return take_duration("--wait", value, &o->wait, err);
	case OPT_TIMEOUT: return take_duration("--timeout", value, &o->timeout, err);
	case OPT_EXPECT: o->expect = value; break;
	case OPT_OUTPUT: o->output = file_or(value, NULL); break;
	case OPT_FOREST: o->forest = value; break;
	case OPT_PERIOD: return take_some_time("--period", value, &o->period, err);
	case OPT_PROBE_TIMEOUT: return take_some_time("--timeout", value, &o->probe_timeout, err);
	case OPT_DURATION: return take_some_time("--duration", value, &o->duration, err);
	case OPT_MAX_OUTAGE: return take_duration("--max-outage", value, &o->max_outage, err);
	case OPT_LAYER: return take_layer(value, &o->layers, err);
	case OPT_HTML: o->html = value; break;
	case OPT_EVENTS: o->events = value; break;
	case OPT_LISTEN: o->listen = value; break;
	case OPT_REALTIME: o->realtime = true; break;
	case OPT_SETTLE: return take_some_time("--settle", value, &o->settle, err);
	case OPT_COMMAND_TIMEOUT:
		return take_some_time("--command-timeout", value, &o->command_timeout, err);
	case OPT_REPEAT: return take_repeat(value, &o->repeat, err);
	case OPT_HEAL: o->heal = value; break;
	case OPT_FAULT: o->fault = value; break;
	case OPT_KEYTAB: o->flags.keytab = value; break;
	case OPT_ON_CHANGE: o->on_change = true; break;
	case OPT_INTO: o->into = file_or(value, NULL); break;
	case OPT_DIFF: o->diff = value; break;
	case OPT_HAPROXY: return repeat(o->haproxy, &o->n_haproxy, value, "haproxy", err);
	case OPT_KEEPALIVED:
		return repeat(o->keepalived, &o->n_keepalived, value, "keepalived", err);
	case OPT_DHCP_RANGE:
		return repeat(o->dhcp_ranges, &o->n_dhcp_ranges, value, "dhcp-range", err);
	case OPT_HELP: o->help = true; break;
	}
	return HALB_OK;
}

/* getopt's tables of the options that the command takes. */
static void make_tables(const struct command *command, struct option *longs, char *shorts)
{
	size_t n = 0;

	if (command_runs(command))
		*shorts++ = '+'; /* the options after its name are its own */
	*shorts++ = ':';
	for (size_t i = 0; i < SPECS; i++) {
		const struct spec *s = &specs[i];

		if (!has_option(command, s))
			continue;
		longs[n++] = (struct option){ s->name,
					      s->argument ? required_argument : no_argument, NULL,
					      (int)s->id };
		if (!s->letter)
			continue;
		*shorts++ = s->letter;
		if (s->argument)
			*shorts++ = ':';
	}
	longs[n] = (struct option){ 0 };
	*shorts = '\0';
}

static int id_of(const struct command *command, int got)
{
	for (size_t i = 0; i < SPECS; i++)
		if (got < 256 && specs[i].letter == got && has_option(command, &specs[i]))
			return (int)specs[i].id;
	return got;
}

/* Of the command's options the one that was probably meant by "--form=json". */
static void suggest(const struct command *command, const char *word, struct halb_error *err)
{
	char typed[40];
	struct halb_guess guess = { .typed = typed };

	if (strncmp(word, "--", 2) != 0)
		return;
	snprintf(typed, sizeof typed, "%.*s", (int)strcspn(word + 2, "="), word + 2);
	for (size_t i = 0; i < SPECS; i++)
		if (has_option(command, &specs[i]))
			halb_guess_offer(&guess, specs[i].name);
	if (guess.word)
		halb_hint(err, "did you mean --%s? halb-dns help %s", guess.word, command->name);
}

/* Never with a value that stands in the same word: it may be a password that was meant for a file. */
static enum halb_status refuse(const struct command *command, int got, const char *word,
			       struct halb_error *err)
{
	int len = (int)strcspn(word, "=");
	bool letter = optopt && optopt < 256, known = optopt >= 256 && got == '?';

	if (got == ':' && letter)
		return halb_fail(err, HALB_E_USAGE, "%s: -%c needs a value", command->name, optopt);
	if (got == ':')
		return halb_fail(err, HALB_E_USAGE, "%s: %s needs a value", command->name, word);
	if (letter)
		return halb_fail(err, HALB_E_USAGE, "%s: there is no option -%c", command->name,
				 optopt);
	halb_fail(err, HALB_E_USAGE, "%s: there is no option %.*s%s", command->name,
		  len > 60 ? 60 : len, word, known ? " with a value" : "");
	if (!known)
		suggest(command, word, err);
	return err->status;
}

/* Where getopt took a long option for another of which it is the beginning: that word. */
static const char *abbreviation(char **argv, const struct option *found)
{
	const char *word = argv[optind - 1];

	if (optarg == word)
		word = argv[optind - 2];
	return strcspn(word + 2, "=") == strlen(found->name) ? NULL : word;
}

/* One of the words that the option's help lists: "text|json". */
static enum halb_status check_word(const struct command *command, enum id id, const char *given,
				   struct halb_error *err)
{
	const struct spec *spec = specs;
	size_t len;

	while (spec->id != id || !has_option(command, spec))
		spec++;
	for (const char *at = spec->argument; at; at = at[len] ? at + len + 1 : NULL) {
		len = strcspn(at, "|");
		if (strlen(given) == len && strncmp(given, at, len) == 0)
			return HALB_OK;
	}
	return halb_fail(err, HALB_E_USAGE, "%s: --%s takes %s, not '%.40s'", command->name,
			 spec->name, spec->argument, given);
}

static enum halb_status check_words(const struct command *command, const struct options *o,
				    struct halb_error *err)
{
	if (check_word(command, OPT_COLOR, o->color, err) != HALB_OK)
		return err->status;
	if (o->on_change && halb_report_is_monitoring(o->format))
		return halb_fail(err, HALB_E_USAGE, "--on-change: --format %s is for those who want "
						    "a report each time", o->format);
	return HALB_OK;
}

/* The value of an option, and the words after a FILE... up to the next option. */
static enum halb_status take_values(struct options *o, enum id id, char **argv,
				    struct halb_error *err)
{
	enum halb_status st = take_value(o, id, optarg, err);

	if (id != OPT_HAPROXY && id != OPT_KEEPALIVED)
		return st;
	while (st == HALB_OK && argv[optind] && argv[optind][0] != '-')
		st = take_value(o, id, argv[optind++], err);
	return st;
}

/* What getopt found: `which` is the place of a long option in `longs`. */
static enum halb_status take(const struct command *command, int got, int which, char **argv,
			     const struct option *longs, struct options *out,
			     struct halb_error *err)
{
	const char *word;

	if (optarg && optarg == argv[optind - 1] && strncmp(optarg, "--", 2) == 0) {
		optind--; /* the next option, which getopt took for this one's value */
		optopt = got;
		got = ':';
	}
	if (got == '?' || got == ':')
		return refuse(command, got, argv[optind - 1], err);
	word = which >= 0 ? abbreviation(argv, &longs[which]) : NULL;
	if (word) {
		optopt = 0;
		return refuse(command, '?', word, err);
	}
	return take_values(out, (enum id)id_of(command, got), argv, err);
}

static enum halb_status take_words(const struct command *command, int argc, char **argv,
				   struct options *out, struct halb_error *err)
{
	int most = command_runs(command) ? argc : command->word ? 1 : 0;

	out->words = argv + optind;
	out->n_words = argc - optind;
	if (out->n_words <= most)
		return check_words(command, out, err);
	return halb_fail(err, HALB_E_USAGE, "%s takes no '%.60s'", command->name,
			 out->words[most]);
}

/* It goes on after the first mistake: how that is to be reported may come later. */
enum halb_status options_parse(const struct command *command, int argc, char **argv,
			       struct options *out, struct halb_error *err)
{
	struct option longs[SPECS + 1];
	char shorts[2 * SPECS + 4];
	enum halb_status st = HALB_OK;
	struct halb_error later;
	int got, which = -1;

	*out = (struct options){ .site_path = HALB_SITE_DEFAULT, .format = "text", .color = "auto",
				 .wait = 240 * HALB_SEC, .timeout = 10 * HALB_SEC,
				 .period = 10 * HALB_MSEC, .probe_timeout = 250 * HALB_MSEC,
				 .max_outage = -1, .settle = 5 * HALB_SEC,
				 .command_timeout = 60 * HALB_SEC, .repeat = 1 };
	make_tables(command, longs, shorts);
	optind = 1;
	opterr = 0;
	while (!out->help && (got = getopt_long(argc, argv, shorts, longs, &which)) != -1) {
		enum halb_status one = take(command, got, which, argv, longs, out,
					    st == HALB_OK ? err : &later);

		if (st == HALB_OK)
			st = one;
		which = -1;
	}
	out->help = out->help && st == HALB_OK;
	if (out->help)
		return HALB_OK;
	out->flags.aliases = out->aliases;
	out->flags.ports = out->ports;
	out->flags.servers = out->servers;
	out->line = argv;
	if (st == HALB_OK)
		st = take_words(command, argc, argv, out, err);
	if (check_word(command, OPT_FORMAT, out->format, st == HALB_OK ? err : &later) != HALB_OK) {
		st = HALB_E_USAGE;
		out->format = "text";
	}
	if (st == HALB_OK)
		return HALB_OK;
	out->on_change = false; /* a mistake is told each time */
	return err->hint[0] ? err->status : halb_hint(err, "halb-dns help %s", command->name);
}

bool options_color(const struct options *opt, int fd)
{
	const char *no_color = getenv("NO_COLOR");

	if (strcmp(opt->color, "auto") != 0)
		return strcmp(opt->color, "always") == 0;
	return isatty(fd) && !(no_color && *no_color);
}
