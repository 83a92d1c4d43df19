# SPDX-License-Identifier: Apache-2.0
# What monitoring and cron get: the plugin's line in a real Nagios, metrics that promtool takes,
# cron's mail when something has changed, and runs that do not stand in each other's way.

load lib

PIN='--server dc1.lime.lan'
CHECK='check --timeout 20s'
NAGIOS=$TMP/nagios
EXAMPLE=/usr/share/doc/halb-dns/examples/halb-dns-check.cron

# Once for all: each test leaves the directory as it found it.
setup_file() {
	fresh
	run -0 halb register $PIN --wait 60s
	replicated
}

setup() {
	adm "rm -rf $TMP; mkdir $TMP"
}

teardown() {
	[ ! -e "$BATS_TEST_TMPDIR/drifted" ] || mended
	adm "for pid in $TMP/*.pid; do [ ! -e \$pid ] || kill \$(cat \$pid) 2> /dev/null; done
		rm -f /etc/cron.d/halb-dns-check /usr/sbin/sendmail"
}

# By another tool. Whoever looks at this DC alone sees it at once, and nothing else on the way.
drift() {
	touch "$BATS_TEST_TMPDIR/drifted"
	adm "samba-tool dns delete dc1.lime.lan lime.lan kube CNAME k8s1.lime.lan $ADMIN"
}

mended() {
	halb register $PIN --no-verify
}

# check ARG...: of one DC, with a state of this test's own
check() {
	on adm env STATE_DIRECTORY=$TMP/state "$HALB_DNS" $CHECK $PIN "$@"
}

# metric NAME: its samples in the file
metric() {
	adm "grep '^$1{' $TMP/halb.prom"
}

taken_by_promtool() {
	adm "promtool check metrics < $TMP/halb.prom"
}

@test "promtool takes the metrics, of what is well, of drift and of an error" {
	local after before
	run -0 --separate-stderr halb $CHECK --format prometheus -o $TMP/halb.prom
	equal "$output$stderr" ''
	taken_by_promtool
	equal "$(on adm stat -c %a $TMP/halb.prom)" 644
	equal "$(metric halb_dns_up)" "halb_dns_up{site=\"$SEED\"} 1"
	equal "$(metric halb_dns_server_up | grep -c 'server="dc[12].lime.lan".* 1$')" 2
	before=$(metric halb_dns_last_success_timestamp_seconds)
	equal "${before##* }" "$(metric halb_dns_last_run_timestamp_seconds | sed 's/.* //')"
	drift
	sleep 1
	run -2 check --format prometheus -o $TMP/halb.prom
	taken_by_promtool
	equal "$(metric halb_dns_up)" "halb_dns_up{site=\"$SEED\"} 0"
	has "$(metric halb_dns_finding)" 'code="record-missing",severity="critical"'
	equal "$(metric halb_dns_last_success_timestamp_seconds)" "$before"
	after=$(metric halb_dns_last_run_timestamp_seconds)
	[ "${after##* }" -gt "${before##* }" ]
	adm "sed 's/^domain/domian/' $SEED > $SITE"
	run -3 check -f $SITE --format prometheus -o $TMP/halb.prom
	taken_by_promtool
	equal "$(metric halb_dns_error)" "halb_dns_error{site=\"$SITE\",category=\"site-file\"} 1"
	equal "$(on adm ls $TMP)" $'halb.prom\nsite.yaml'
}

