/* purpose.c - why was a TCP segment sent, and what of it is new? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/purpose.h"
#include "capture/decode/anatomy.h"

enum {
	MAX_SHIFT = 14,       /* of a window (RFC 7323 section 2.3) */
	MAX_LATE = 1 << 30,   /* bytes an acknowledgment may be old */
	MAX_UNACKED_FINS = 7, /* counted in three bits */
};

static bool is_over(const struct flow *flow)
{
	return flow->is_reset ||
	       (flow->side[0].has_fin && flow->side[1].has_fin);
}

/* May a SYN come late, whose first position is this? */
static bool fits_before(const struct tcp_side *from, uint32_t seq)
{
	uint64_t first = from->seen.next == 0 ? from->end : from->seen.base;

	return first == 0 || ranges_position(&from->seen, seq) == first;
}

bool purpose_begins_next(const struct flow *flow, unsigned side,
    const struct segment *segment)
{
	const struct tcp_side *from = &flow->side[side];

	if ((segment->flags & TCP_SYN) == 0)
		return false;
	/* With SYN cookies, two SYN-ACKs of one connection may differ. */
	if (segment->flags & TCP_ACK)
		return is_over(flow) &&
		       (!from->has_syn || segment->seq != from->isn);
	/* After a reset it is a new attempt, whatever its number. */
	if (from->has_syn)
		return segment->seq != from->isn || flow->is_reset;
	return is_over(flow) || !fits_before(from, segment->seq + 1);
}

bool purpose_has_start(const struct flow *flow)
{
	for (unsigned i = 0; i < 2; i++)
		if (flow->side[i].has_syn && !flow->side[i].has_synack)
			return true;
	return false;
}

bool purpose_has_end(const struct flow *flow)
{
	return is_over(flow);
}

/* Does it acknowledge the SYN of the other side, and perhaps data? */
static bool acks_syn(const struct tcp_side *to, const struct segment *segment)
{
	return to->has_syn && (int32_t)(segment->ack - (to->isn + 1)) >= 0;
}

/*
 * Does the bare ACK complete the handshake?  Only the first segment that
 * acknowledges the SYN-ACK does, be there data in between.
 */
static bool completes_handshake(const struct tcp_side *from,
    const struct tcp_side *to, const struct segment *segment)
{
	if (to->has_synack)
		return !to->is_syn_acked && acks_syn(to, segment);
	/* Only this direction was captured: its first segment after SYN. */
	return from->has_syn && !to->has_ack && !from->has_ack &&
	       segment->seq == from->isn + 1;
}

/* Is it not known otherwise that all sent was acknowledged? */
static bool is_acked(const struct tcp_side *to, uint32_t end)
{
	return !to->has_ack || to->last_ack == end;
}

/*
 * A keep-alive or, as most systems send it, a zero-window probe repeats the
 * position before the next one, so that the other side must answer.  It is
 * sent while nothing waits to be acknowledged (RFC 9293 section 3.8.4): else
 * one byte is a retransmission, and a bare ACK one that was overtaken.
 */
