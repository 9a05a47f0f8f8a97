/* rewrite.c - a capture copied as pcapng, with comments put in. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/rewrite.h"
#include <errno.h>
#include <string.h>
#include "capture/source/pcapng.h"

enum {
	BLOCK_HEAD = 8,     /* type and total length */
	BLOCK_TAIL = 4,     /* total length again */
	SECTION_FIXED = 16, /* magic, version, length of the section */
	SECTION_LEN_AT = 16,
	PACKET_FIXED = 20, /* of enhanced and of obsolete packets */
	CAPTURED_AT = 20,
	OPTION_HEAD = 4,
	APPLICATION_MAX = 64, /* bytes of our name */
};

const char rewrite_mark[] = "wiretoll: ";

static void put(struct rewrite *rewrite, const void *data, size_t len)
{
	if (rewrite->has_failed || len == 0 ||
	    fwrite(data, len, 1, rewrite->file) == 1)
		return;
	rewrite->has_failed = true;
	rewrite->error = errno;
}

static void put_padding(struct rewrite *rewrite, size_t len)
{
	static const uint8_t zeros[4];

	put(rewrite, zeros, -len & 3);
}

/* In the byte order of the section. */
static void put16(struct rewrite *rewrite, uint16_t value)
{
	uint8_t low = (uint8_t)value, high = (uint8_t)(value >> 8);
	uint8_t bytes[2] = {low, high};

	if (rewrite->is_big) {
		bytes[0] = high;
		bytes[1] = low;
	}
	put(rewrite, bytes, sizeof(bytes));
}

static void put32(struct rewrite *rewrite, uint32_t value)
{
	uint16_t low = (uint16_t)value, high = (uint16_t)(value >> 16);

	put16(rewrite, rewrite->is_big ? high : low);
	put16(rewrite, rewrite->is_big ? low : high);
}

static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static size_t comment_len(const char *comment)
{
	size_t len = strlen(comment);

	return len < REWRITE_COMMENT_MAX ? len : REWRITE_COMMENT_MAX;
}

static bool is_ours(uint16_t code, const uint8_t *value, size_t len)
{
	size_t mark = strlen(rewrite_mark);

	return code == PCAPNG_COMMENT && len >= mark &&
	       memcmp(value, rewrite_mark, mark) == 0;
}

/*
 * Take the next option, head and padding included; false at their end, and
 * where they make no sense: then what is left is dropped by every reader.
 */
static bool take_option(const struct rewrite *rewrite, struct cursor *options,
    struct cursor *out, bool *is_kept)
{
	const uint8_t *h = cursor_peek(options, OPTION_HEAD);

	if (h == NULL)
		return false;
	uint16_t code = file16(rewrite->is_big, h);
	size_t len = file16(rewrite->is_big, h + 2);
	if (code == PCAPNG_END_OF_OPTIONS ||
	    cursor_peek(options, OPTION_HEAD + padded(len)) == NULL)
		return false;
	*is_kept = !is_ours(code, h + OPTION_HEAD, len);
	*out = cursor_over(h, OPTION_HEAD + padded(len));
	options->at = out->end;
	return true;
}

/* The bytes of the options that stay. */
static size_t kept_len(const struct rewrite *rewrite, struct cursor options)
{
	struct cursor option;
	size_t len = 0;
	bool is_kept;

	while (take_option(rewrite, &options, &option, &is_kept))
		len += is_kept ? cursor_left(&option) : 0;
	return len;
}

static void put_comment(struct rewrite *rewrite, const char *comment)
{
	size_t len = comment_len(comment);

	put16(rewrite, PCAPNG_COMMENT);
	put16(rewrite, (uint16_t)len);
	put(rewrite, comment, len);
	put_padding(rewrite, len);
}

/* The comment, the options that stay, and their end. */
static void put_options(struct rewrite *rewrite, struct cursor options,
    const char *comment)
{
	struct cursor option;
	bool is_kept;

	put_comment(rewrite, comment);
	while (take_option(rewrite, &options, &option, &is_kept))
		if (is_kept)
			put(rewrite, option.at, cursor_left(&option));
	put32(rewrite, PCAPNG_END_OF_OPTIONS);
}

/* A block: its type, fixed_len bytes as they are, options with a comment. */
static void put_block(struct rewrite *rewrite, uint32_t type,
    const uint8_t *fixed, size_t fixed_len, struct cursor options,
    const char *comment)
{
	size_t len = PCAPNG_MIN_BLOCK + padded(fixed_len) + OPTION_HEAD +
		     padded(comment_len(comment)) + kept_len(rewrite, options) +
		     OPTION_HEAD;

	put32(rewrite, type);
	put32(rewrite, (uint32_t)len);
	put(rewrite, fixed, fixed_len);
	put_padding(rewrite, fixed_len);
	put_options(rewrite, options, comment);
	put32(rewrite, (uint32_t)len);
}

/* What follows the fixed part of a block, which ends at the second length. */
static struct cursor options_of(const uint8_t *block, size_t len, size_t at)
{
	size_t end = len - BLOCK_TAIL;

	return at < end ? cursor_over(block + at, end - at)
			: cursor_over(block + end, 0);
}

static void copy_section(struct rewrite *rewrite, const uint8_t *block,
    size_t len)
{
	uint8_t fixed[SECTION_FIXED];

	rewrite->is_big =
	    load_be32(block + BLOCK_HEAD) == PCAPNG_BYTE_ORDER_MAGIC;
	memcpy(fixed, block + BLOCK_HEAD, SECTION_FIXED);
	memset(fixed + SECTION_LEN_AT - BLOCK_HEAD, 0xff, 8);
	if (!rewrite->has_begun) {
		put_block(rewrite, PCAPNG_SECTION, fixed, SECTION_FIXED,
		    options_of(block, len, BLOCK_HEAD + SECTION_FIXED),
		    rewrite->summary);
		return;
	}
	put(rewrite, block, BLOCK_HEAD);
	put(rewrite, fixed, SECTION_FIXED);
	put(rewrite, block + BLOCK_HEAD + SECTION_FIXED,
	    len - BLOCK_HEAD - SECTION_FIXED);
}

