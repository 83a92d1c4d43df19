/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "halb/config/site.h"

Test(host, goes_by_its_name_whatever_its_letters_and_domain)
{
	char names[][16] = { "lb1", "LB2", "lb3.lime.lan" };
	struct halb_stack_host hosts[] = { { .name = names[0] },
					   { .name = names[1] },
					   { .name = names[2] } };
	const struct halb_stack stacked = { .hosts = hosts, .n_hosts = 3 }, *stack = &stacked;

	cr_expect_eq(halb_stack_host_named(stack, "LB1"), &hosts[0]);
	cr_expect_eq(halb_stack_host_named(stack, "lb1.lime.lan"), &hosts[0]);
	cr_expect_eq(halb_stack_host_named(stack, "lb2"), &hosts[1]);
	cr_expect_eq(halb_stack_host_named(stack, "lb3"), &hosts[2]);
	cr_expect_eq(halb_stack_host_named(stack, "lb3.lime.lan"), &hosts[2]);
	cr_expect_null(halb_stack_host_named(stack, "lb3.other.lan"));
	cr_expect_null(halb_stack_host_named(stack, "lb"));
	cr_expect_null(halb_stack_host_named(stack, "lb11"));
	snprintf(names[1], sizeof names[1], "lb3.other.lan");
	cr_expect_eq(halb_stack_host_named(stack, "lb3.other.lan"), &hosts[1]);
	cr_expect_null(halb_stack_host_named(stack, "lb3"), "two have that label");
}
