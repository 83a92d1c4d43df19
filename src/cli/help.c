/* SPDX-License-Identifier: Apache-2.0 */
/* Help, one screen each. */
#include <stdio.h>

#include "cli.h"

void help_print(FILE *out)
{
	fputs("halb-dns COMMAND [OPTION...]: a load balancer's names and DHCP reservation in AD\n\n",
	      out);
	for (const struct command *c = commands; c->name; c++)
		fprintf(out, "  %-12s %s\n", c->name, c->summary);
	fputs("  help COMMAND what a command does, and its options\n\n"
	      "A site file says what shall be (" HALB_SITE_DEFAULT "; init writes one), or\n"
	      "--domain --vip --mac --apex --alias say it for one balancer.\n\n"
	      "Exit status: 0 done; 64 usage; 65 malformed data; 69 unreachable; 73 cannot create;\n"
	      "75 try again; 77 not permitted; 78 site file wrong; 80 conflict; 81 not seen in time;\n"
	      "verify, doctor: 0 ok, 1 warning, 2 critical, 3 could not look. More: man halb-dns\n", out);
}

void help_print_command(const struct command *command, FILE *out)
{
	const char *word = command->word ? command->word : "";
	bool optional = command->word && !command_runs(command);

	fprintf(out, "halb-dns %s%s%s%s: %s\n\n%s\n\n", command->name,
		optional ? " [" : *word ? " " : "", word, optional ? "]" : "", command->summary,
		command->help);
	options_print(command, out);
}
