/* SPDX-License-Identifier: Apache-2.0 */
/* The program's entry. */
int main(void)
{
	return 0;
}
