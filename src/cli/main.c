/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command, prepares what it needs, runs it, prints its report, ends with its status. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "config.h"
#include "descriptors.h"
#include "halb/base/file.h"
#include "halb/base/guess.h"
#include "halb/base/log.h"
#include "halb/directory/kdc.h"
#include "on_change.h"

#define REPORT_MOST ((size_t)64 << 20)

static void log_error(const struct halb_error *err)
{
	halb_log(HALB_LOG_ERROR, "%s", err->text);
	if (err->hint[0])
		halb_log(HALB_LOG_ERROR, "  -> %s", err->hint);
}

/* What another program said, line by line. */
static void log_words(const struct halb_buf *words)
{
	const char *at = halb_buf_string(words);

	for (size_t len; *at; at += len + (at[len] == '\n')) {
		len = strcspn(at, "\n");
		if (len)
			halb_log(HALB_LOG_ERROR, "%.*s", (int)len, at);
	}
}

static int end_with(const struct command *command, const struct options *opt,
		    const struct outcome *out, enum halb_status st)
{
	if (out->has_exit)
		return out->exit;
	if (st != HALB_OK && halb_report_is_monitoring(opt->format))
		return 3;
	if (st == HALB_OK || st == HALB_E_USAGE)
		return exit_status(st);
	if (opt->detailed_exitcode || opt->diff)
		return 1;
	return command->checks ? 3 : exit_status(st);
}

static void describe(const struct command *command, const struct options *opt,
		     const struct halb_site *site, struct outcome *out, enum halb_status st)
{
	struct halb_report *r = &out->report;

	r->command = command->name;
	r->status = status_word(command, out, st);
	r->exit = end_with(command, opt, out, st);
	r->time = time(NULL);
	r->site = site->domain.len ? site : NULL;
	r->site_path = opt->site_path;
	r->only = opt->flags.balancer;
	r->error = st == HALB_OK ? NULL : &out->error;
	r->verbose = opt->verbose;
	r->quiet = opt->quiet;
	r->color = options_color(opt, STDOUT_FILENO);
}

/* The file that is about to be replaced knows when all was well. */
static time_t last_success(const char *path)
{
	struct halb_buf before = { 0 };
	struct halb_error err;
	time_t found = 0;

	if (halb_file_read(path, REPORT_MOST, &before, &err) == HALB_OK)
		found = halb_report_last_success(halb_buf_string(&before));
	halb_buf_clear(&before);
	return found;
}

static enum halb_status print(const struct options *opt, struct halb_report *r,
			      struct halb_error *err)
{
	halb_report_fn *format = halb_report_format(opt->format);

	if (!opt->into)
		return halb_report_print(r, format, stdout, err);
	r->last_success = last_success(opt->into);
	if (halb_report_write(r, format, opt->into, err) == HALB_OK)
		return HALB_OK;
	return halb_hint(err, "--output needs a directory where you may make files");
}

/* What a monitoring plugin has to say about an error is on standard output, and nowhere else. */
static bool says_it_all(const struct options *opt)
{
	return strcmp(opt->format, "nagios") == 0;
}

/*
 * Whoever read standard output has left, and wants to hear no more: the end is SIGPIPE's, as if it
 * had not been ignored.
 */
