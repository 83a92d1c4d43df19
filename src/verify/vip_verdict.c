/* SPDX-License-Identifier: Apache-2.0 */
/* States of vIPs to findings: the ports, their certificates, the holder, the hosts behind. */
#include "verify_priv.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "halb/base/deadline.h"

/* Who is silent for less may be well: the whole had too little time. */
#define TIMEOUT_LEAST (250 * HALB_MSEC)

#define RENEW_DAYS 14
#define DAY        86400

static struct draft draft_of(const struct halb_vip_state *vip, enum halb_code code,
			     enum halb_severity severity)
{
	return (struct draft){ .finding = { .code = code,
					    .severity = severity,
					    .balancer = vip->balancer->name } };
}

static void put_endpoint(struct draft *d, const struct halb_addr *address, uint16_t port)
{
	char text[ENDPOINT_TEXT];

	halb_buf_text(&d->object, halb_endpoint_format(address, port, text));
}

static const char *name_of(const struct run *run, const struct halb_vip_state *vip)
{
	return run->vips[vip - run->out.vips].names[0];
}

static const char *why(const struct halb_layer *layer)
{
	return layer->text[0] ? layer->text : "not probed: the time was over";
}

/* Whether the layer was given too little time to tell. */
static bool is_cut_short(const struct run *run, const struct halb_layer *layer)
{
	return layer->state == HALB_LAYER_SKIPPED ||
	       (layer->state == HALB_LAYER_TIMEOUT && run->timeout < TIMEOUT_LEAST);
}

/* ---- ports ---- */

static void judge_connect(const struct halb_vip_state *vip, struct draft *d)
{
	const struct halb_layer *tcp = &vip->result.tcp;
	char address[HALB_ADDR_TEXT];

	halb_addr_format(&vip->balancer->vip, address);
	if (tcp->state == HALB_LAYER_REFUSED) {
		d->finding.code = HALB_CODE_VIP_REFUSED;
		halb_buf_printf(&d->hint,
				"nobody listens on %s: systemctl status haproxy on the "
				"host that holds the vIP",
				halb_buf_string(&d->object));
		return;
	}
	d->finding.code = HALB_CODE_VIP_TIMEOUT;
	halb_buf_printf(&d->hint,
			"no host holds the vIP, or a firewall drops it: ip addr show | "
			"grep %s on each",
			address);
}

/* What is expected of the layer that failed, of the vIP or of a host. */
static void put_expected(const struct run *run, const struct halb_vip_state *vip,
			 const struct halb_probe_result *result, const struct halb_layer *layer,
			 struct halb_buf *out)
{
	if (layer == &result->tcp)
		halb_buf_text(out, "TCP answers");
	else if (layer == &result->tls)
		halb_buf_printf(out, "a TLS handshake as %s", name_of(run, vip));
	else
		halb_buf_printf(out, "2xx to GET %s", vip->spec->http);
}

/* The command that shows what failed above TCP. */
static void put_command(const struct run *run, const struct halb_vip_state *vip, bool tls,
			const char *at, struct halb_buf *out)
{
	const char *host = name_of(run, vip);

	if (tls) {
		halb_buf_printf(out, "openssl s_client -connect %s -servername %s", at, host);
		if (vip->spec->ca_file)
			halb_buf_printf(out, " -CAfile %s", vip->spec->ca_file);
		return;
	}
	halb_buf_printf(out, "curl -v --connect-to ::%s http%s://%s:%u%s", at,
			vip->spec->tls ? "s" : "", host, vip->spec->port, vip->spec->http);
}

static void judge_service(const struct run *run, const struct halb_vip_state *vip,
			  const struct halb_layer *layer, struct draft *d)
{
	bool tls = layer == &vip->result.tls;

	d->finding.code = tls ? HALB_CODE_TLS_FAILED : HALB_CODE_HTTP_FAILED;
	if (!tls)
		halb_buf_text(&d->hint, "HAProxy answers, the service behind it does not: are its "
					"servers up? ");
	put_command(run, vip, tls, halb_buf_string(&d->object), &d->hint);
}

static enum halb_status judge_port(struct run *run, const struct halb_vip_state *vip,
				   struct halb_error *err)
{
	const struct halb_layer *layer = halb_probe_failure(vip->spec, &vip->result);
	struct draft d = draft_of(vip, HALB_CODE_VIP_TIMEOUT, HALB_SEV_CRITICAL);

