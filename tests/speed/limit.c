/* limit.c - the least that flows can cost: large reads, headers, one lookup. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#include "wire/cursor.h"

/* Flows of Ethernet, one VLAN tag, IPv4 and IPv6 without options. */
enum {
	READ_SIZE = 1 << 18,
	BATCH = 32,
	RECORD_LEN = 16,
	FIRST_SLOTS = 1 << 16
};

struct key {
	uint8_t address[32];
	uint32_t ports;
	uint32_t protocol;
};

struct flow {
	struct key key;
	uint64_t frames, bytes;
};

struct limit {
	struct flow *slot; /* open addressing */
	uint32_t slots;    /* a power of two */
	struct key key[BATCH];
	uint32_t hash[BATCH], len[BATCH];
	unsigned waiting;
	uint64_t frames, bytes, flows;
};

static bool parse(const uint8_t *p, uint32_t len, struct key *key)
{
	uint32_t at = 14;

	memset(key, 0, sizeof(*key));
	if (len < 42)
		return false;
	if (load_be16(p + 12) == 0x8100)
		at += 4;
	uint32_t type = load_be16(p + at - 2);
	if (type == 0x0800) {
		memcpy(key->address, p + at + 12, 8);
		key->protocol = p[at + 9];
		at += (p[at] & 0xfu) * 4;
	} else if (type == 0x86dd && len >= at + 40) {
		memcpy(key->address, p + at + 8, 32);
		key->protocol = p[at + 6];
		at += 40;
	}
	if (len < at + 4)
		return false;
	memcpy(&key->ports, p + at, 4);
	return true;
}

static struct flow *find(const struct limit *limit, const struct key *key,
    uint32_t hash)
{
	uint32_t at = hash & (limit->slots - 1);

	while (limit->slot[at].frames > 0 &&
	       memcmp(&limit->slot[at].key, key, sizeof(*key)) != 0)
		at = (at + 1) & (limit->slots - 1);
	return &limit->slot[at];
}

static uint32_t hash_of(const struct key *key)
{
	return (uint32_t)XXH3_64bits(key, sizeof(*key));
}

static void widen(struct limit *limit, uint32_t slots)
{
	struct limit wider = {.slots = slots};

	wider.slot = calloc(slots, sizeof(struct flow));
	if (wider.slot == NULL)
		err(EXIT_FAILURE, "flows");
	for (uint32_t i = 0; i < limit->slots; i++) {
		const struct flow *flow = &limit->slot[i];

		if (flow->frames > 0)
			*find(&wider, &flow->key, hash_of(&flow->key)) = *flow;
	}
	free(limit->slot);
	limit->slot = wider.slot;
	limit->slots = slots;
}

static void count(struct limit *limit, unsigned i)
{
	struct flow *flow = find(limit, &limit->key[i], limit->hash[i]);

	limit->flows += flow->frames == 0;
	flow->key = limit->key[i];
	flow->frames++;
	flow->bytes += limit->len[i];
	if (limit->flows > limit->slots / 2)
		widen(limit, limit->slots * 2);
}

static void settle(struct limit *limit)
{
	for (unsigned i = 0; i < limit->waiting; i++)
		count(limit, i);
	limit->waiting = 0;
}

static void take(struct limit *limit, const uint8_t *p, uint32_t captured,
    uint32_t len)
{
	unsigned i = limit->waiting;

	limit->frames++;
	limit->bytes += len;
	if (!parse(p, captured, &limit->key[i]))
		return;
	limit->hash[i] = hash_of(&limit->key[i]);
	limit->len[i] = len;
	__builtin_prefetch(&limit->slot[limit->hash[i] & (limit->slots - 1)],
	    1);
	if (++limit->waiting == BATCH)
		settle(limit);
}

/* All whole records; returns how many bytes of them there were. */
static size_t take_all(struct limit *limit, const uint8_t *p, size_t size)
{
	size_t done = 0;

	while (size - done >= RECORD_LEN) {
		uint32_t captured = load_le32(p + done + 8);
		uint32_t len = load_le32(p + done + 12);

		if (captured > READ_SIZE / 2)
			errx(EXIT_FAILURE, "not a capture as generate makes");
		if (size - done < RECORD_LEN + captured)
			break;
		take(limit, p + done + RECORD_LEN, captured, len);
		done += RECORD_LEN + captured;
	}
	return done;
}

int main(int argc, char *argv[])
{
	static uint8_t buffer[READ_SIZE];
	struct limit limit = {0};
	size_t left = 0;
	ssize_t n;

	if (argc != 2)
		errx(2, "usage: limit FILE");
	int fd = open(argv[1], O_RDONLY);
	if (fd == -1 || read(fd, buffer, 24) != 24)
		err(EXIT_FAILURE, "%s", argv[1]);
	widen(&limit, FIRST_SLOTS);
	while ((n = read(fd, buffer + left, READ_SIZE - left)) > 0) {
		size_t size = left + (size_t)n;
		size_t done = take_all(&limit, buffer, size);

		left = size - done;
		memmove(buffer, buffer + done, left);
	}
	settle(&limit);
	printf("%" PRIu64 " frames, %" PRIu64 " bytes, %" PRIu64
	       " one-way flows\n",
	    limit.frames, limit.bytes, limit.flows);
	free(limit.slot);
	close(fd);
	return n == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
