/* SPDX-License-Identifier: Apache-2.0 */
/* watch as a process: its signals, its files, what it tells on the way, how it ends. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "halb/base/addr.h"
#include "running_priv.h"
#include "server.h"

static struct running w;

static void setup(void)
{
	running_init(&w);
}

static void teardown(void)
{
	running_clear(&w);
}

TestSuite(watching, .init = setup, .fini = teardown, .timeout = 60);

/* Nobody listens any more, and connecting is refused. */
static void close_listener(void)
{
	close(w.listener);
	w.listener = -1;
}

/* ---- signals, and how it ends ---- */

Test(watching, sigterm_ends_it_with_the_report_and_tells_systemd)
{
	json_t *report;

	RUNNING_BEGIN(&w, "watch", "--format", "json");
	running_await_probes(&w);
	running_signal(&w, SIGTERM);
	running_expect(&w, "STOPPING=1");
	cr_assert_eq(running_end(&w), 0);
	report = running_json(&w, 0);
	cr_assert_str_eq(json_string_value(json_object_get(report, "status")), "ok");
	cr_assert_eq(json_integer_value(json_object_get(report, "exit")), 0);
	json_decref(report);
}

Test(watching, sigusr1_prints_a_report_and_the_watch_goes_on)
{
	json_t *first, *last;

	RUNNING_BEGIN(&w, "watch", "--format", "json", "--report", running_path(&w, "page"));
	running_await_probes(&w);
	running_signal(&w, SIGUSR1);
	running_await(&w, "page", "</html>");
	running_await(&w, "out", "\n}\n");
	cr_assert_eq(kill(w.pid, 0), 0);
	running_signal(&w, SIGINT);
	cr_assert_eq(running_end(&w), 0);
	first = running_json(&w, 0);
	last = running_json(&w, 1);
	cr_assert(json_is_null(json_object_get(first, "watched_ms")));
	cr_assert(json_is_real(json_object_get(last, "watched_ms")));
	json_decref(first);
	json_decref(last);
}

Test(watching, a_signal_that_is_ignored_stays_so_as_under_nohup)
{
	w.ignore = SIGHUP;
	RUNNING_BEGIN(&w, "watch", "--format", "json");
	running_await_probes(&w);
	running_signal(&w, SIGHUP);
	running_signal(&w, SIGUSR1);
	running_await(&w, "out", "\n}\n");
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 0);
	json_decref(running_json(&w, 1));
}

Test(watching, ctrl_z_stops_it_and_it_goes_on)
{
	RUNNING_BEGIN(&w, "watch", "--format", "json");
	running_await_probes(&w);
	running_signal(&w, SIGTSTP);
	running_signal(&w, SIGTERM);
	running_signal(&w, SIGCONT);
	cr_assert_eq(running_end(&w), 0);
	json_decref(running_json(&w, 0));
}

Test(watching, ends_by_itself_after_its_duration)
{
	RUNNING_BEGIN(&w, "watch", "--duration", "300ms");
	cr_assert_eq(running_end(&w), 0);
	cr_assert(running_has(&w, "out", "no outage"));
}

Test(watching, an_outage_is_critical_where_it_was_longer_than_is_all_right)
{
	close_listener();
	RUNNING_BEGIN(&w, "watch", "--duration", "1s", "--max-outage", "1ms");
	cr_assert_eq(running_end(&w), 2);
	cr_assert(running_has(&w, "err", ", at most 1.0 ms wanted"));
}

Test(watching, an_outage_without_an_end_may_have_been_longer)
{
	close_listener();
	RUNNING_BEGIN(&w, "watch", "--duration", "500ms");
	cr_assert_eq(running_end(&w), 3);
}

/* ---- standard descriptors ---- */

Test(watching, needs_no_standard_input)
{
	w.closed = STDIN_FILENO;
	RUNNING_BEGIN(&w, "watch", "--duration", "300ms");
	cr_assert_eq(running_end(&w), 0);
	cr_assert(running_has(&w, "out", "no outage"));
}

Test(watching, a_report_that_cannot_be_printed_is_an_error)
{
	w.closed = STDOUT_FILENO;
	RUNNING_BEGIN(&w, "watch", "--duration", "300ms");
	cr_assert_eq(running_end(&w), 73);
}

Test(watching, without_a_terminal_each_event_is_a_line)
{
	close_listener();
	RUNNING_BEGIN(&w, "watch");
	running_await_probes(&w);
	running_await(&w, "err", ": down since 20");
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 3);
	cr_assert(running_has(&w, "err", "Z (refused)\n"));
	cr_assert_not(running_has(&w, "err", "\033"));
}

Test(watching, quiet_tells_no_events)
{
	close_listener();
	RUNNING_BEGIN(&w, "watch", "-q", "--duration", "500ms", "--events",
		      running_path(&w, "events"));
	cr_assert_eq(running_end(&w), 3);
	cr_assert(running_has(&w, "events", "outage-begins"));
	cr_assert_not(running_has(&w, "err", "down"));
}

/* ---- its files ---- */

