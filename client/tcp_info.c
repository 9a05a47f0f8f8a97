/* tcp_info.c - one connection's counters, from Linux. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/meter.h"

#ifdef __linux__
#include <fcntl.h>
#include <linux/tcp.h> /* newer than the C library's */
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes of headers and options, as Linux lays them out. */
enum {
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	TCP_LEN = 20,
	MSS_LEN = 4,
	TIMESTAMPS_LEN = 12,    /* two of padding; SACK permitted hides in it */
	SACK_PERMITTED_LEN = 4, /* alone, with its padding */
	WINDOW_SCALE_LEN = 4,   /* one of padding */
	COOKIE_LEN = 12,        /* of TCP fast open: 8, 2 and padding */
	COOKIE_REQUEST_LEN = 4,
};

/* enum tcp_state is the kernel's secret; ss(8) prints these. */
enum {
	STATE_FIN_WAIT1 = 4,
	STATE_FIN_WAIT2 = 5,
	STATE_CLOSE = 7,
	STATE_CLOSE_WAIT = 8,
};

/* tcpi_fastopen_client_fail */
enum { COOKIE_UNAVAILABLE = 1 };

/* Does this machine offer the option in its SYN? */
static bool is_offered(const char *setting)
{
	char value = '1';
	int fd = open(setting, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return true;
	if (read(fd, &value, 1) != 1)
		value = '1';
	close(fd);
	return value != '0';
}

static unsigned syn_options(bool timestamps, bool sack, bool scale)
{
	unsigned len = MSS_LEN;

	if (timestamps)
		len += TIMESTAMPS_LEN;
	else if (sack)
		len += SACK_PERMITTED_LEN;
	return len + (scale ? WINDOW_SCALE_LEN : 0);
}

/*
 * What our SYN carried: what both agreed on, and what was offered in vain.
 * The settings are only asked where they matter.
 */
static unsigned own_syn_options(const struct tcp_info *info)
{
	unsigned agreed = info->tcpi_options;
	bool timestamps = agreed & TCPI_OPT_TIMESTAMPS ||
			  is_offered("/proc/sys/net/ipv4/tcp_timestamps");
	bool sack = agreed & TCPI_OPT_SACK || timestamps ||
		    is_offered("/proc/sys/net/ipv4/tcp_sack");
	bool scale = agreed & TCPI_OPT_WSCALE ||
		     is_offered("/proc/sys/net/ipv4/tcp_window_scaling");
	unsigned len = syn_options(timestamps, sack, scale);

	if (agreed & TCPI_OPT_SYN_DATA)
		len += COOKIE_LEN;
	else if (info->tcpi_fastopen_client_fail == COOKIE_UNAVAILABLE)
		len += COOKIE_REQUEST_LEN;
	return len;
}

/* The IP header's size, or 0 if fd is no TCP socket that we know. */
static unsigned ip_len(int fd)
{
	struct sockaddr_in6 own = {.sin6_family = AF_UNSPEC};
	socklen_t len = sizeof own;

	if (getsockname(fd, (struct sockaddr *)&own, &len) != 0)
		return 0;
	if (own.sin6_family == AF_INET)
		return IPV4_LEN;
	if (own.sin6_family != AF_INET6)
		return 0;
	return IN6_IS_ADDR_V4MAPPED(&own.sin6_addr) ? IPV4_LEN : IPV6_LEN;
}

/* Segments that are still to come once fd is closed and nothing is lost. */
static unsigned closing_segments(unsigned state, bool will_reset)
{
	if (state == STATE_CLOSE)
		return 0;
	if (will_reset)
		return 1;
	if (state == STATE_FIN_WAIT1 || state == STATE_FIN_WAIT2)
		return 2; /* their FIN, our ACK */
	if (state == STATE_CLOSE_WAIT)
		return 2; /* our FIN, its ACK */
	return 3;         /* our FIN, theirs with the ACK, our ACK */
}

/* A FIN takes a sequence number, so the kernel counts it as a byte. */
static bool has_fin(int fd, unsigned state, struct meter_end end)
{
	char byte;

	if (state == STATE_CLOSE_WAIT)
		return true;
	return state == STATE_CLOSE && !end.was_reset &&
	       recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/*
 * Did we write to who had closed?  Linux then sends a reset, like to any
 * connection it does not know, and without timestamps; a connection that is
 * broken off keeps them.
 */
static bool was_in_vain(int fd, unsigned state, bool fin_in)
{
	struct pollfd pfd = {.fd = fd};

	return state == STATE_CLOSE && fin_in && poll(&pfd, 1, 0) == 1 &&
	       (pfd.revents & POLLERR) != 0;
}

/* Losses and disorder leave options behind that nobody counts. */
static bool is_inexact(const struct tcp_info *info)
{
	return info->tcpi_total_retrans > 0 || info->tcpi_rcv_ooopack > 0 ||
	       info->tcpi_reord_seen > 0 || info->tcpi_dsack_dups > 0 ||
	       info->tcpi_probes > 0 || info->tcpi_fastopen_client_fail != 0;
}

static void fill(int fd, const struct tcp_info *info, unsigned ip,
    struct meter_end end, struct meter *one)
{
	unsigned agreed = info->tcpi_options;
	bool timestamps = agreed & TCPI_OPT_TIMESTAMPS;
	unsigned plain = ip + TCP_LEN + (timestamps ? TIMESTAMPS_LEN : 0);
	unsigned syn = ip + TCP_LEN + own_syn_options(info);
	unsigned syn_ack = ip + TCP_LEN +
			   syn_options(timestamps, agreed & TCPI_OPT_SACK,
			       agreed & TCPI_OPT_WSCALE);
	bool fin_in = has_fin(fd, info->tcpi_state, end);
	unsigned closing = closing_segments(info->tcpi_state, end.will_reset);

	*one = (struct meter){
	    .connections = 1,
	    .segments_out = info->tcpi_segs_out,
	    .segments_in = info->tcpi_segs_in,
	    .payload_out = info->tcpi_bytes_sent - info->tcpi_bytes_retrans,
	    .payload_in = info->tcpi_bytes_received - fin_in,
	    .repeated_out = info->tcpi_bytes_retrans,
	    .closing_segments = closing,
	    .closing_bytes = closing * (uint64_t)plain,
	    .inexact = is_inexact(info),
	};
	if (one->segments_out > 0)
		one->header_out = syn + (one->segments_out - 1) * plain;
	if (one->segments_in > 0)
		one->header_in = syn_ack + (one->segments_in - 1) * plain;
	if (timestamps && was_in_vain(fd, info->tcpi_state, fin_in))
		one->header_in -= TIMESTAMPS_LEN;
}

bool meter_is_supported(void)
{
	return true;
}

bool meter_read(int fd, struct meter_end end, struct meter *one)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof info;
	unsigned ip = ip_len(fd);

	*one = (struct meter){.unread = 1};
	if (ip == 0 ||
	    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
	    len < offsetof(struct tcp_info, tcpi_bytes_retrans) +
		      sizeof info.tcpi_bytes_retrans)
		return false; /* Linux before 4.19 lacks what we need */
	fill(fd, &info, ip, end, one);
	return true;
}

#else /* not Linux */

bool meter_is_supported(void)
{
	return false;
}

bool meter_read(int fd, struct meter_end end, struct meter *one)
{
	(void)fd;
	(void)end;
	*one = (struct meter){.unread = 1};
	return false;
}

#endif
