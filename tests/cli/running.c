/* SPDX-License-Identifier: Apache-2.0 */
#include "running_priv.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "halb/base/log.h"
#include "server.h"

#define TICK 10000 /* us: how often it is looked whether something is there by now */

const char *running_path(const struct running *r, const char *name)
{
	static char path[sizeof ((struct sockaddr_un *)0)->sun_path];

	snprintf(path, sizeof path, "%s/%s", r->dir, name);
	return path;
}

static void open_notified(struct running *r)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	snprintf(name.sun_path, sizeof name.sun_path, "%s", running_path(r, "notify"));
	r->notified = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(r->notified, (struct sockaddr *)&name, sizeof name), 0);
	setenv("NOTIFY_SOCKET", name.sun_path, 1);
	setenv("WATCHDOG_USEC", "100000", 1);
}

void running_init(struct running *r)
{
	*r = (struct running){ .dir = "/tmp/halb-running.XXXXXX", .closed = -1 };
	cr_assert_not_null(mkdtemp(r->dir));
	r->listener = listen_silently("127.0.0.1", &r->port);
	open_notified(r);
}

void running_clear(struct running *r)
{
	char command[64];

	if (r->pid > 0) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, NULL, 0);
	}
	snprintf(command, sizeof command, "rm -rf %s", r->dir);
	cr_expect_eq(system(command), 0);
}

/* ---- the process ---- */

static int arrange(const struct running *r, struct halb_probe_spec *probe,
		   struct halb_balancer *balancer, struct halb_site *site)
{
	struct halb_error err;

	*probe = (struct halb_probe_spec){ .port = r->port };
	*balancer = (struct halb_balancer){ .name = (char *)(uintptr_t)"k8s1",
					    .vip = address_of("127.0.0.1"),
					    .probes = probe, .n_probes = 1 };
	*site = (struct halb_site){ .balancers = balancer, .n_balancers = 1 };
	return halb_name_parse("k8s1.lime.lan", &balancer->apex, &err) == HALB_OK &&
	       halb_name_parse("lime.lan", &site->domain, &err) == HALB_OK;
}

/* What main() does with a command, but for the site file: it takes no vIP on loopback. */
static int run(const struct running *r, int argc, char **argv)
{
	const struct command *command = command_find(argv[0]);
	struct halb_probe_spec probe;
	struct halb_balancer balancer;
	struct halb_site site;
	struct options opt;
	struct outcome out = { 0 };
	enum halb_status st = options_parse(command, argc, argv, &opt, &out.error);

	signal(SIGPIPE, SIG_IGN);
	halb_log_set_level(opt.quiet ? HALB_LOG_ERROR : HALB_LOG_NOTICE);
	if (st != HALB_OK || !arrange(r, &probe, &balancer, &site))
		return 64;
	st = command->run(&opt, &site, &out);
	if (st != HALB_OK) {
		halb_log(HALB_LOG_ERROR, "%s", out.error.text);
		return out.has_exit ? out.exit : 3;
	}
	if (halb_report_print(&out.report, halb_report_format(opt.format), stdout, &out.error) !=
	    HALB_OK)
		return 73;
	watching_clear(&out.watching);
	drill_clear(&out.drill);
	return out.exit;
}

/* Not by running_path(): the command's words may have what it returned last. */
static int create(int dir, const char *name)
{
	return openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static void redirect(const struct running *r)
{
	int dir = open(r->dir, O_DIRECTORY | O_CLOEXEC);

	if (dup2(create(dir, "out"), STDOUT_FILENO) < 0 ||
	    dup2(create(dir, "err"), STDERR_FILENO) < 0)
		_exit(99);
	close_range(STDERR_FILENO + 1, UINT_MAX, 0); /* what the test closes is to be closed */
	if (r->closed >= 0)
		close(r->closed);
}

void running_begin(struct running *r, const char *const *args)
{
	static const char *const always[] = { "--layer", "tcp", "--period", "20ms",
					      "--max-outage", "60s" };
	char *argv[64] = { (char *)(uintptr_t)args[0] };
	int argc = 1;

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		argv[argc++] = (char *)(uintptr_t)always[i];
	for (args++; *args; args++)
		argv[argc++] = (char *)(uintptr_t)*args;
	fflush(NULL);
	r->pid = fork();
	cr_assert_geq(r->pid, 0);
	if (r->pid)
		return;
	redirect(r);
	if (r->ignore)
		signal(r->ignore, SIG_IGN);
	_exit(run(r, argc, argv));
}

int running_end(struct running *r)
{
	int status;

	cr_assert_eq(waitpid(r->pid, &status, 0), r->pid);
	r->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void running_signal(const struct running *r, int signal)
{
	cr_assert_eq(kill(r->pid, signal), 0);
}

/* ---- what it says ---- */

void running_await_probes(struct running *r)
{
	running_expect(r, "READY=1");
	for (int i = 0; i < 3; i++)
		running_expect(r, "WATCHDOG=1");
}

void running_expect(struct running *r, const char *state)
{
	char text[64];
	ssize_t n;

	do {
		n = recv(r->notified, text, sizeof text - 1, 0);
		cr_assert_gt(n, 0);
		text[n] = '\0';
	} while (strcmp(text, state) != 0);
}

char *running_text(const struct running *r, const char *name)
{
	struct halb_buf text = { 0 };
	char piece[4096];
	ssize_t n;
	int fd = open(running_path(r, name), O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, piece, sizeof piece)) > 0)
		halb_buf_bytes(&text, piece, (size_t)n);
	if (fd >= 0)
		close(fd);
	halb_buf_text(&text, "");
	return text.data ? halb_buf_take_string(&text) : strdup("");
}

bool running_has(const struct running *r, const char *name, const char *text)
{
	char *all = running_text(r, name);
	bool has = strstr(all, text) != NULL;

	free(all);
	return has;
}

void running_await(const struct running *r, const char *name, const char *text)
{
	for (int i = 0; i < 20 * 1000000 / TICK; i++) {
		if (running_has(r, name, text))
			return;
		usleep(TICK);
	}
	cr_assert_fail("%s never came to have '%s'", name, text);
}

json_t *running_json(const struct running *r, int which)
{
	char *all = running_text(r, "out"), *at = all;
	json_t *object = NULL;
	json_error_t err;

	for (int i = 0; i <= which; i++) {
		json_decref(object);
		object = json_loads(at, JSON_DISABLE_EOF_CHECK, &err);
		cr_assert_not_null(object, "object %d: %s: %s", i, err.text, at);
		at += err.position;
	}
	free(all);
	return object;
}
