/* live.c - frames from a network interface, by libpcap. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/live.h"
#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/source/dlt.h"
#ifdef __linux__
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#endif

enum {
	TAKE_MAX = 4096, /* frames in one live_take */
};

struct live {
	pcap_t *pcap;
	char interface[64];
	bool is_nano;
	uint16_t link_type;
	live_function *take; /* during live_take */
	void *arg;
	struct live_counts counts;
	struct pcap_stat seen; /* of counts */
};

/* libpcap's first choice; false if there is none. */
static bool choose_interface(char *name, size_t len, char *reason)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_if_t *all = NULL;
	bool is_found = pcap_findalldevs(&all, why) == 0 && all != NULL;

	if (is_found)
		snprintf(name, len, "%s", all->name);
	else
		snprintf(reason, LIVE_REASON_LEN, "no interface to capture on");
	pcap_freealldevs(all);
	return is_found;
}

static enum live_result set_filter(struct live *live, const char *filter,
    char *reason)
{
	struct bpf_program program;

	if (filter == NULL)
		return LIVE_OK;
	bool is_compiled = pcap_compile(live->pcap, &program, filter, 1,
			       PCAP_NETMASK_UNKNOWN) == 0;
	if (is_compiled) {
		bool is_set = pcap_setfilter(live->pcap, &program) == 0;

		pcap_freecode(&program);
		if (is_set)
			return LIVE_OK;
	}
	snprintf(reason, LIVE_REASON_LEN, "filter '%s': %s", filter,
	    pcap_geterr(live->pcap));
	return is_compiled ? LIVE_FAILED : LIVE_BAD_FILTER;
}

/*
 * Linux shows each loopback frame twice, leaving and arriving, and libpcap
 * throws the first away.  Not asking for it halves the work and makes the
 * kernel's counts those of the frames.
 */
static void ignore_outgoing_loopback(const struct live *live)
{
#ifdef PACKET_IGNORE_OUTGOING
	int on = 1;

	if (strcmp(live->interface, "lo") == 0)
		(void)setsockopt(pcap_fileno(live->pcap), SOL_PACKET,
		    PACKET_IGNORE_OUTGOING, &on, sizeof(on));
#else
	(void)live;
#endif
}

/* After a reason: the interfaces that are up, for who mistyped one. */
static void list_interfaces(char *reason)
{
	char why[PCAP_ERRBUF_SIZE];
	const char *before = "; there are: ";
	pcap_if_t *all = NULL;

	if (pcap_findalldevs(&all, why) != 0)
		return;
	for (const pcap_if_t *one = all; one != NULL; one = one->next) {
		size_t len = strlen(reason);

		if (!(one->flags & PCAP_IF_UP) ||
		    len + strlen(before) + strlen(one->name) >= LIVE_REASON_LEN)
			continue;
		snprintf(reason + len, LIVE_REASON_LEN - len, "%s%s", before,
		    one->name);
		before = ", ";
	}
	pcap_freealldevs(all);
}

/* libpcap's words, once, and what to do where a right is missing. */
static void explain(const struct live *live, int status, char *reason)
{
	const char *kind = pcap_statustostr(status);
	const char *detail = pcap_geterr(live->pcap);
	bool is_more = detail[0] != '\0' && strstr(detail, kind) == NULL;

	snprintf(reason, LIVE_REASON_LEN, "%s: %s%s%s%s", live->interface,
	    is_more             ? kind
	    : detail[0] != '\0' ? detail
				: kind,
	    is_more ? ": " : "", is_more ? detail : "",
	    status == PCAP_ERROR_PERM_DENIED
		? "; use sudo, or 'sudo setcap cap_net_raw+ep' on wiretoll, or "
		  "capture a command with --private"
		: "");
	if (status == PCAP_ERROR_NO_SUCH_DEVICE)
		list_interfaces(reason);
}