static void copy_block(struct rewrite *rewrite, const uint8_t *block,
    size_t len)
{
	if (load_be32(block) == PCAPNG_SECTION)
		copy_section(rewrite, block, len);
	else
		put(rewrite, block, len);
}

/* An option put together in memory.  Returns how many bytes it takes. */
static size_t lay_option(uint8_t *out, uint16_t code, const void *value,
    size_t len)
{
	uint16_t head[2] = {code, (uint16_t)len};

	memset(out, 0, OPTION_HEAD + padded(len));
	memcpy(out, head, sizeof(head));
	memcpy(out + OPTION_HEAD, value, len);
	return OPTION_HEAD + padded(len);
}

static void begin_section(struct rewrite *rewrite)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		int64_t len;
	} fixed = {PCAPNG_BYTE_ORDER_MAGIC, 1, 0, -1};
	uint8_t options[OPTION_HEAD + APPLICATION_MAX];
	size_t len = strlen(rewrite->application);

	if (len > APPLICATION_MAX)
		len = APPLICATION_MAX;
	len = lay_option(options, PCAPNG_SHB_APPLICATION, rewrite->application,
	    len);
	put_block(rewrite, PCAPNG_SECTION, (const uint8_t *)&fixed,
	    SECTION_FIXED, cursor_over(options, len), rewrite->summary);
}

/* Its time stamps keep their resolution. */
static void begin_interface(struct rewrite *rewrite, uint32_t snap_len)
{
	const struct pcap_format *pcap = &rewrite->pcap;
	uint8_t resolution = pcap->is_nano ? 9 : 6;
	uint8_t options[4 * OPTION_HEAD];
	size_t len =
	    lay_option(options, PCAPNG_IF_TIME_RESOLUTION, &resolution, 1);

	if (pcap->fcs_len > 0)
		len += lay_option(options + len, PCAPNG_IF_FCS_LEN,
		    &pcap->fcs_len, 1);
	size_t whole = PCAPNG_MIN_BLOCK + 8 + len + OPTION_HEAD;
	put32(rewrite, PCAPNG_INTERFACE);
	put32(rewrite, (uint32_t)whole);
	put16(rewrite, pcap->link_type);
	put16(rewrite, 0);
	put32(rewrite, snap_len);
	put(rewrite, options, len);
	put32(rewrite, PCAPNG_END_OF_OPTIONS);
	put32(rewrite, (uint32_t)whole);
}

/* What was pcap becomes a section and an interface, in our byte order. */
static void begin_from_pcap(struct rewrite *rewrite, const uint8_t *header,
    size_t len)
{
	struct cursor in = cursor_over(header, len);
	const char *reason;
	uint16_t one = 1;

	rewrite->is_big = *(const uint8_t *)&one == 0;
	if (pcap_header(&in, &rewrite->pcap, &reason) != RECORD_OTHER)
		return;
	begin_section(rewrite);
	begin_interface(rewrite, file32(rewrite->pcap.is_big, header + 16));
}

void rewrite_see(void *arg, const uint8_t *record, size_t len,
    const struct frame *frame)
{
	struct rewrite *rewrite = arg;

	if (frame != NULL) {
		rewrite->record = record;
		rewrite->len = len;
		rewrite->frame = *frame;
		return;
	}
	if (!rewrite->has_begun)
		rewrite->is_pcapng = load_be32(record) == PCAPNG_SECTION;
	if (rewrite->is_pcapng)
		copy_block(rewrite, record, len);
	else
		begin_from_pcap(rewrite, record, len);
	rewrite->has_begun = true;
}

/* The one record that has no stamp of its own: in the file's resolution. */
static void frame_from_pcap(struct rewrite *rewrite, const char *comment)
{
	const struct frame *frame = &rewrite->frame;
	uint64_t stamp =
	    rewrite->pcap.is_nano ? frame->time_ns : frame->time_ns / 1000;
	uint32_t fixed[5] = {0, (uint32_t)(stamp >> 32), (uint32_t)stamp,
	    frame->captured, frame->length};
	size_t len = PCAPNG_MIN_BLOCK + sizeof(fixed) +
		     padded(frame->captured) + OPTION_HEAD +
		     padded(comment_len(comment)) + OPTION_HEAD;

	put32(rewrite, PCAPNG_ENHANCED);
	put32(rewrite, (uint32_t)len);
	put(rewrite, fixed, sizeof(fixed));
	put(rewrite, frame->data, frame->captured);
	put_padding(rewrite, frame->captured);
	put_options(rewrite, cursor_over(frame->data, 0), comment);
	put32(rewrite, (uint32_t)len);
}

void rewrite_frame(struct rewrite *rewrite, const char *comment)
{
	const uint8_t *block = rewrite->record;

	if (!rewrite->is_pcapng) {
		frame_from_pcap(rewrite, comment);
		return;
	}
	uint32_t type = file32(rewrite->is_big, block);
	if (type == PCAPNG_SIMPLE) {
		put(rewrite, block, rewrite->len);
		rewrite->mute++;
		return;
	}
	size_t fixed_len =
	    PACKET_FIXED + file32(rewrite->is_big, block + CAPTURED_AT);
	put_block(rewrite, type, block + BLOCK_HEAD, fixed_len,
	    options_of(block, rewrite->len, BLOCK_HEAD + padded(fixed_len)),
	    comment);
}