	if (!layer)
		return HALB_OK;
	put_endpoint(&d, &vip->balancer->vip, vip->spec->port);
	put_expected(run, vip, &vip->result, layer, &d.expected);
	if (layer == &vip->result.tcp)
		judge_connect(vip, &d);
	else
		judge_service(run, vip, layer, &d);
	if (is_cut_short(run, layer))
		d.finding.severity = HALB_SEV_UNKNOWN;
	halb_buf_text(&d.actual, why(layer));
	return halb_draft_submit(run, &d, err);
}

/* ---- certificates ---- */

static bool is_certified(const struct halb_probe_result *result)
{
	return result->tls.state == HALB_LAYER_OK && result->certificate.seen;
}

/* Where it is checked, curl has refused a wrong name already. */
static enum halb_status judge_names(struct run *run, const struct halb_vip_state *vip,
				    struct halb_error *err)
{
	const struct halb_certificate *certificate = &vip->result.certificate;
	struct draft d = draft_of(vip, HALB_CODE_TLS_FAILED, HALB_SEV_WARNING);

	if (vip->spec->ca_file || !is_certified(&vip->result) || certificate->fits)
		return HALB_OK;
	put_endpoint(&d, &vip->balancer->vip, vip->spec->port);
	halb_buf_printf(&d.expected, "a certificate for %s", name_of(run, vip));
	halb_buf_printf(&d.actual, "one for %s",
			certificate->names[0] ? certificate->names : "no host");
	halb_buf_text(&d.hint, "clients that check it will refuse it: it needs the name as a "
			       "subjectAltName (kubeadm: apiServer.certSANs)");
	return halb_draft_submit(run, &d, err);
}

/* Of the certificates that the vIP and the hosts showed, the one that expires first: the servers
 * behind one port may have one each. `host` is NULL where it is the vIP's. */
static const struct halb_certificate *first_to_end(const struct halb_vip_state *vip,
						   const char **host)
{
	const struct halb_certificate *first = NULL;

	*host = NULL;
	if (is_certified(&vip->result))
		first = &vip->result.certificate;
	for (size_t i = 0; i < vip->n_hosts; i++) {
		const struct halb_probe_result *result = &vip->hosts[i].result;

		if (!is_certified(result) || (first && first->ends <= result->certificate.ends))
			continue;
		first = &result->certificate;
		*host = vip->hosts[i].host->name;
	}
	return first;
}

static enum halb_status judge_expiry(struct run *run, const struct halb_vip_state *vip,
				     struct halb_error *err)
{
	const char *host;
	const struct halb_certificate *first = first_to_end(vip, &host);
	struct draft d = draft_of(vip, HALB_CODE_TLS_FAILED, HALB_SEV_WARNING);
	char day[32] = "";
	struct tm tm;

	if (!first || first->ends - time(NULL) >= RENEW_DAYS * DAY)
		return HALB_OK;
	if (gmtime_r(&first->ends, &tm))
		strftime(day, sizeof day, "%Y-%m-%d %H:%M:%SZ", &tm);
	put_endpoint(&d, &vip->balancer->vip, vip->spec->port);
	d.finding.server = (char *)(uintptr_t)host;
	halb_buf_printf(&d.expected, "a certificate that is good for %d days", RENEW_DAYS);
	halb_buf_printf(&d.actual, "it expires on %s", day);
	halb_buf_printf(&d.hint,
			"renew it on the servers behind port %u, before clients refuse it "
			"(kubeadm certs renew all)",
			vip->spec->port);
	return halb_draft_submit(run, &d, err);
}

/* ---- the holder ---- */

static int compare_macs(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct halb_mac));
}

/* In an order that does not depend on who answered first: the same state is told the same way. */
static void put_holders(const struct run *run, const struct halb_vip_state *vip,
			const struct halb_sight *sight, struct halb_buf *out)
{
	struct halb_mac macs[HALB_SIGHT_MACS];
	char text[HALB_MAC_TEXT];

	memcpy(macs, sight->macs, sizeof macs);
	qsort(macs, sight->n_macs, sizeof *macs, compare_macs);
	if (sight->local)
		halb_buf_printf(out, "this machine%s%s%s", vip->holder.host ? " (" : "",
				vip->holder.host ? vip->holder.host->name : "",
				vip->holder.host ? ")" : "");
	for (size_t i = 0; i < sight->n_macs; i++) {
		const struct halb_stack_host *host = halb_holders_host(run, &macs[i]);

		halb_mac_format(&macs[i], text);
		halb_buf_printf(out, "%s%s", i || sight->local ? " and " : "",
				host ? host->name : text);
		if (host)
			halb_buf_printf(out, " (%s)", text);
	}
}