static bool activate(struct live *live, unsigned buffer_mib, char *reason)
{
	pcap_t *pcap = live->pcap;
	char why[PCAP_ERRBUF_SIZE];

	pcap_set_snaplen(pcap, LIVE_SNAP_LEN);
	pcap_set_promisc(pcap, 1);
	pcap_set_timeout(pcap, LIVE_DELAY_MS);
	pcap_set_buffer_size(pcap,
	    (int)(buffer_mib > 0 ? buffer_mib : LIVE_BUFFER_MIB) << 20);
	live->is_nano =
	    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
	int status = pcap_activate(pcap);
	if (status < 0) {
		explain(live, status, reason);
		return false;
	}
	ignore_outgoing_loopback(live);
	fcntl(pcap_fileno(pcap), F_SETFD, FD_CLOEXEC);
	if (pcap_setnonblock(pcap, 1, why) != 0) {
		snprintf(reason, LIVE_REASON_LEN, "%s: %s", live->interface,
		    why);
		return false;
	}
	live->link_type = dlt_to_link_type(pcap_datalink(pcap));
	return true;
}

static enum live_result begin(struct live *live, const struct live_plan *plan,
    char *reason)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	live->pcap = pcap_create(live->interface, why);
	if (live->pcap == NULL) {
		snprintf(reason, LIVE_REASON_LEN, "%s: %s", live->interface,
		    why);
		return LIVE_FAILED;
	}
	return activate(live, plan->buffer_mib, reason)
		   ? set_filter(live, plan->filter, reason)
		   : LIVE_FAILED;
}

enum live_result live_open(const struct live_plan *plan, struct live **out,
    char reason[LIVE_REASON_LEN])
{
	const char *interface = plan->interface;
	enum live_result result = LIVE_FAILED;
	struct live *live = calloc(1, sizeof(*live));

	if (live == NULL) {
		snprintf(reason, LIVE_REASON_LEN, "no memory");
		return LIVE_FAILED;
	}
	if (interface != NULL)
		snprintf(live->interface, sizeof(live->interface), "%s",
		    interface);
	if (interface != NULL ||
	    choose_interface(live->interface, sizeof(live->interface), reason))
		result = begin(live, plan, reason);
	if (result == LIVE_OK)
		*out = live;
	else
		live_close(live);
	return result;
}

void live_close(struct live *live)
{
	if (live->pcap != NULL)
		pcap_close(live->pcap);
	free(live);
}

/*
 * By a filter that passes nothing.  Not by pcap_setfilter: libpcap would apply
 * it to the frames that wait, too.
 */
void live_stop(const struct live *live)
{
#ifdef __linux__
	struct sock_filter nothing = {.code = BPF_RET | BPF_K, .k = 0};
	struct sock_fprog program = {.len = 1, .filter = &nothing};

	(void)setsockopt(pcap_fileno(live->pcap), SOL_SOCKET, SO_ATTACH_FILTER,
	    &program, sizeof(program));
#else
	(void)live;
#endif
}

const char *live_interface(const struct live *live)
{
	return live->interface;
}

uint16_t live_link_type(const struct live *live)
{
	return live->link_type;
}

bool live_wait(const struct live *live, int timeout_ms)
{
	struct pollfd ready = {.fd = pcap_get_selectable_fd(live->pcap),
	    .events = POLLIN};

	return poll(&ready, 1, timeout_ms) >= 0;
}

static void hand_over(uint8_t *user, const struct pcap_pkthdr *header,
    const uint8_t *data)
{
	struct live *live = (struct live *)(void *)user;
	uint64_t fraction = (uint64_t)header->ts.tv_usec;
	struct frame frame = {
	    .data = data,
	    .captured = header->caplen,
	    .length = header->len,
	    .time_ns = (uint64_t)header->ts.tv_sec * 1000000000 +
		       fraction * (live->is_nano ? 1 : 1000),
	    .link_type = live->link_type,
	};

	live->take(&frame, live->arg);
}

int live_take(struct live *live, live_function *take, void *arg)
{
	live->take = take;
	live->arg = arg;
	int n = pcap_dispatch(live->pcap, TAKE_MAX, hand_over,
	    (uint8_t *)(void *)live);
	return n == PCAP_ERROR_BREAK ? 0 : n;
}

const char *live_failure(struct live *live)
{
	return pcap_geterr(live->pcap);
}

struct live_counts live_counts(struct live *live)
{
	struct live_counts *counts = &live->counts;
	struct pcap_stat *seen = &live->seen, now = {0};

	if (pcap_stats(live->pcap, &now) != 0)
		return *counts;
	/* Unsigned, so right also where one has passed its end. */
	counts->received += now.ps_recv - seen->ps_recv;
	counts->dropped += now.ps_drop - seen->ps_drop;
	counts->dropped += now.ps_ifdrop - seen->ps_ifdrop;
	*seen = now;
	return *counts;
}
