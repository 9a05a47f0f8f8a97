/* generate.c - write a capture for measuring: the same for the same seed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/number.h"
#include "wire/random.h"

enum {
	RECORD_LEN = 16,
	ETHERNET_LEN = 14,
	LEAST_FRAME = 60,
	MAX_FRAME = 1518,
	MAX_LIVE = 2000,
	FIN = 0x01,
	SYN = 0x02,
	PUSH = 0x08,
	ACK = 0x10,
};

/* What a kind of capture is made of. */
struct kind {
	const char *name, *what;
	uint64_t packets;
	uint32_t flows;      /* in the whole capture; 0: each packet is one */
	uint32_t live;       /* at a time */
	uint32_t udp, ipv6;  /* of 100 flows */
	uint32_t timestamps; /* of 100 TCP flows: with the option */
	uint32_t again;      /* of 1000 segments with payload: sent twice */
	bool is_bulk;        /* frames of 64, 594 and 1518 bytes with FCS */
	uint32_t least;      /* packets of a flow; with 5 it has an end */
	uint32_t step_us;    /* from packet to packet */
};

static const struct kind kinds[] = {
    {"small", "a game: 0 to 100 bytes of payload", 5000000, 100000, MAX_LIVE,
	20, 10, 50, 5, false, 1, 10},
    {"mix", "frames of 64, 594 and 1518 bytes, 7 : 4 : 1", 3000000, 20000, 1000,
	20, 10, 50, 5, true, 1, 10},
    {"hostile", "every packet a new flow", 5000000, 0, 1, 0, 10, 0, 0, false, 1,
	10},
    {"long", "short connections, without end", 100000000, 25000000, MAX_LIVE, 0,
	10, 50, 0, false, 5, 100},
};

struct side {
	uint8_t address[16];
	uint16_t port;
	uint32_t seq;
};

struct flow {
	struct side side[2];    /* the client, the server */
	uint32_t sent, packets; /* so far, in all */
	bool is_udp, is_ipv6, has_timestamps;
};

struct generator {
	const struct kind *kind;
	struct random random;
	FILE *out;
	struct flow live[MAX_LIVE];
	uint64_t time_us, packets;
	uint8_t record[RECORD_LEN + MAX_FRAME];
};

static void put16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p + 2, value);
}

static bool chance(struct generator *g, uint32_t of, uint32_t in)
{
	return random_below(&g->random, in) < of;
}

static void begin_flow(struct generator *g, struct flow *flow)
{
	const struct kind *kind = g->kind;
	uint32_t mean =
	    kind->flows == 0 ? 1 : (uint32_t)(kind->packets / kind->flows);

	*flow = (struct flow){
	    .is_udp = chance(g, kind->udp, 100),
	    .is_ipv6 = chance(g, kind->ipv6, 100),
	    .has_timestamps = chance(g, kind->timestamps, 100),
	    .packets = kind->flows == 0
			   ? 1
			   : mean / 2 + random_below(&g->random, mean + 1),
	};
	if (flow->packets < kind->least)
		flow->packets = kind->least;
	for (unsigned i = 0; i < 2; i++) {
		struct side *side = &flow->side[i];
		uint64_t bits = random_next(&g->random);

		memcpy(side->address, &bits, sizeof(bits));
		side->address[0] = 10;
		side->port = (uint16_t)(i == 0 ? 32768 + (bits >> 49) : 7000);
		side->seq = (uint32_t)(bits >> 16);
	}
}

static uint32_t choose_payload(struct generator *g, uint32_t headers)
{
	static const uint32_t bulk[] = {60, 60, 60, 60, 60, 60, 60, 590, 590,
	    590, 590, 1514};

	if (g->kind->flows == 0)
		return 0;
	if (g->kind->is_bulk) {
		uint32_t len = bulk[random_below(&g->random, 12)];

		return len > headers ? len - headers : 0;
	}
	if (chance(g, 1, 2))
		return 0;
	return 1 + random_below(&g->random, chance(g, 1, 4) ? 100 : 32);
}

/* Ethernet and IP, whose payload has len bytes.  Checksums stay 0. */
static uint8_t *write_ip(struct generator *g, const struct flow *flow,
    unsigned from, uint32_t len)
{
	uint8_t *p = g->record + RECORD_LEN;
	const struct side *source = &flow->side[from];
	const struct side *destination = &flow->side[!from];
	uint8_t protocol = flow->is_udp ? 17 : 6;

	memset(p, 0, 12);
	p[0] = p[6] = 2;
	p[from == 0 ? 5 : 11] = 1;
	put16(p + 12, flow->is_ipv6 ? 0x86dd : 0x0800);
	p += ETHERNET_LEN;
	if (flow->is_ipv6) {
		put32(p, 6u << 28);
		put16(p + 4, len);
		p[6] = protocol;
		p[7] = 64;
		memcpy(p + 8, source->address, 16);
		memcpy(p + 24, destination->address, 16);
		return p + 40;
	}
	put16(p, 0x4500);
	put16(p + 2, 20 + len);
	put32(p + 4, (uint32_t)++g->packets << 16 | 0x4000);
	p[8] = 64;
	p[9] = protocol;
	put16(p + 10, 0);
	memcpy(p + 12, source->address, 4);
	memcpy(p + 16, destination->address, 4);
	return p + 20;
}

/* The handshake, what is said, the end. */
static uint8_t flags_of(const struct flow *flow, uint32_t payload)
{
	if (flow->sent == 0)
		return SYN;
	if (flow->sent == 1)
		return SYN | ACK;
	if (flow->packets >= 5 && flow->sent + 3 >= flow->packets &&
	    flow->sent + 1 < flow->packets)
		return FIN | ACK;
	return (uint8_t)(payload > 0 ? PUSH | ACK : ACK);
}

