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
	MAX_EXPONENT = 19,         /* 10 to the power of it has 64 bits */
	OBSOLETE_UNKNOWN = 0xffff, /* frames lost */
};

static const uint64_t second_ns = 1000000000;
/* JSON's integers go no further. */
static const uint64_t max_dropped = INT64_MAX;

void pcapng_destroy(struct pcapng_format *format)
{
	free(format->interface);
}

static uint64_t file64(bool is_big, const uint8_t *p)
{
	uint64_t first = file32(is_big, p), second = file32(is_big, p + 4);

	return is_big ? first << 32 | second : second << 32 | first;
}

static const uint64_t no_time = UINT64_MAX;

/* Seconds and nanoseconds since 1970; no_time if before, or after 2554. */
static uint64_t time_of(uint64_t seconds, int64_t offset, uint64_t fraction)
{
	uint64_t least = offset < 0 ? -(uint64_t)offset : 0;
	uint64_t more = offset > 0 ? (uint64_t)offset : 0;

	if (seconds < least || seconds > UINT64_MAX - more ||
	    seconds - least + more >= UINT64_MAX / second_ns)
		return no_time;
	return (seconds - least + more) * second_ns + fraction;
}

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	for (; exponent > 0; exponent--)
		power *= 10;
	return power;
}

/* In units of 2^-bits seconds. */
static uint64_t binary_ns(int64_t offset, uint64_t stamp, unsigned bits)
{
	for (; bits > 63; bits--)
		stamp >>= 1;
	uint64_t seconds = stamp >> bits;
	uint64_t fraction = stamp - (seconds << bits);

	if (bits > 32) {
		fraction >>= bits - 32;
		bits = 32;
	}
	return time_of(seconds, offset, fraction * second_ns >> bits);
}

/* In units of 10^-exponent seconds. */
static uint64_t decimal_ns(int64_t offset, uint64_t stamp, unsigned exponent)
{
	for (; exponent > MAX_EXPONENT; exponent--)
		stamp /= 10;
	uint64_t unit = power_of_ten(exponent);
	uint64_t seconds = stamp / unit, fraction = stamp % unit;

	return time_of(seconds, offset,
	    exponent > 9 ? fraction / power_of_ten(exponent - 9)
			 : fraction * power_of_ten(9 - exponent));
}

static uint64_t stamp_ns(const struct pcapng_interface *on, uint64_t stamp)
{
	unsigned exponent = on->time_resolution & 0x7f;

	return on->time_resolution & RESOLUTION_BINARY
		   ? binary_ns(on->time_offset, stamp, exponent)
		   : decimal_ns(on->time_offset, stamp, exponent);
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
	if (format->interfaces == PCAPNG_MAX_INTERFACES) {
		*reason = "more than 65,536 interfaces in a section";
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
	format->interface = must(grow(format->interface, format->interfaces,
				     &format->room, sizeof(*format->interface)),
	    "interfaces");
	format->interface[format->interfaces++] = interface;
	if (format_max_record(interface.link_type) > format->max_packet)
		format->max_packet = format_max_record(interface.link_type);
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
		if (cursor_left(&value) != 8)
			continue;
		uint64_t frames = file64(format->is_big, value.at);
		if (code == PCAPNG_ISB_DROPPED)
			of->if_dropped = frames;
		if (code == PCAPNG_ISB_OS_DROPPED)
			of->os_dropped = frames;
	}
	return RECORD_OTHER;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	return a > max_dropped || b > max_dropped - a ? max_dropped : a + b;
}

uint64_t pcapng_dropped(const struct pcapng_format *format)
{
	uint64_t sum = format->dropped;

	for (size_t i = 0; i < format->interfaces; i++) {
		const struct pcapng_interface *of = &format->interface[i];
		uint64_t dropped = add(of->if_dropped, of->os_dropped);

		sum =
		    add(sum, dropped > of->packet_dropped ? dropped
							  : of->packet_dropped);
	}
	return sum;
}

/* What stands behind a packet of its own: bytes of FCS, frames lost. */
static void note_packet_options(const struct pcapng_format *format,
    struct pcapng_interface *on, struct cursor *options, struct frame *out)
{
	struct cursor value;
	uint16_t code;

	while (next_option(format->is_big, options, &code, &value)) {
		size_t len = cursor_left(&value);

		if (code == PCAPNG_EPB_FLAGS && len == 4) {
			uint32_t flags = file32(format->is_big, value.at);

			if (flags >> 5 & 0xf)
				out->fcs_len = flags >> 5 & 0xf;
		}
		if (code == PCAPNG_EPB_DROPPED && len == 8)
			on->packet_dropped = add(on->packet_dropped,
			    file64(format->is_big, value.at));
	}
}

/* The part of a packet block that all three kinds end up with. */
static enum record frame_on(struct pcapng_format *format, uint32_t interface,
    struct cursor *body, struct frame *out, const char **reason)
{
	if (interface >= format->interfaces) {
		*reason = "a packet of an interface never described";
		return RECORD_BAD;
	}
	struct pcapng_interface *on = &format->interface[interface];
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
	uint64_t time_ns = stamp_ns(on, out->time_ns);
	out->has_no_time |= time_ns == no_time;
	out->time_ns = out->has_no_time ? 0 : time_ns;
	if (cursor_take(body, -(size_t)out->captured & 3) != NULL)
		note_packet_options(format, on, body, out);
	return RECORD_FRAME;
}

/*
 * Enhanced and obsolete packets differ in the first word: the interface, or
 * that and the frames lost since the packet before.
 */
static enum record take_packet(struct pcapng_format *format, bool is_obsolete,
    struct cursor *body, struct frame *out, const char **reason)
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
	if (!is_obsolete)
		return frame_on(format, file32(is_big, h), body, out, reason);
	uint16_t interface = file16(is_big, h), lost = file16(is_big, h + 2);
	enum record record = frame_on(format, interface, body, out, reason);
	if (record == RECORD_FRAME && lost != OBSOLETE_UNKNOWN) {
		struct pcapng_interface *on = &format->interface[interface];

		on->packet_dropped = add(on->packet_dropped, lost);
	}
	return record;
}

static enum record take_simple(struct pcapng_format *format,
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
	    .has_no_time = true,
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
		format->dropped = pcapng_dropped(format);
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

/* Huge packets have room for as many options as other blocks. */
static uint32_t max_block(const struct pcapng_format *format)
{
	return format->max_packet > SOURCE_MAX_RECORD
		   ? format->max_packet + SOURCE_MAX_BLOCK
		   : SOURCE_MAX_BLOCK;
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
	if (len < PCAPNG_MIN_BLOCK || len > max_block(format)) {
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