static void end_where_nobody_reads(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	if (poll(&out, 1, 0) != 1 || !(out.revents & POLLERR))
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

static int report(const struct command *command, const struct options *opt,
		  const struct halb_site *site, struct outcome *out, enum halb_status st)
{
	struct halb_report *r = &out->report;
	struct on_change change;
	char domain[HALB_NAME_TEXT];
	struct halb_error err;
	enum halb_status printed = HALB_OK;

	describe(command, opt, site, out, st);
	r->domain = r->site ? halb_name_format(&site->domain, domain) : NULL;
	if (!opt->on_change || on_change_begin(&change, opt, r)) {
		printed = print(opt, r, &err);
		if (st != HALB_OK && (printed != HALB_OK || !says_it_all(opt))) {
			log_words(&out->words);
			log_error(&out->error);
		}
		if (printed != HALB_OK && !opt->into && !halb_report_is_monitoring(opt->format))
			end_where_nobody_reads();
		if (printed != HALB_OK)
			log_error(&err);
	}
	if (opt->on_change)
		on_change_end(&change, printed == HALB_OK);
	if (printed == HALB_OK)
		return r->exit;
	return halb_report_is_monitoring(opt->format) ? 3 : exit_status(printed);
}

static void clear(struct outcome *out, struct halb_site *site)
{
	halb_verification_clear(&out->verification);
	watching_clear(&out->watching);
	drill_clear(&out->drill);
	history_clear(&out->history);
	halb_checks_clear(&out->checks);
	halb_lint_clear(&out->lint);
	planning_clear(&out->planning);
	checking_clear(&out->checking);
	free(out->document);
	rendering_free(out->rendering);
	halb_buf_clear(&out->words);
	halb_site_clear(site);
}

static void set_level(const struct options *opt)
{
	if (opt->quiet || says_it_all(opt))
		halb_log_set_level(HALB_LOG_ERROR);
	else
		halb_log_set_level(opt->verbose ? HALB_LOG_INFO : HALB_LOG_NOTICE);
}

static int flush_help(void)
{
	struct halb_error err;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	end_where_nobody_reads();
	halb_fail(&err, HALB_E_CANTCREATE, "standard output could not be written: %s",
		  strerror(errno ? errno : EIO));
	log_error(&err);
	return exit_status(err.status);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options opt;
	struct halb_site site = { 0 };
	struct outcome out = { 0 };
	enum halb_status st = options_parse(command, argc, argv, &opt, &out.error);
	int status;

	if (opt.help) {
		help_print_command(command, stdout);
		return flush_help();
	}
	set_level(&opt);
	if (st == HALB_OK && (command->needs & NEED_SITE))
		st = halb_site_load(opt.site_path, opt.site_given, &opt.flags, &site, &out.error);
	if (st == HALB_OK)
		st = command->run(&opt, &site, &out);
	status = report(command, &opt, &site, &out, st);
	/* exit(3) would take libraries apart that a thread is in, and wait for none. */
	if (out.checking.seen.abandoned)
		_exit(status);
	clear(&out, &site);
	return status;
}

/* In the format that is asked for, as if the first word were a command that takes that option. */
static int refuse(int argc, char **argv, const struct halb_error *why)
{
	const struct command command = { .name = argv[0], .options = "mc" };
	const struct halb_site site = { 0 };
	struct outcome out = { 0 };
	struct options opt;
	enum halb_status st = options_parse(&command, argc, argv, &opt, &out.error);

	st = why->status;
	out.error = *why;
	return report(&command, &opt, &site, &out, st);
}

static int refuse_command(int argc, char **argv)
{
	struct halb_guess guess = { .typed = argv[0] };
	struct halb_error err;

	for (const struct command *c = commands; c->name; c++)
		halb_guess_offer(&guess, c->name);
	halb_guess_offer(&guess, "help");
	halb_guess_offer(&guess, "--help");
	halb_guess_offer(&guess, "--version");
	halb_fail(&err, HALB_E_USAGE, "there is no command '%.40s'", argv[0]);
	if (guess.word)
		halb_hint(&err, "did you mean %s? halb-dns help", guess.word);
	else if (argv[0][0] == '-')
		halb_hint(&err, "options follow the command: halb-dns help");
	else
		halb_hint(&err, "halb-dns help");
	return refuse(argc, argv, &err);
}

/* `argv` begins with what takes no more than it was given. */
static int refuse_word(int argc, char **argv, const char *word)
{
	struct halb_error err;

	halb_fail(&err, HALB_E_USAGE, "%.40s takes no '%.60s'", argv[0], word);
	halb_hint(&err, "halb-dns help");
	return refuse(argc, argv, &err);
}

static bool asks_for_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* `argv` begins with "help", or what means it. */
static int help(int argc, char **argv)
{
	bool all = argc < 2 || asks_for_help(argv[1]);
	const struct command *command = all ? NULL : command_find(argv[1]);

	if (!all && !command)
		return refuse_command(argc - 1, argv + 1);
	if (argc > 2)
		return refuse_word(argc, argv, argv[2]);
	if (command)
		help_print_command(command, stdout);
	else
		help_print(stdout);
	return flush_help();
}

static int version(int argc, char **argv)
{
	if (argc > 1)
		return refuse_word(argc, argv, argv[1]);
	puts(PACKAGE_STRING);
	return flush_help();
}

/*
 * libkrb5 asks the system's resolver a dozen questions for one login, each of which waits five
 * seconds for the first name server of resolv.conf(5), and that is often the DC which is down.
 */
static void hurry_resolver(void)
{
	(void)setenv("RES_OPTIONS", "timeout:1 attempts:2", 0);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct command *command;

	descriptors_occupy();
	if (!word) {
		help_print(stderr);
		return exit_status(HALB_E_USAGE);
	}
	if (strcmp(word, "--version") == 0)
		return version(argc - 1, argv + 1);
	if (asks_for_help(word))
		return help(argc - 1, argv + 1);
	command = command_find(word);
	if (!command)
		return refuse_command(argc - 1, argv + 1);
	signal(SIGPIPE, SIG_IGN); /* a DC that is lost while we write is an error, not our end */
	hurry_resolver();
	halb_kdc_init();
	return run(command, argc - 1, argv + 1);
}