static bool is_probe(const struct tcp_side *from, const struct tcp_side *to,
    const struct segment *segment)
{
	return from->end != 0 && segment->len <= 1 &&
	       is_acked(to, segment->seq + 1) &&
	       (segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0 &&
	       ranges_position(&from->seen, segment->seq) + 1 == from->end;
}

static bool answers_probe(const struct tcp_side *from,
    const struct tcp_side *to, const struct segment *segment)
{
	return to->probes > 0 && from->has_ack &&
	       segment->ack == from->last_ack;
}

static enum purpose purpose_of_bare(const struct tcp_side *from,
    const struct tcp_side *to, const struct segment *segment)
{
	bool has_ack = segment->flags & TCP_ACK;

	if (has_ack && completes_handshake(from, to, segment))
		return PURPOSE_SETUP;
	if (is_probe(from, to, segment))
		return PURPOSE_PROBE;
	if (has_ack && answers_probe(from, to, segment))
		return PURPOSE_PROBE;
	if (has_ack && to->unacked_fins > 0 && segment->ack == to->fin + 1)
		return PURPOSE_TEARDOWN;
	return PURPOSE_ACK;
}

/* The first that fits; the order is docs/ledger.md's. */
static enum purpose purpose_of(const struct tcp_side *from,
    const struct tcp_side *to, const struct segment *segment, uint32_t fresh)
{
	if (segment->flags & TCP_RST)
		return PURPOSE_RESET;
	if (segment->flags & TCP_SYN)
		return PURPOSE_SETUP;
	if (fresh > 0)
		return PURPOSE_DATA;
	if (segment->len > 0)
		return PURPOSE_REPEAT;
	if (segment->flags & TCP_FIN)
		return PURPOSE_TEARDOWN;
	return purpose_of_bare(from, to, segment);
}

static void note_syn(struct tcp_side *from, const struct segment *segment)
{
	if (!from->has_syn && from->seen.next == 0)
		ranges_start(&from->seen, segment->seq + 1);
	from->has_syn = true;
	from->has_synack = segment->flags & TCP_ACK;
	from->isn = segment->seq;
	from->shift = segment->window_shift;
}

/* One that was overtaken says nothing (RFC 9293 section 3.10.7.4). */
static void note_last_ack(struct tcp_side *from, uint32_t ack)
{
	bool is_newer = !from->has_ack | (from->last_ack - ack >= MAX_LATE);

	from->last_ack = is_newer ? ack : from->last_ack;
	from->has_ack = true;
}

static void note_ack(struct tcp_side *from, struct tcp_side *to,
    const struct segment *segment)
{
	note_last_ack(from, segment->ack);
	if (acks_syn(to, segment))
		to->is_syn_acked = true;
	if (to->unacked_fins > 0 && segment->ack == to->fin + 1)
		to->unacked_fins--;
}

static void note_end(struct tcp_side *from, const struct segment *segment)
{
	uint32_t len = segment->len + ((segment->flags & TCP_SYN) != 0) +
		       ((segment->flags & TCP_FIN) != 0);
	uint64_t end = ranges_position(&from->seen, segment->seq) + len;

	if (end > from->end &&
	    !ranges_is_astray(&from->seen, segment->seq, len)) {
		from->end = end;
		ranges_anchor(&from->seen, end);
	}
}

void purpose_note_fin(struct tcp_side *from, uint32_t fin)
{
	if (ranges_is_astray(&from->seen, fin, 0) ||
	    (from->seen.has_floor &&
		ranges_position(&from->seen, fin) < from->seen.base))
		return;
	if (from->unacked_fins < MAX_UNACKED_FINS)
		from->unacked_fins++;
	from->has_fin = true;
	from->fin = fin;
}

bool purpose_heeds_reset(const struct flow *flow, unsigned side, uint32_t seq)
{
	const struct tcp_side *from = &flow->side[side];
	const struct tcp_side *to = &flow->side[!side];
	uint8_t shift =
	    to->has_syn && to->shift < MAX_SHIFT ? to->shift : MAX_SHIFT;
	uint64_t window = UINT64_C(65535) << shift;
	uint64_t at = ranges_position(&from->seen, seq);

	return from->end == 0 ||
	       (at <= from->end + window && at + window >= from->end);
}

/* A probe waits for an answer: a bare ACK, or data that makes it needless. */
static void note_probes(struct tcp_side *from, struct tcp_side *to,
    const struct segment *segment, bool probes, enum purpose purpose)
{
	if (probes && from->probes < UINT8_MAX)
		from->probes++;
	else if (!probes && purpose == PURPOSE_PROBE)
		to->probes--;
	else if (!probes && segment->len > 0)
		to->probes = 0;
}

/*
 * Is it as most are: data or a bare ACK at the very position expected, while
 * nothing waits for an answer?
 */
static bool is_expected(const struct tcp_side *from, const struct tcp_side *to,
    const struct segment *segment)
{
	enum { FLAGS = TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK };

	if ((segment->flags & FLAGS) != TCP_ACK ||
	    segment->seq != (uint32_t)from->seen.next ||
	    from->end != from->seen.next || from->end == 0 ||
	    from->seen.holes != NULL || to->probes > 0 || to->unacked_fins > 0)
		return false;
	/* Or does a bare ACK complete the handshake? */
	bool is_set_up = to->is_syn_acked | (!to->has_synack & from->has_ack);
	return (is_set_up | (segment->len > 0)) &
	       (segment->len < RANGES_MAX_WINDOW);
}

/* What purpose_by_rules does, with one step for all that cannot be otherwise.
 */
static void judge_expected(struct tcp_side *from, struct tcp_side *to,
    const struct segment *segment, struct verdict *out)
{
	from->end = from->seen.next += segment->len;
	note_last_ack(from, segment->ack);
	if (acks_syn(to, segment))
		to->is_syn_acked = true;
	*out = (struct verdict){
	    .purpose = segment->len > 0 ? PURPOSE_DATA : PURPOSE_ACK,
	    .fresh = segment->len,
	};
}

RARELY void purpose_by_rules(struct flow *flow, unsigned side,
    const struct segment *segment, struct verdict *out)
{
	struct tcp_side *from = &flow->side[side], *to = &flow->side[!side];
	bool has_syn = segment->flags & TCP_SYN;
	bool has_ack = segment->flags & TCP_ACK;

	*out = (struct verdict){0};
	if (has_syn) {
		out->tells_client = true;
		out->client = (uint8_t)(has_ack ? !side : side);
	}
	/* The payload of a SYN starts behind it (RFC 7413). */
	bool is_syn_new = has_syn && !from->has_syn;
	bool probes = is_probe(from, to, segment);
	if (is_syn_new)
		note_syn(from, segment);
	out->fresh = ranges_add(&from->seen, segment->seq + has_syn,
	    segment->len, &out->given_up);
	out->purpose = purpose_of(from, to, segment, out->fresh);
	if (segment->flags & TCP_RST)
		flow->is_reset |= purpose_heeds_reset(flow, side, segment->seq);
	if (segment->flags & TCP_FIN)
		purpose_note_fin(from, segment->seq + segment->len + has_syn);
	if (has_ack)
		note_ack(from, to, segment);
	if ((segment->flags & TCP_RST) == 0)
		note_end(from, segment);
	note_probes(from, to, segment, probes, out->purpose);
}

/* The short way takes a third of the long one's 170 instructions. */
void purpose_of_segment(struct flow *flow, unsigned side,
    const struct segment *segment, struct verdict *out)
{
	struct tcp_side *from = &flow->side[side], *to = &flow->side[!side];

	if (is_expected(from, to, segment))
		judge_expected(from, to, segment, out);
	else
		purpose_by_rules(flow, side, segment, out);
}

void purpose_of_fragment(struct flow *flow, unsigned side,
    const struct segment *segment, struct verdict *out)
{
	struct tcp_side *from = &flow->side[side];

	*out = (struct verdict){0};
	out->fresh =
	    ranges_add(&from->seen, segment->seq, segment->len, &out->given_up);
	out->purpose = out->fresh > 0 ? PURPOSE_DATA : PURPOSE_REPEAT;
	note_end(from, segment);
}
