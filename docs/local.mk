EXTRA_DIST += docs/architecture.md
dist_man_MANS += docs/halb-dns.8 docs/halb-dns.yaml.5

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completions/halb-dns
dist_zshcompletion_DATA = %D%/completions/_halb-dns

# What runs the check and the watch: units and a cron example, which name the installed program.
exampledir = $(docdir)/examples
nodist_example_DATA = halb-dns-check.cron
nodist_systemdsystemunit_DATA = halb-dns-check.service halb-dns-watch.service
dist_systemdsystemunit_DATA = %D%/check/halb-dns-check.timer
EXTRA_DIST += %D%/check/halb-dns-check.service.in %D%/check/halb-dns-watch.service.in \
	%D%/check/halb-dns-check.cron.in
CLEANFILES += halb-dns-check.service halb-dns-watch.service halb-dns-check.cron
halb-dns-check.service: %D%/check/halb-dns-check.service.in
halb-dns-watch.service: %D%/check/halb-dns-watch.service.in
halb-dns-check.cron: %D%/check/halb-dns-check.cron.in
halb-dns-check.service halb-dns-watch.service halb-dns-check.cron: Makefile
	$(AM_V_GEN)sed -e 's|@sbindir[@]|$(sbindir)|' -e 's|@sysconfdir[@]|$(sysconfdir)|' \
		'$(srcdir)/%D%/check/$@.in' > $@.tmp && mv $@.tmp $@
