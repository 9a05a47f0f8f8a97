/* pcap.c - the classic capture format. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/pcap.h"
#include "capture/source/source.h"

enum {
	HEADER_LEN = 24,
	RECORD_LEN = 16,
	MODIFIED_RECORD_LEN = 24,
	FCS_PRESENT = 0x04000000,
	MAJOR_DGUX = 543,
};

static const uint32_t magic_micro = 0xa1b2c3d4, magic_nano = 0xa1b23c4d;
/* Alexey Kuznetzov's, with eight bytes more before each frame. */
static const uint32_t magic_modified = 0xa1b2cd34;

static bool read_magic(const uint8_t *p, struct pcap_format *out)
{
	for (int is_big = 0; is_big < 2; is_big++) {
		uint32_t magic = file32(is_big, p);

		if (magic == magic_micro || magic == magic_nano ||
		    magic == magic_modified) {
			out->is_big = is_big;
			out->is_nano = magic == magic_nano;
			out->record_len = magic == magic_modified
					      ? MODIFIED_RECORD_LEN
					      : RECORD_LEN;
			return true;
		}
	}
	return false;
}

/*
 * Files name their link type by LINKTYPE_, but old writers put the DLT_ of
 * their own machine: raw IP was 12 or 14 there.
 */
static uint16_t link_type_of(uint32_t word)
{
	uint16_t type = (uint16_t)word;

	return type == 12 || type == 14 ? LINK_RAW : type;
}

enum record pcap_header(struct cursor *in, struct pcap_format *out,
    const char **reason)
{
	const uint8_t *h = cursor_peek(in, HEADER_LEN);
	struct pcap_format format = {0};

	if (h == NULL)
		return RECORD_PARTIAL;
	if (!read_magic(h, &format)) {
		*reason = "neither pcap nor pcapng";
		return RECORD_BAD;
	}
	uint16_t major = file16(format.is_big, h + 4);
	uint16_t minor = file16(format.is_big, h + 6);
	if (major < 2) {
		*reason = "pcap of a version before 2";
		return RECORD_BAD;
	}
	/*
	 * The two lengths of a record changed places in version 2.3, but not
	 * every writer of that version knew.  Later versions than 2.4 were
	 * never made, but for DG/UX's: Wireshark reads them as 2.4.
	 */
	format.swaps_lengths = (major == 2 && minor < 3) || major == MAJOR_DGUX;
	format.may_swap_lengths = major == 2 && minor == 3;
	uint32_t word = file32(format.is_big, h + 20);
	format.link_type = link_type_of(word);
	if (word & FCS_PRESENT)
		format.fcs_len = (uint8_t)((word >> 28) * 2);
	format.max_record = format_max_record(format.link_type);
	in->at += HEADER_LEN;
	*out = format;
	return RECORD_OTHER;
}

/* Two lengths where the writer put them; some put them the other way. */
static void take_lengths(const struct pcap_format *format, const uint8_t *h,
    struct frame *out)
{
	uint32_t captured = file32(format->is_big, h + 8);
	uint32_t length = file32(format->is_big, h + 12);
	bool swaps = format->swaps_lengths ||
		     (format->may_swap_lengths && captured > length);

	out->captured = swaps ? length : captured;
	out->length = swaps ? captured : length;
}

static enum record take(const struct pcap_format *format, struct cursor *in,
    struct frame *out, const char **reason)
{
	size_t left = cursor_left(in);
	const uint8_t *h = in->at;

	if (left < format->record_len)
		return RECORD_PARTIAL;
	take_lengths(format, h, out);
	if (out->captured > format->max_record) {
		*reason = "a record larger than any frame can be";
		return RECORD_BAD;
	}
	if (out->captured > left - format->record_len)
		return RECORD_PARTIAL;
	out->data = h + format->record_len;
	out->time_ns = file32(format->is_big, h) * UINT64_C(1000000000) +
		       (uint64_t)file32(format->is_big, h + 4) *
			   (format->is_nano ? 1 : 1000);
	out->has_no_time = false;
	out->link_type = format->link_type;
	out->fcs_len = format->fcs_len;
	out->interface = 0;
	in->at += format->record_len + out->captured;
	return RECORD_FRAME;
}

enum record pcap_record(const struct pcap_format *format, struct cursor *in,
    struct frame *out, const char **reason)
{
	struct frame frame;
	enum record record = take(format, in, &frame, reason);

	if (record == RECORD_FRAME)
		*out = frame;
	return record;
}

/* The format and the cursor lie in registers meanwhile. */
size_t pcap_records(const struct pcap_format *format, struct cursor *in,
    struct frame *frames, size_t max, enum record *end, const char **reason)
{
	const struct pcap_format own = *format;
	struct cursor at = *in;
	size_t n = 0;

	*end = RECORD_FRAME;
	while (n < max &&
	       (*end = take(&own, &at, &frames[n], reason)) == RECORD_FRAME)
		n++;
	*in = at;
	return n;
}