static enum halb_status judge_split(struct run *run, const struct halb_vip_state *vip,
				    const struct halb_sight *sight, struct halb_error *err)
{
	struct draft d = draft_of(vip, HALB_CODE_SPLIT_BRAIN, HALB_SEV_CRITICAL);
	char address[HALB_ADDR_TEXT];

	halb_buf_text(&d.object, halb_addr_format(&vip->balancer->vip, address));
	halb_buf_text(&d.expected, "one host answers ARP");
	put_holders(run, vip, sight, &d.actual);
	halb_buf_printf(&d.hint,
			"systemctl status keepalived on each: where it died, ip addr flush to %s "
			"and start it; where all run, they do not hear each other's adverts",
			address);
	return halb_draft_submit(run, &d, err);
}

static bool is_virtual(const struct halb_balancer *b, const struct halb_mac *mac)
{
	return halb_mac_is_vrrp(mac) || (b->has_mac && halb_mac_equal(&b->mac, mac));
}

/* The names differ, or nobody says one: neither makes clients fail. */
static void describe_routed(const struct run *run, const struct halb_vip_state *vip,
			    struct draft *d)
{
	const char *said = halb_identity_said(run, (size_t)(vip - run->out.vips));
	char text[ENDPOINT_TEXT];

	d->finding.severity = HALB_SEV_OK;
	halb_buf_text(&d->actual, "a router is in between");
	if (*said) {
		halb_buf_printf(&d->actual, ", and HAProxy says that it is on %s", said);
		halb_buf_text(&d->hint, "the names in stack.hosts are to be those that 'uname -n' "
					"says on the hosts");
		return;
	}
	halb_endpoint_format(&vip->balancer->vip, run->site->stack.identity_port, text);
	halb_buf_printf(&d->hint,
			"HAProxy should say at %s which host it is ('halb-dns render' has it do "
			"so); else only a machine on the vIP's own network sees it",
			text);
}

/* There is an answer, and none of the hosts is known to have given it. */
static void describe_unknown(const struct run *run, const struct halb_vip_state *vip,
			     const struct halb_sight *sight, struct draft *d)
{
	const struct halb_stack_host *unseen = halb_holders_unseen(run);
	char text[HALB_MAC_TEXT];

	if (sight->local) {
		halb_buf_text(&d->actual, "this machine has it, which is none of them");
	} else if (!sight->on_link) {
		describe_routed(run, vip, d);
		return;
	} else if (!sight->n_macs) {
		halb_buf_text(&d->actual, "no MAC in the neighbour table");
	} else if (is_virtual(vip->balancer, &sight->macs[0])) {
		d->finding.severity = HALB_SEV_OK;
		halb_buf_printf(&d->actual, "%s", halb_mac_format(&sight->macs[0], text));
		halb_buf_text(&d->hint, "a virtual MAC moves with the vIP and does not tell the "
					"host: ip addr show on each");
		return;
	} else {
		if (!unseen)
			d->finding.code = HALB_CODE_ADDRESS_TAKEN;
		halb_buf_printf(&d->actual, "%s", halb_mac_format(&sight->macs[0], text));
	}
	if (unseen)
		halb_buf_printf(&d->hint, "the MAC of %s was not seen, it may be that one", unseen->name);
	else
		halb_buf_text(&d->hint, "clients reach a machine outside the stack: find it, and "
					"take the address away from it, or put it into stack.hosts");
}

/* One verdict for all ports of the vIP. A holder is looked for where there is a stack that it could
 * be one of, and missed only where something answers. */
static enum halb_status judge_holder(struct run *run, const struct halb_vip_state *vip,
				     struct halb_error *err)
{
	const struct halb_sight *sight = halb_holders_sight(run, (size_t)(vip - run->out.vips));
	struct draft d = draft_of(vip, HALB_CODE_HOLDER_UNKNOWN, HALB_SEV_WARNING);
	char address[HALB_ADDR_TEXT];

	if (vip > run->out.vips && vip[-1].balancer == vip->balancer)
		return HALB_OK;
	if (vip->holder.sole == HALB_SEEN_NO)
		return judge_split(run, vip, sight, err);
	if (!vip->n_hosts || !sight->answers || vip->holder.host)
		return HALB_OK;
	halb_buf_text(&d.object, halb_addr_format(&vip->balancer->vip, address));
	halb_buf_text(&d.expected, "one of the stack's hosts");
	describe_unknown(run, vip, sight, &d);
	return halb_draft_submit(run, &d, err);
}

/* ---- the hosts ---- */