static void write_tcp(uint8_t *p, const struct flow *flow, unsigned from,
    uint8_t flags, uint64_t time_us)
{
	const struct side *source = &flow->side[from];
	const struct side *destination = &flow->side[!from];

	put16(p, source->port);
	put16(p + 2, destination->port);
	put32(p + 4, source->seq);
	put32(p + 8, flags & ACK ? destination->seq : 0);
	p[12] = flow->has_timestamps ? 0x80 : 0x50;
	p[13] = flags;
	put16(p + 14, 65535);
	put32(p + 16, 0);
	if (!flow->has_timestamps)
		return;
	put32(p + 20, 0x0101080a);
	put32(p + 24, (uint32_t)(time_us / 1000));
	put32(p + 28, (uint32_t)(time_us / 1000));
}

static void put_le32(uint8_t *p, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

static void put_record(struct generator *g, uint32_t len)
{
	uint8_t *h = g->record;

	g->time_us += g->kind->step_us;
	put_le32(h, 1700000000 + (uint32_t)(g->time_us / 1000000));
	put_le32(h + 4, (uint32_t)(g->time_us % 1000000));
	put_le32(h + 8, len);
	put_le32(h + 12, len);
	if (fwrite(h, RECORD_LEN + len, 1, g->out) != 1)
		err(EXIT_FAILURE, "write");
}

/* One packet of a flow; returns how many records that made. */
static unsigned put_packet(struct generator *g, struct flow *flow)
{
	uint32_t transport = flow->is_udp ? 8 : flow->has_timestamps ? 32 : 20;
	uint32_t ip = flow->is_ipv6 ? 40 : 20;
	uint32_t headers = ETHERNET_LEN + ip + transport;
	uint32_t payload = choose_payload(g, headers);
	uint8_t flags = flow->is_udp ? 0 : flags_of(flow, payload);
	unsigned from = flow->sent % 2;

	if ((headers + payload > MAX_FRAME) || (flags & (SYN | FIN)) ||
	    (!flow->is_udp &&
		(flow->sent == 2 || flow->sent + 1 == flow->packets)))
		payload = 0;
	if (flow->sent > 3 && (flags & FIN) == 0)
		from = random_below(&g->random, 2);
	uint8_t *p = write_ip(g, flow, from, transport + payload);
	if (flow->is_udp) {
		put16(p, flow->side[from].port);
		put16(p + 2, flow->side[!from].port);
		put16(p + 4, 8 + payload);
		put16(p + 6, 0);
	} else {
		write_tcp(p, flow, from, flags, g->time_us);
	}
	memset(p + transport, 'x', payload);
	uint32_t len = headers + payload;
	if (len < LEAST_FRAME) {
		memset(g->record + RECORD_LEN + len, 0, LEAST_FRAME - len);
		len = LEAST_FRAME;
	}
	flow->side[from].seq += payload + ((flags & (SYN | FIN)) != 0);
	flow->sent++;
	put_record(g, len);
	if (payload == 0 || !chance(g, g->kind->again, 1000))
		return 1;
	put_record(g, len);
	return 2;
}

static void generate(struct generator *g)
{
	static const uint8_t head[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4,
	    0, [16] = 0, 0, 4, 0, [20] = 1};
	uint32_t live = g->kind->live;

	if (fwrite(head, sizeof(head), 1, g->out) != 1)
		err(EXIT_FAILURE, "write");
	for (uint32_t i = 0; i < live; i++)
		begin_flow(g, &g->live[i]);
	for (uint64_t n = 0; n < g->kind->packets;) {
		struct flow *flow = &g->live[random_below(&g->random, live)];

		n += put_packet(g, flow);
		if (flow->sent == flow->packets)
			begin_flow(g, flow);
	}
}

static void usage(void)
{
	fputs("usage: generate KIND FILE|- [PACKETS [SEED]]\n", stderr);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		fprintf(stderr, "  %-8s %s\n", kinds[i].name, kinds[i].what);
	exit(2);
}

/* A capture of another length has flows in proportion. */
static struct kind choose_kind(const char *name, uint64_t packets)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct kind kind = kinds[i];

		if (strcmp(kind.name, name) != 0)
			continue;
		if (packets == 0)
			return kind;
		kind.flows = (uint32_t)(kind.flows * packets / kind.packets);
		if (kinds[i].flows > 0 && kind.flows == 0)
			kind.flows = 1;
		kind.packets = packets;
		return kind;
	}
	usage();
	abort();
}

int main(int argc, char *argv[])
{
	uint64_t packets = 0, seed = 1;

	if (argc < 3 || argc > 5 ||
	    (argc > 3 && !number_parse(argv[3], 1, UINT32_MAX, &packets)) ||
	    (argc > 4 && !number_parse(argv[4], 0, UINT64_MAX, &seed)))
		usage();
	struct kind kind = choose_kind(argv[1], packets);
	static struct generator g;
	g.kind = &kind;
	g.random.state = seed;
	g.out = strcmp(argv[2], "-") == 0 ? stdout : fopen(argv[2], "w");
	if (g.out == NULL)
		err(EXIT_FAILURE, "%s", argv[2]);
	setvbuf(g.out, NULL, _IOFBF, 1 << 20);
	generate(&g);
	if (fclose(g.out) != 0)
		err(EXIT_FAILURE, "%s", argv[2]);
	return EXIT_SUCCESS;
}
