/* treasure_fuzz.c - what decodes encodes to the same bytes, cut anyhow. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/treasure.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = TREASURE_PREFIX_LEN + TREASURE_MAX_BODY };

static void require(bool is_true)
{
	if (!is_true)
		abort();
}

/* Every shorter input must be PARTIAL before this result; len is where. */
static void check_prefixes(const uint8_t *data, size_t len,
    struct treasure_reply *scratch)
{
	size_t step = len > 64 ? len / 64 : 1; /* large boards: a sample */

	for (size_t cut = 0; cut < len; cut += step) {
		struct cursor in = cursor_over(data, cut);

		require(
		    treasure_decode_framed(&in, scratch) == TREASURE_PARTIAL);
		require(in.at == data);
	}
}

static void check_stream(const uint8_t *data, size_t size,
    struct treasure_reply *reply, uint8_t *out)
{
	struct cursor in = cursor_over(data, size);
	enum treasure_result result = TREASURE_OK;

	while (result == TREASURE_OK) {
		struct cursor before = in;

		result = treasure_decode_framed(&in, reply);
		if (result != TREASURE_OK) {
			require(in.at == before.at);
			break;
		}
		size_t len = cursor_left(&before) - cursor_left(&in);
		require(treasure_encode_framed(reply, out) == len);
		require(memcmp(out, before.at, len) == 0);
		check_prefixes(before.at, len, reply);
	}
}

static void check_body(const uint8_t *data, size_t size,
    struct treasure_reply *reply, uint8_t *out)
{
	if (treasure_decode_body(data, size, reply) != TREASURE_OK)
		return;
	require(treasure_encode_body(reply, out) == size);
	require(memcmp(out, data, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct treasure_reply *reply = calloc(1, sizeof *reply);
	uint8_t *out = malloc(ROOM);

	require(reply != NULL && out != NULL);
	check_stream(data, size, reply, out);
	check_body(data, size, reply, out);
	for (size_t i = 0; i < size; i++) {
		uint8_t byte =
		    treasure_encode_command(treasure_decode_command(data[i]));
		require(byte == (data[i] & 0xFC));
	}
	free(out);
	free(reply);
	return 0;
}
