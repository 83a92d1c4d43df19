# `make fuzz`: each target for FUZZ_SECONDS; -j runs them beside each other. What they find is kept
# below tests/fuzz/found; tests/fuzz/corpus is what they start from. An input that takes a tenth of a
# second takes ten of them with sanitizers and coverage on a busy machine, and is no hang.
FUZZ_SECONDS = 60
fuzz_targets = fuzz-adrec fuzz-dhcp fuzz-haproxy fuzz-keepalived fuzz-name fuzz-netlogon fuzz-offer \
	fuzz-reply fuzz-response fuzz-site
fuzz_run = $(AM_V_at)name=$$(echo $@ | sed s/fuzz-//) && found=%D%/found/$$name && \
	$(MKDIR_P) $$found/corpus && %D%/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) \
	-timeout=60 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix=$$found/ \
	$$found/corpus $(srcdir)/%D%/corpus/$$name

fuzz_programs = %D%/fuzz_adrec %D%/fuzz_dhcp %D%/fuzz_haproxy %D%/fuzz_keepalived %D%/fuzz_name \
	%D%/fuzz_netlogon %D%/fuzz_offer %D%/fuzz_reply %D%/fuzz_response %D%/fuzz_site

if FUZZING_ENABLED
EXTRA_PROGRAMS = $(fuzz_programs)
%C%_fuzz_adrec_SOURCES = %D%/fuzz.h %D%/fuzz_adrec.c
%C%_fuzz_adrec_LDADD = $(halb_dns_LDADD)
%C%_fuzz_adrec_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_dhcp_SOURCES = %D%/fuzz.h %D%/fuzz_dhcp.c
%C%_fuzz_dhcp_LDADD = $(halb_dns_LDADD)
%C%_fuzz_dhcp_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_haproxy_SOURCES = %D%/fuzz.h %D%/stack.h %D%/fuzz_haproxy.c
%C%_fuzz_haproxy_LDADD = $(halb_dns_LDADD)
%C%_fuzz_haproxy_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_keepalived_SOURCES = %D%/fuzz.h %D%/stack.h %D%/fuzz_keepalived.c
%C%_fuzz_keepalived_LDADD = $(halb_dns_LDADD)
%C%_fuzz_keepalived_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_name_SOURCES = %D%/fuzz.h %D%/fuzz_name.c
%C%_fuzz_name_LDADD = $(halb_dns_LDADD)
%C%_fuzz_name_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_offer_SOURCES = %D%/fuzz.h %D%/fuzz_offer.c
%C%_fuzz_offer_LDADD = $(halb_dns_LDADD)
%C%_fuzz_offer_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_netlogon_SOURCES = %D%/fuzz.h %D%/fuzz_netlogon.c
%C%_fuzz_netlogon_LDADD = $(halb_dns_LDADD)
%C%_fuzz_netlogon_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_reply_SOURCES = %D%/fuzz.h %D%/fuzz_reply.c
%C%_fuzz_reply_LDADD = $(halb_dns_LDADD)
%C%_fuzz_reply_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_response_SOURCES = %D%/fuzz.h %D%/fuzz_response.c
%C%_fuzz_response_LDADD = $(halb_dns_LDADD)
%C%_fuzz_response_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_site_SOURCES = %D%/fuzz.h %D%/fuzz_site.c
%C%_fuzz_site_LDADD = $(halb_dns_LDADD)
%C%_fuzz_site_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz-adrec: %D%/fuzz_adrec
	$(fuzz_run) -max_len=700
fuzz-dhcp: %D%/fuzz_dhcp
	$(fuzz_run) -max_len=1100
fuzz-haproxy: %D%/fuzz_haproxy
	$(fuzz_run) -max_len=4096
fuzz-keepalived: %D%/fuzz_keepalived
	$(fuzz_run) -max_len=4096
fuzz-name: %D%/fuzz_name
	$(fuzz_run) -max_len=1100
fuzz-offer: %D%/fuzz_offer
	$(fuzz_run) -max_len=700
fuzz-netlogon: %D%/fuzz_netlogon
	$(fuzz_run) -max_len=600
fuzz-reply: %D%/fuzz_reply
	$(fuzz_run) -max_len=1400
fuzz-response: %D%/fuzz_response
	$(fuzz_run) -max_len=1400
fuzz-site: %D%/fuzz_site
	$(fuzz_run) -max_len=4096 -dict=$(srcdir)/%D%/site.dict
else
$(fuzz_targets):
	@echo "make fuzz: configure with CC=clang --enable-fuzzing" >&2; exit 1
endif

fuzz: $(fuzz_targets)
fuzz-programs: $(fuzz_programs)

clean-local-fuzz:
	rm -rf %D%/found
clean-local: clean-local-fuzz
.PHONY: fuzz fuzz-programs $(fuzz_targets) clean-local-fuzz

EXTRA_DIST += %D%/site.dict %D%/corpus
