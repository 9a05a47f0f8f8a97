/* pcapng.c - the block format. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/pcapng.h"
#include <stdlib.h>
#include "capture/grow.h"
#include "capture/source/source.h"

enum {
	HEAD_LEN = 8, /* type and total length */
	TAIL_LEN = 4, /* total length again */
	SECTION_LEN = 16,
	INTERFACE_LEN = 8,
	ENHANCED_LEN = 20,
	STATISTICS_LEN = 12,
	OPTION_LEN = 4,
	RESOLUTION_MICRO = 6,
	RESOLUTION_BINARY = 0x80,
};

static const uint64_t second_ns = 1000000000;

void pcapng_destroy(struct pcapng_format *format)
{
	free(format->interface);
}

static uint64_t file64(bool is_big, const uint8_t *p)
{
	uint64_t first = file32(is_big, p), second = file32(is_big, p + 4);

	return is_big ? first << 32 | second : second << 32 | first;
}

/* A fraction of 2^-bits as nanoseconds. */
static uint64_t binary_ns(uint64_t stamp, unsigned bits)
{
	if (bits > 63)
		return 0;
	uint64_t seconds = stamp >> bits;
	uint64_t fraction = stamp - (seconds << bits);

	if (bits > 32) {
		fraction >>= bits - 32;
		bits = 32;
	}
	return seconds * second_ns + (fraction * second_ns >> bits);
}

static uint64_t stamp_ns(const struct pcapng_interface *on, uint64_t stamp)
{
	uint64_t offset = (uint64_t)on->time_offset * second_ns;
	unsigned exponent = on->time_resolution & 0x7f;

	if (on->time_resolution & RESOLUTION_BINARY)
		return offset + binary_ns(stamp, exponent);
	for (; exponent < 9; exponent++)
		stamp *= 10;
	for (; exponent > 9 && stamp > 0; exponent--)
		stamp /= 10;
	return offset + stamp;
}

/* The next option, or false at their end or where they make no sense. */
static bool next_option(bool is_big, struct cursor *options, uint16_t *code,
    struct cursor *value)
{
	const uint8_t *h = cursor_take(options, OPTION_LEN);

	if (h == NULL)
		return false;
	*code = file16(is_big, h);
	size_t len = file16(is_big, h + 2);
	const uint8_t *data = cursor_take(options, len);
	if (data == NULL || *code == PCAPNG_END_OF_OPTIONS)
		return false;
	size_t pad = -len & 3;
	if (cursor_take(options, pad) == NULL)
		options->at = options->end;
	*value = cursor_over(data, len);
	return true;
}

static void note_interface_option(const struct pcapng_format *format,
    uint16_t code, const struct cursor *value, struct pcapng_interface *out)
{
	size_t len = cursor_left(value);

	if (code == PCAPNG_IF_TIME_RESOLUTION && len == 1)
		out->time_resolution = value->at[0];
	if (code == PCAPNG_IF_FCS_LEN && len == 1)
		out->fcs_len = value->at[0];
	if (code == PCAPNG_IF_TIME_OFFSET && len == 8)
		out->time_offset = (int64_t)file64(format->is_big, value->at);
}

static enum record take_interface(struct pcapng_format *format,
    struct cursor *body, const char **reason)
{
	const uint8_t *h = cursor_take(body, INTERFACE_LEN);

	if (h == NULL) {
		*reason = "an interface block without its fields";
		return RECORD_BAD;
	}
	struct pcapng_interface interface = {
	    .link_type = file16(format->is_big, h),
	    .snap_len = file32(format->is_big, h + 4),
	    .time_resolution = RESOLUTION_MICRO,
	};
	struct cursor value;
	uint16_t code;
	while (next_option(format->is_big, body, &code, &value))
		note_interface_option(format, code, &value, &interface);
	struct pcapng_interface *grown = grow(format->interface,
	    format->interfaces, &format->room, sizeof(*grown));
	if (grown == NULL) {
		*reason = "no memory for another interface";
		return RECORD_BAD;
	}
	format->interface = grown;
	format->interface[format->interfaces++] = interface;
	return RECORD_OTHER;
}

/* Later statistics of an interface replace its earlier ones. */
static enum record take_statistics(struct pcapng_format *format,
    struct cursor *body)
{
	const uint8_t *h = cursor_take(body, STATISTICS_LEN);

	if (h == NULL || file32(format->is_big, h) >= format->interfaces)
		return RECORD_OTHER;
	struct pcapng_interface *of =
	    &format->interface[file32(format->is_big, h)];
	struct cursor value;
	uint16_t code;
	while (next_option(format->is_big, body, &code, &value)) {
		if (code != PCAPNG_ISB_DROPPED || cursor_left(&value) != 8)
			continue;
		format->dropped -= of->dropped;
		of->dropped = file64(format->is_big, value.at);
		format->dropped += of->dropped;
	}
	return RECORD_OTHER;
}

