/* flood.c - small frames onto an interface: paced, seeded, with an end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* sendmmsg */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "wire/number.h"
#include "wire/random.h"
#ifdef __linux__
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/socket.h>

enum {
	FRAMES = 1024, /* made once, sent over and over */
	LEAST_FRAME = 60,
	MOST_FRAME = 100,
	ETHERNET_LEN = 14,
	IP_LEN = 20,
	BATCH = 32, /* frames of one system call */
	MAX_SECONDS = 60,
	MAX_RATE = 100000000,
};

struct flood {
	int fd;
	uint64_t rate;    /* frames a second; 0: as fast as it goes */
	uint64_t seconds; /* then it ends, however many were sent */
	uint64_t sent, refused;
	uint8_t frame[FRAMES][MOST_FRAME];
	size_t len[FRAMES];
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned ip_checksum(const uint8_t *ip)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < IP_LEN; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* UDP between addresses for examples, to nobody's MAC: no stack answers. */
static size_t make_frame(uint8_t *out, struct random *random)
{
	static const uint8_t head[] = {0x02, 0, 0, 0, 0, 0xfe, 0x02, 0, 0, 0, 0,
	    0x01, 0x08, 0x00, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0,
	    2, 1, 192, 0, 2, 2};
	size_t len =
	    LEAST_FRAME + random_below(random, MOST_FRAME - LEAST_FRAME + 1);
	uint8_t *ip = out + ETHERNET_LEN, *udp = ip + IP_LEN;

	memcpy(out, head, sizeof(head));
	put16(ip + 2, (unsigned)(len - ETHERNET_LEN));
	put16(ip + 10, ip_checksum(ip));
	put16(udp, 1024 + random_below(random, 60000));
	put16(udp + 2, 12345);
	put16(udp + 4, (unsigned)(len - ETHERNET_LEN - IP_LEN));
	for (uint8_t *at = udp + 8; at < out + len; at++)
		*at = (uint8_t)random_below(random, 256);
	return len;
}

/* No queue between the sender and the interface: what is sent arrives. */
static int open_socket(const char *interface)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
	    .sll_ifindex = (int)if_nametoindex(interface)};
	int on = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (to.sll_ifindex == 0)
		err(EXIT_FAILURE, "%s", interface);
	if (fd == -1 ||
	    bind(fd, (struct sockaddr *)(void *)&to, sizeof(to)) == -1 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)))
		err(EXIT_FAILURE, "%s", interface);
	return fd;
}

/* The next frames, up to BATCH; what the system refuses is not tried again. */
static void send_some(struct flood *flood, unsigned count)
{
	struct mmsghdr message[BATCH];
	struct iovec part[BATCH];

	memset(message, 0, sizeof(message));
	for (unsigned i = 0; i < count; i++) {
		size_t which = (flood->sent + flood->refused + i) % FRAMES;

		part[i].iov_base = flood->frame[which];
		part[i].iov_len = flood->len[which];
		message[i].msg_hdr.msg_iov = &part[i];
		message[i].msg_hdr.msg_iovlen = 1;
	}
	int sent = sendmmsg(flood->fd, message, count, 0);
	if (sent > 0)
		flood->sent += (unsigned)sent;
	else if (errno == ENOBUFS || errno == EAGAIN)
		flood->refused++;
	else if (errno != EINTR)
		err(EXIT_FAILURE, "sendmmsg");
}

/* Frames due by now; what came late, be it by the scheduler, is caught up. */
static uint64_t due(const struct flood *flood, uint64_t passed_ns)
{
	uint64_t all = flood->rate * flood->seconds;
	uint64_t now =
	    (uint64_t)((double)flood->rate * (double)passed_ns / 1e9);

	if (flood->rate == 0)
		return UINT64_MAX;
	return now < all ? now : all;
}

static void run(struct flood *flood)
{
	uint64_t began = now_ns(), passed = 0;
	uint64_t end = flood->seconds * 1000000000;
	/* Half a batch's time, but no longer than a millisecond. */
	long pause =
	    flood->rate == 0 ? 0 : (long)(BATCH * 5e8 / (double)flood->rate);
	struct timespec step = {.tv_nsec = pause < 1000000 ? pause : 1000000};

	for (; passed < end; passed = now_ns() - began) {
		uint64_t left =
		    due(flood, passed) - flood->sent - flood->refused;

		if (left > 0)
			send_some(flood, left < BATCH ? (unsigned)left : BATCH);
		else
			nanosleep(&step, NULL);
	}
	printf("%" PRIu64 " %" PRIu64 " %.3f\n", flood->sent, flood->refused,
	    (double)passed / 1e9);
}

int main(int argc, char *argv[])
{
	struct flood *flood = calloc(1, sizeof(*flood));
	uint64_t seed = 1;

	if (flood == NULL)
		err(EXIT_FAILURE, "memory");
	if (argc < 4 || argc > 5 ||
	    !number_parse(argv[2], 0, MAX_RATE, &flood->rate) ||
	    !number_parse(argv[3], 1, MAX_SECONDS, &flood->seconds) ||
	    (argc == 5 && !number_parse(argv[4], 0, UINT64_MAX, &seed)))
		errx(2, "usage: flood INTERFACE RATE SECONDS [SEED]");
	struct random random = {seed};
	for (size_t i = 0; i < FRAMES; i++)
		flood->len[i] = make_frame(flood->frame[i], &random);
	/* Sleep as short as asked, not up to 50 us longer. */
	prctl(PR_SET_TIMERSLACK, 1);
	flood->fd = open_socket(argv[1]);
	run(flood);
	close(flood->fd);
	free(flood);
	return EXIT_SUCCESS;
}

#else

int main(void)
{
	errx(EXIT_FAILURE, "not supported here: Linux only");
}

#endif
