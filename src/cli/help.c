/* SPDX-License-Identifier: Apache-2.0 */
/* Help, one screen each. */
#include <stdio.h>

#include "cli.h"

void help_print(FILE *out)
{
	fputs("halb-dns: the names, the DHCP reservation and the failover of a load balancer "
	      "in AD\n\nhalb-dns COMMAND [OPTION...]\n\n", out);
	for (const struct command *c = commands; c->name; c++)
		fprintf(out, "  %-12s %s\n", c->name, c->summary);
	fputs("\n  help COMMAND what a command does, and its options\n"
	      "  --version\n\n"
	      "A site file says what shall be (" HALB_SITE_DEFAULT "; init writes one), or\n"
	      "--domain --vip --mac --apex --alias say it for one balancer.\n\n"
	      "Exit status: 0 done; 64 wrong usage; 65 malformed data; 69 unreachable; 73 cannot\n"
	      "write a file; 75 lost a race, try again; 77 not permitted; 78 site file wrong;\n"
	      "80 something that is not ours stands there; 81 written, but not seen in time.\n"
	      "verify: 0 ok, 1 warning, 2 critical, 3 could not look.\n", out);
}

void help_print_command(const struct command *command, FILE *out)
{
	fprintf(out, "halb-dns %s%s%s%s: %s\n\n%s\n\n", command->name, command->word ? " [" : "",
		command->word ? command->word : "", command->word ? "]" : "", command->summary,
		command->help);
	options_print(command, out);
}