static bool is_refused(const struct halb_host_state *state)
{
	return state->result.tcp.state == HALB_LAYER_REFUSED;
}

/*
 * Whether HAProxy listens on the vIP's address alone (net.ipv4.ip_nonlocal_bind): the vIP is well,
 * and whoever has it refuses at its own address. Then no host's own address tells anything.
 */
static bool hides_behind_vip(const struct halb_vip_state *vip)
{
	bool any = false;

	for (size_t i = 0; vip->right && i < vip->n_hosts; i++) {
		if (vip->hosts[i].host == vip->holder.host)
			return is_refused(&vip->hosts[i]);
		if (vip->hosts[i].result.tcp.state == HALB_LAYER_OK && !vip->holder.host)
			return false;
		any |= is_refused(&vip->hosts[i]);
	}
	return any && !vip->holder.host;
}

static enum halb_status tell_hidden(struct run *run, const struct halb_vip_state *vip,
				    struct halb_error *err)
{
	struct draft d = draft_of(vip, HALB_CODE_HOST_NOT_READY, HALB_SEV_OK);

	put_endpoint(&d, &vip->balancer->vip, vip->spec->port);
	halb_buf_text(&d.expected, "an answer at each host's own address, too");
	halb_buf_text(&d.actual, "HAProxy listens on the vIP alone");
	halb_buf_printf(&d.hint,
			"so nobody sees whether the next failover would work; bind *:%u shows it",
			vip->spec->port);
	return halb_draft_submit(run, &d, err);
}

static void put_host_hint(const struct run *run, const struct halb_vip_state *vip,
			  const struct halb_host_state *state, const struct halb_layer *layer,
			  struct draft *d)
{
	const char *host = state->host->name;
	char address[HALB_ADDR_TEXT];

	halb_addr_format(&state->host->address, address);
	halb_buf_printf(&d->hint, "a failover to %s would fail: ", host);
	if (layer != &state->result.tcp)
		put_command(run, vip, layer == &state->result.tls, halb_buf_string(&d->object),
			    &d->hint);
	else if (is_refused(state))
		halb_buf_text(&d->hint, "systemctl status haproxy there");
	else
		halb_buf_printf(&d->hint, "is it up, or does a firewall drop it? ping %s", address);
}

/* Silent on every port: said once, of the host. */
static bool is_dead(const struct run *run, size_t host)
{
	bool dead = run->out.n_vips > 1;

	for (size_t i = 0; dead && i < run->out.n_vips; i++)
		dead = !halb_probe_answered(&run->out.vips[i].hosts[host].result);
	return dead;
}

static enum halb_status judge_host(struct run *run, const struct halb_vip_state *vip, size_t i,
				   bool hidden, struct halb_error *err)
{
	const struct halb_host_state *state = &vip->hosts[i];
	const struct halb_layer *layer = halb_probe_failure(vip->spec, &state->result);
	struct draft d = draft_of(vip, HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING);
	char address[HALB_ADDR_TEXT];
	bool dead;

	if (!layer || (hidden && is_refused(state)))
		return HALB_OK;
	dead = is_dead(run, i);
	if (dead && vip != run->out.vips)
		return HALB_OK;
	if (is_cut_short(run, layer))
		d.finding.severity = HALB_SEV_UNKNOWN;
	d.finding.server = state->host->name;
	if (dead)
		halb_buf_text(&d.object, halb_addr_format(&state->host->address, address));
	else
		put_endpoint(&d, &state->host->address, vip->spec->port);
	put_expected(run, vip, &state->result, layer, &d.expected);
	halb_buf_text(&d.actual, why(layer));
	put_host_hint(run, vip, state, layer, &d);
	return halb_draft_submit(run, &d, err);
}

static enum halb_status judge_hosts(struct run *run, const struct halb_vip_state *vip,
				    struct halb_error *err)
{
	bool hidden = hides_behind_vip(vip);
	enum halb_status st = hidden ? tell_hidden(run, vip, err) : HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < vip->n_hosts; i++)
		st = judge_host(run, vip, i, hidden, err);
	return st;
}

enum halb_status halb_vip_verdict(struct run *run, struct halb_error *err)
{
	static enum halb_status (*const judges[])(struct run *, const struct halb_vip_state *,
						  struct halb_error *) = {
		judge_port, judge_names, judge_expiry, judge_holder, judge_hosts,
	};
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < run->out.n_vips; i++)
		for (size_t k = 0; st == HALB_OK && k < sizeof judges / sizeof judges[0]; k++)
			st = judges[k](run, &run->out.vips[i], err);
	return st;
}