# nagios_config COMMAND: of a monitoring host
nagios_config() {
	put $NAGIOS/nagios.cfg <<-END
		log_file=$NAGIOS/log
		cfg_file=$NAGIOS/objects.cfg
		object_cache_file=$NAGIOS/objects.cache
		status_file=$NAGIOS/status.dat
		state_retention_file=$NAGIOS/retention
		lock_file=$TMP/nagios.pid
		temp_file=$NAGIOS/temp
		temp_path=$NAGIOS
		check_result_path=$NAGIOS
		query_socket=$NAGIOS/query
		command_file=$NAGIOS/command
		check_external_commands=0
		check_for_updates=0
		use_syslog=0
		status_update_interval=1
		interval_length=1
		service_inter_check_delay_method=n
		nagios_user=nobody
		nagios_group=nogroup
	END
	put $NAGIOS/objects.cfg <<-END
		define command {
			command_name halb-dns
			command_line $1
		}
		define timeperiod {
			timeperiod_name always
			alias always
			$(for day in mon tues wednes thurs fri satur sun; do echo "${day}day 00:00-24:00"; done)
		}
		define contact {
			contact_name nobody
			service_notifications_enabled 0
			host_notifications_enabled 0
			service_notification_period always
			host_notification_period always
			service_notification_commands halb-dns
			host_notification_commands halb-dns
		}
		define host {
			host_name k8s1
			address $VIP
			max_check_attempts 1
			check_period always
			notification_period always
			contacts nobody
		}
		define service {
			host_name k8s1
			service_description names
			check_command halb-dns
			max_check_attempts 1
			check_interval 1
			retry_interval 1
			check_period always
			notification_period always
			contacts nobody
		}
	END
}