/* The part of a packet block that all three kinds end up with. */
static enum record frame_on(const struct pcapng_format *format,
    uint32_t interface, struct cursor *body, struct frame *out,
    const char **reason)
{
	if (interface >= format->interfaces) {
		*reason = "a packet of an interface never described";
		return RECORD_BAD;
	}
	const struct pcapng_interface *on = &format->interface[interface];
	if (out->captured > format_max_record(on->link_type)) {
		*reason = "a record larger than any frame can be";
		return RECORD_BAD;
	}
	out->data = cursor_take(body, out->captured);
	if (out->data == NULL) {
		*reason = "a packet longer than its block";
		return RECORD_BAD;
	}
	out->link_type = on->link_type;
	out->fcs_len = on->fcs_len;
	out->interface = interface < UINT8_MAX ? (uint8_t)interface : UINT8_MAX;
	out->time_ns = stamp_ns(on, out->time_ns);
	return RECORD_FRAME;
}

/* Enhanced and obsolete packets differ in the first word only. */
static enum record take_packet(const struct pcapng_format *format,
    bool is_obsolete, struct cursor *body, struct frame *out,
    const char **reason)
{
	const uint8_t *h = cursor_take(body, ENHANCED_LEN);
	bool is_big = format->is_big;

	if (h == NULL) {
		*reason = "a packet block without its fields";
		return RECORD_BAD;
	}
	*out = (struct frame){
	    .time_ns =
		(uint64_t)file32(is_big, h + 4) << 32 | file32(is_big, h + 8),
	    .captured = file32(is_big, h + 12),
	    .length = file32(is_big, h + 16),
	};
	uint32_t interface =
	    is_obsolete ? file16(is_big, h) : file32(is_big, h);
	return frame_on(format, interface, body, out, reason);
}

static enum record take_simple(const struct pcapng_format *format,
    struct cursor *body, struct frame *out, const char **reason)
{
	const uint8_t *h = cursor_take(body, 4);

	if (h == NULL || format->interfaces == 0) {
		*reason = "a simple packet without length or interface";
		return RECORD_BAD;
	}
	uint32_t length = file32(format->is_big, h);
	uint32_t snap_len = format->interface[0].snap_len;
	*out = (struct frame){
	    .captured = snap_len != 0 && snap_len < length ? snap_len : length,
	    .length = length,
	};
	return frame_on(format, 0, body, out, reason);
}

static enum record take_body(struct pcapng_format *format, uint32_t type,
    struct cursor *body, struct frame *out, const char **reason)
{
	switch (type) {
	case PCAPNG_SECTION: /* its byte order is known by now */
		format->interfaces = 0;
		return RECORD_OTHER;
	case PCAPNG_INTERFACE:
		return take_interface(format, body, reason);
	case PCAPNG_STATISTICS:
		return take_statistics(format, body);
	case PCAPNG_ENHANCED:
		return take_packet(format, false, body, out, reason);
	case PCAPNG_PACKET:
		return take_packet(format, true, body, out, reason);
	case PCAPNG_SIMPLE:
		return take_simple(format, body, out, reason);
	default:
		return RECORD_OTHER;
	}
}

/* A section header's magic gives the byte order of all that follows. */
static enum record read_byte_order(struct pcapng_format *format,
    const struct cursor *in, const char **reason)
{
	const uint8_t *h = cursor_peek(in, SECTION_LEN);

	if (h == NULL)
		return RECORD_PARTIAL;
	if (load_be32(h + 8) != PCAPNG_BYTE_ORDER_MAGIC &&
	    load_le32(h + 8) != PCAPNG_BYTE_ORDER_MAGIC) {
		*reason = "a section header without byte-order magic";
		return RECORD_BAD;
	}
	format->is_big = load_be32(h + 8) == PCAPNG_BYTE_ORDER_MAGIC;
	if (file16(format->is_big, h + 12) != 1) {
		*reason = "pcapng version is not 1";
		return RECORD_BAD;
	}
	return RECORD_OTHER;
}

enum record pcapng_block_take(struct pcapng_format *format, struct cursor *in,
    struct frame *out, const char **reason)
{
	const uint8_t *h = cursor_peek(in, HEAD_LEN);

	if (h == NULL)
		return RECORD_PARTIAL;
	/* The section's type reads the same in both orders. */
	uint32_t type = file32(format->is_big, h);
	if (type == PCAPNG_SECTION) {
		enum record order = read_byte_order(format, in, reason);

		if (order != RECORD_OTHER)
			return order;
	}
	uint32_t len = file32(format->is_big, h + 4);
	if (len < PCAPNG_MIN_BLOCK || len > SOURCE_MAX_BLOCK) {
		*reason = "a block length that cannot be";
		return RECORD_BAD;
	}
	size_t padded = ((size_t)len + 3) & ~(size_t)3;
	if (cursor_peek(in, padded) == NULL)
		return RECORD_PARTIAL;
	if (file32(format->is_big, h + padded - TAIL_LEN) != len) {
		*reason = "a block whose two lengths differ";
		return RECORD_BAD;
	}
	struct cursor body =
	    cursor_over(h + HEAD_LEN, padded - HEAD_LEN - TAIL_LEN);
	if (type == PCAPNG_SECTION)
		cursor_take(&body, SECTION_LEN - HEAD_LEN);
	enum record record = take_body(format, type, &body, out, reason);
	if (record == RECORD_OTHER || record == RECORD_FRAME)
		in->at += padded;
	return record;
}