Test(watching, each_line_of_the_events_is_a_whole_object_and_times_do_not_go_back)
{
	char last[64] = "", *text, *line, *rest;
	size_t n = 0;

	RUNNING_BEGIN(&w, "watch", "--events", running_path(&w, "events"));
	running_await_probes(&w);
	close_listener();
	running_await(&w, "events", "outage-begins");
	w.listener = listen_silently("127.0.0.1", &w.port); /* elsewhere: it stays down */
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 3);
	text = running_text(&w, "events");
	cr_assert_eq(text[strlen(text) - 1], '\n');
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), n++) {
		json_t *object = json_loads(line, 0, NULL);
		const char *time = json_string_value(json_object_get(object, "time"));

		cr_assert(object && time, "%s", line);
		cr_assert_geq(strcmp(time, last), 0);
		snprintf(last, sizeof last, "%s", time);
		json_decref(object);
	}
	cr_assert_geq(n, 1);
	free(text);
}

Test(watching, events_that_cannot_be_written_are_told_once_and_the_watch_goes_on)
{
	close_listener();
	RUNNING_BEGIN(&w, "watch", "--events", "/dev/full", "--duration", "500ms");
	cr_assert_eq(running_end(&w), 3);
	cr_assert(running_has(&w, "err", "--events /dev/full: no more events are written: No space"));
	cr_assert(running_has(&w, "out", "outage"));
}

static int make_fifo(void)
{
	int reader;

	cr_assert_eq(mkfifo(running_path(&w, "events"), 0600), 0);
	reader = open(running_path(&w, "events"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	cr_assert_geq(reader, 0);
	return reader;
}

Test(watching, a_reader_of_events_that_goes_does_not_end_the_watch)
{
	int reader = make_fifo();

	RUNNING_BEGIN(&w, "watch", "--events", running_path(&w, "events"));
	running_await_probes(&w);
	close(reader);
	close_listener();
	running_await(&w, "err", "no more events are written: Broken pipe");
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 3);
}

Test(watching, a_reader_of_events_that_does_not_read_holds_nothing_up)
{
	char full[65536] = "";
	int reader = make_fifo(), writer;

	writer = open(running_path(&w, "events"), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	while (write(writer, full, sizeof full) > 0)
		;
	RUNNING_BEGIN(&w, "watch", "--events", running_path(&w, "events"));
	running_await_probes(&w);
	close_listener();
	running_await(&w, "err", "no more events are written: Resource temporarily unavailable");
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 3);
	close(reader);
}

Test(watching, a_page_that_cannot_be_written_any_more_goes_to_standard_output)
{
	cr_assert_eq(mkdir(running_path(&w, "gone"), 0700), 0);
	RUNNING_BEGIN(&w, "watch", "--report", running_path(&w, "gone/page"));
	running_await_probes(&w);
	cr_assert_eq(rmdir(running_path(&w, "gone")), 0);
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 0);
	cr_assert(running_has(&w, "out", "</html>"));
	cr_assert(running_has(&w, "err", "it goes to standard output"));
}

Test(watching, what_cannot_be_made_is_refused_before_the_first_probe)
{
	RUNNING_BEGIN(&w, "watch", "--report", "/nonexistent/page");
	cr_assert_eq(running_end(&w), 73);
	RUNNING_BEGIN(&w, "watch", "--events", "/nonexistent/events");
	cr_assert_eq(running_end(&w), 73);
}

/* ---- metrics ---- */

static int connect_to(uint16_t port)
{
	struct halb_addr address = address_of("127.0.0.1");
	struct sockaddr_storage name;
	socklen_t len = halb_addr_to_sockaddr(&address, port, &name);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(connect(fd, (struct sockaddr *)&name, len), 0);
	return fd;
}

Test(watching, a_scrape_says_what_is_up)
{
	static const char request[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
	char text[65536], where[16];
	uint16_t port;
	size_t len = 0;
	ssize_t n;
	int fd;

	close(bind_socket("127.0.0.1", SOCK_STREAM, &port)); /* free, most likely */
	snprintf(where, sizeof where, ":%u", port);
	RUNNING_BEGIN(&w, "watch", "--listen", where);
	running_await_probes(&w);
	fd = connect_to(port);
	cr_assert_eq(write(fd, request, sizeof request - 1), sizeof request - 1);
	while ((n = read(fd, text + len, sizeof text - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 0);
	cr_assert_eq(strncmp(text, "HTTP/1.1 200 OK\r\n", 17), 0, "%s", text);
	cr_assert(strstr(text, "\nhalb_dns_watch_up{layer=\"tcp\",vip=\"127.0.0.1\""), "%s", text);
}

/* ---- systemd ---- */

Test(watching, lets_systemd_know_that_it_is_alive)
{
	RUNNING_BEGIN(&w, "watch");
	running_expect(&w, "READY=1");
	for (int i = 0; i < 3; i++)
		running_expect(&w, "WATCHDOG=1");
	running_signal(&w, SIGTERM);
	cr_assert_eq(running_end(&w), 0);
}
