/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands. */
#include <string.h>

#include "cli.h"

const struct command commands[] = {
	{ "init", cmd_init, 0, "oc", NULL,
	  "write a commented site file",
	  "Writes a site file to start from, with a comment at each key: to standard output, or to\n"
	  "a file that does not exist yet.", false },
	{ "doctor", cmd_doctor, NEED_SITE, "slpc", NULL,
	  "look at everything register will need",
	  "Asks the resolver and every DC, logs in to each, and looks whether all is there that\n"
	  "register will need: the clock, the login, the zones, the DHCP service, the right to make\n"
	  "each of its writes. Says of each thing that is missing what to do, rights included.\n"
	  "Writes nothing. Ends with 0 ok, 1 warning, 2 register would fail, 3 could not tell.",
	  true },
	{ "plan", cmd_plan, NEED_SITE, "slpdc", NULL,
	  "show what register would change",
	  "Reads the directory and shows each change with what stands there and what would, and\n"
	  "the plan's checksum. Writes nothing.", false },
	{ "register", cmd_register, NEED_SITE, "slprnvc", NULL,
	  "write the records, then verify",
	  "Makes the A or AAAA record, the CNAMEs, the PTR record where its zone exists, and the\n"
	  "DHCP reservation; then waits until every DC and the system's resolver answer right\n"
	  "and each probed port of the vIP answers. Run again, it changes nothing.\n\n"
	  "Any domain user may create DNS records and owns them. The reservation needs the right\n"
	  "to make and delete dhcpHost entries; a domain admin grants it once:\n\n"
	  "  SID=$(samba-tool user show USER --attributes=objectSid | sed -n 's/^objectSid: //p')\n"
	  "  CLASS=c038268a-0856-539b-be7a-67b7ce539fa4\n"
	  "  samba-tool dsacl set --objectdn=DHCP-SERVICE-DN \\\n"
	  "    --sddl=\"(OA;;CCDC;$CLASS;;$SID)(OA;CIIO;RPWPSD;;$CLASS;$SID)\"", false },
	{ "verify", cmd_verify, NEED_SITE, "svmc", NULL,
	  "wait until all names resolve and the vIP answers",
	  "Asks every DC and the system's resolver for each name, and connects to each probed port,\n"
	  "until all is right or --wait is over. Tells which host of the stack holds the vIP, and\n"
	  "whether each would answer after a failover. Needs no login and writes nothing.", true },
	{ "check", cmd_check, NEED_SITE, "sltmkc", NULL,
	  "say whether all still is as the site file says",
	  "Reads the directory of every DC, asks every DC and the system's resolver for each name,\n"
	  "and connects to each probed port, all at the same time. Writes nothing. Ends with 0 ok,\n"
	  "1 warning, 2 critical, 3 could not look.", true },
	{ "watch", cmd_watch, NEED_SITE, "sPUc", NULL,
	  "probe the vIPs at a fixed rate, report outages with bounds",
	  "Asks for the names, connects, shakes hands, gets a page and holds connections, on\n"
	  "a schedule that waits for nobody. Says of each outage how long it lasted at least\n"
	  "and at most, how it failed, and who had the vIP meanwhile. A terminal shows how it\n"
	  "stands, elsewhere each event is a line on standard error. SIGUSR1 prints a report,\n"
	  "Ctrl-C ends with one. Needs no login and writes nothing. Ends with 0 no outage (or\n"
	  "none over --max-outage), 2 an outage or a split brain, 3 could not tell.", true },
	{ "drill", cmd_drill, NEED_SITE, "sPDc", "-- COMMAND...",
	  "a watch around a command that causes a fault",
	  "Waits until all is well, runs COMMAND, and watches until all is well again. Says\n"
	  "how long the outage lasted at least and at most, and who had the vIP before and\n"
	  "after. What COMMAND prints goes to standard error. Ends as watch does, with 2 also\n"
	  "where not all is well again in time, and with 3, whatever was seen, where not all\n"
	  "was well before, or COMMAND fails or hangs.\n\n"
	  "  halb-dns drill --max-outage 1s -- ssh lb1 systemctl stop haproxy", true },
	{ "render", cmd_render, NEED_SITE, "swc", NULL,
	  "make haproxy.cfg and keepalived.conf of the stack",
	  "Makes HOST/haproxy.cfg and HOST/keepalived.conf for each host of the site file's stack:\n"
	  "prints them, writes them all or none (-o), or shows what would change (--diff). Before it\n"
	  "writes, haproxy -c and keepalived -t must accept them, where these are installed. The\n"
	  "same site file gives the same bytes.", false },
	{ "lint", cmd_lint, 0, "sic", NULL,
	  "find what is wrong with HAProxy's and Keepalived's files",
	  "Reads what render would write for the site file's stack, or the files of --haproxy and\n"
	  "--keepalived: those of all hosts together, and then no site file. Says what would fail\n"
	  "though haproxy -c and keepalived -t let it pass, and how long each fault would last.\n"
	  "Runs nothing and asks nobody. Ends with 0 ok, 1 warning, 2 critical, 3 could not read.\n\n"
	  "  halb-dns lint --haproxy lb*/haproxy.cfg --keepalived lb*/keepalived.conf", true },
	{ "unregister", cmd_unregister, NEED_SITE, "slrc", NULL,
	  "remove what is ours, nothing else",
	  "Removes the records and reservations that carry the mark of the site's balancers.\n"
	  "What does not carry it stays.", false },
	{ "undo", cmd_undo, NEED_SITE, "slrc", "ID", "put back what a register or unregister changed",
	  "Puts back what the newest run changed that is not undone yet, or the run whose ID begins\n"
	  "so. What somebody has changed since blocks it: then nothing is written. An undo is a run\n"
	  "itself, and can be undone.", false },
	{ "history", cmd_history, 0, "c", NULL, "list the journal, newest first",
	  "Lists the runs that wrote to a directory: root's are in " JOURNAL_OF_ROOT ",\n"
	  "another user's in $XDG_STATE_HOME/halb-dns/journal (~/.local/state). -v lists the changes\n"
	  "of each.", false },
	{ "schema", cmd_schema, 0, "sxc", NULL,
	  "print the LDIF that gives AD the dhcpHost classes",
	  "Prints what AD must be taught, once for a forest, before it can hold the configuration\n"
	  "of ISC dhcpd. Apply it on the schema master as a member of Schema Admins:\n\n"
	  "  halb-dns schema | ldapmodify -Y GSSAPI -H ldap://SCHEMA-MASTER", false },
	{ 0 },
};

bool command_runs(const struct command *command)
{
	return command->word && strncmp(command->word, "-- ", 3) == 0;
}

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}