# nagios_says KEY [VALUE]: of the service, in Nagios's status file
nagios_says() {
	local found
	found=$(adm "sed -n '/^servicestatus/,/}/s/^\t$1=//p' $NAGIOS/status.dat 2> /dev/null")
	if [ $# = 1 ]; then echo "$found"; else [ "$found" = "$2" ]; fi
}

@test "Nagios reads the verdict, what was measured, and what is wrong" {
	adm "mkdir $NAGIOS && cp /etc/halb-dns/halb-dns.keytab $NAGIOS/keytab && chmod 711 $TMP"
	nagios_config "$(adm "command -v $HALB_DNS") $CHECK $PIN --keytab $NAGIOS/keytab --format nagios"
	adm "chown -R nobody $NAGIOS && nagios4 -d $NAGIOS/nagios.cfg"
	wait_for 15 nagios_says has_been_checked 1
	nagios_says plugin_output
	nagios_says current_state 0
	equal "$(nagios_says plugin_output)" \
		'HALB-DNS OK - 1 DC, 2 names, 1 vIP: all as the site file says'
	has "$(nagios_says performance_data)" "'critical'=0;;;0"
	[[ $(nagios_says performance_data) =~ "'dns dc1.lime.lan'="0\.[0-9]{6}s\;\;\;0 ]]
	[[ $(nagios_says performance_data) =~ "'tcp 192.168.11.11:6443'="0\.[0-9]{6}s\;\;\;0 ]]
	drift
	wait_for 15 nagios_says current_state 2
	has "$(nagios_says plugin_output)" 'HALB-DNS CRITICAL - '
	has "$(nagios_says long_plugin_output)" kube.lime.lan
}

# unknown WHAT ARG...: a line about WHAT, 3, and nothing on standard error, which some would show
unknown() {
	local what=$1
	shift
	run -3 --separate-stderr halb check --format nagios "$@"
	equal "$stderr" ''
	has "${lines[0]}" 'HALB-DNS UNKNOWN - '
	has "${lines[0]}" "$what"
}

@test "whatever goes wrong, Nagios gets a line and 3" {
	unknown /none.yaml -f /none.yaml
	unknown --frobnicate --frobnicate
	unknown frobnicate frobnicate
	unknown "'soon'" --timeout soon
	unknown --on-change --on-change
	unknown '--timeout' --timeout
	site 's/vip: .*/vip: 300.1.1.1/'
	unknown "300.1.1.1" -f $SITE
}

@test "commands that monitoring does not run refuse its formats, and name theirs" {
	refuses_format plan nagios
	refuses_format register prometheus
	refuses_format doctor nagios
}

refuses_format() {
	run -64 --separate-stderr halb "$1" --format "$2"
	equal "$output" ''
	has "$stderr" 'text|json'
	has "$stderr" "'$2'"
}

@test "--output takes every format, and is an error where it cannot be written" {
	local format
	for format in text json nagios; do
		run -0 --separate-stderr check --format $format -o $TMP/out
		equal "$output$stderr" ''
		on adm test -s $TMP/out
	done
	run -73 --separate-stderr check -o $TMP/none/out
	says_error $TMP/none/out
}

# told STATUS [WHAT]: a run with --on-change ends so, and prints WHAT, or nothing at all
told() {
	run "-$1" --separate-stderr check --on-change
	if [ $# = 1 ]; then equal "$output$stderr" ''; else has "$output$stderr" "$2"; fi
}

@test "--on-change tells drift once, and its end, with the exit status of each run" {
	told 0
	drift
	told 2 record-missing
	told 2
	told 2
	mended
	told 0 dc1.lime.lan
	told 0
	equal "$(on adm stat -c %a $TMP/state)" 700
}

@test "--on-change tells an error once" {
	site
	run -0 check -f $SITE --on-change
	adm "mv $SITE $SITE.away"
	run -3 --separate-stderr check -f $SITE --on-change
	says_error $SITE
	run -3 --separate-stderr check -f $SITE --on-change
	equal "$output$stderr" ''
}

@test "--on-change hides nothing where it cannot keep its state" {
	drift
	for _ in 1 2; do
		run -2 --separate-stderr on adm env STATE_DIRECTORY=/proc/none "$HALB_DNS" $CHECK $PIN --on-change
		has "$output" record-missing
		has "$stderr" 'warning: --on-change'
	done
}

@test "runs at once, and beside one that is stuck, see the same" {
	drift
	told 2 record-missing
	mended
	adm "for n in 1 2 3 4; do
		(STATE_DIRECTORY=$TMP/state $HALB_DNS $CHECK $PIN --on-change > $TMP/out.\$n 2>&1
		echo \$? > $TMP/status.\$n) &
		(timeout 30 $HALB_DNS $CHECK $PIN --format prometheus -o $TMP/halb.prom
		echo \$? > $TMP/status.p\$n) &
	done; wait"
	equal "$(adm "cat $TMP/status.* | sort -u")" 0
	has "$(adm "cat $TMP/out.*")" dc1.lime.lan
	taken_by_promtool
	told 0
	drift
	adm "(flock 9; touch $TMP/held; exec sleep 600) 9> \$(ls $TMP/state/*.lock) > /dev/null 2>&1 &
		echo \$! > $TMP/flock.pid; until [ -e $TMP/held ]; do sleep 0.05; done"
	told 2 record-missing
	told 2 record-missing
}

# A minute of this cron is two seconds; what it starts has the real clock.
cron() {
	put /usr/sbin/sendmail <<-END
		#!/bin/sh
		cat >> $TMP/mail
	END
	adm "chmod 755 /usr/sbin/sendmail
		sed 's|^MAILTO=.*|&\nSTATE_DIRECTORY=$TMP/state|; s|[*]/5|*|
			s|[^ ]*/halb-dns \(.*\)|$(adm "command -v $HALB_DNS") \1 $PIN; echo \$? >> $TMP/statuses|' \
			$EXAMPLE > /etc/cron.d/halb-dns-check
		ln -s /run/crond.pid $TMP/cron.pid
		faketime -f '+0 x30' cron -f > /dev/null 2>&1 &"
}

# runs N STATUS: that many of cron's runs ended so
runs() {
	[ "$(adm "grep -cx $2 $TMP/statuses 2> /dev/null")" -ge "$1" ]
}

@test "cron runs the example, and mails what has changed, once" {
	cron
	wait_for 20 runs 2 0
	on adm test ! -e $TMP/mail
	drift
	wait_for 20 runs 3 2
	has "$(on adm cat $TMP/mail)" record-missing
	has "$(on adm cat $TMP/mail)" 'To: root'
	equal "$(adm "grep -c '^Subject:' $TMP/mail")" 1
}
