/* ledger.h - double-entry books: what, why and whose always add up. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_LEDGER_H
#define CAPTURE_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/account.h"
#include "capture/ledger/compact.h"

enum { POSTING_MAX = 165 };

/*
 * One frame, or some that are alike, as the books see it: each counted byte in
 * exactly one entry.
 */
struct posting {
	size_t entries;
	struct entry {
		enum account account;
		uint64_t bytes;
	} entry[POSTING_MAX];
	size_t options; /* the parts of the tcp.options entry */
	const struct option_part *option; /* borrowed */
	enum purpose purpose;
	uint64_t time_ns; /* since 1970 */
	uint64_t bytes;   /* the sum of all entries */
	uint64_t payload; /* of these, payload seen for the first time */
};

struct tally {
	uint64_t frames, bytes;
};

struct purpose_tally {
	uint64_t frames, bytes, payload; /* payload: seen for the first time */
};

/* Two of the axes, for the whole or for one direction of one flow. */
struct book {
	uint64_t frames, bytes;
	struct tally what[ACCOUNT_COUNT];
	struct purpose_tally why[PURPOSE_COUNT];
	struct tally tcp_options[TCP_OPTION_COUNT];
};

struct joint; /* flow's: what lets it be joined with a later one */

/* The third axis: one flow, or everything that belongs to none. */
struct endpoint {
	uint8_t address[16]; /* network order; IPv4 uses the first four */
	uint16_t port;
};

struct owner {
	uint64_t id;          /* in order of appearance: 0, 1, ... */
	uint64_t first_frame; /* its number in all captures, from 1 on */
	uint8_t ip_version;   /* 4 or 6 */
	const char *protocol; /* "tcp", "udp": static storage */
	struct endpoint end[2];
	unsigned client;             /* which end is the client: 0 or 1 */
	uint64_t first_ns, last_ns;  /* since 1970 */
	uint64_t turns;              /* how often the side that talks changed */
	struct compact_book from[2]; /* what end[i] sent */
	struct joint *joint;         /* owned; NULL if it cannot be joined */
	size_t at;                   /* where its ledger has it */
	struct owner *next;          /* borrowed; of those that are over */
};

/* What payload seen for the first time is to an application, bytes. */
struct application_sums {
	uint64_t framing;  /* what is there to tell one message from the next */
	uint64_t content;  /* the messages */
	uint64_t unparsed; /* behind a gap in the capture */
};

struct ledger {
	enum level level;
	struct book total;      /* the sum of the two below; see ledger_sum */
	struct book of_flows;   /* frames that belong to some flow */
	struct book of_none;    /* frames that belong to none */
	uint64_t frames, bytes; /* posted, to check the sums against */
	uint64_t flows;         /* how many flows there are */
	struct application_sums application[APPLICATION_COUNT];
	uint64_t warnings[WARNING_COUNT];
	bool keeps_owners;    /* false: owner stays empty, flows still count */
	struct owner **owner; /* owners of them; in order, if none was taken */
	size_t owners, owners_room;
	struct book of_taken; /* the sum of those that were taken */
	bool has_bad_taken;   /* one of them did not balance */
};

/* Prepare an empty ledger; undo with ledger_destroy. */
void ledger_init(struct ledger *ledger, enum level level, bool keeps_owners);
void ledger_destroy(struct ledger *ledger);

/*
 * Open one more flow.  Returns where its figures go, or NULL if the ledger
 * keeps none.  The ledger owns it; it stays in place until ledger_take or
 * ledger_destroy.  Ends the program when memory is out.
 */
struct owner *ledger_open(struct ledger *ledger);

/* Put an owner, which the ledger owns then, behind all others. */
void ledger_append(struct ledger *ledger, struct owner *owner);

/* Let go of one; the caller owns it then, and its figures stay in the sums. */
void ledger_take(struct ledger *ledger, struct owner *owner);

/*
 * Post one frame to "some flow" or to "none", and to whoever owns it (side
 * says which end sent it) unless owner is NULL.
 */
void ledger_post(struct ledger *ledger, const struct posting *posting,
    bool has_flow, struct owner *owner, unsigned side);

/*
 * Add another worker's ledger of the same captures, other flows, whose owners
 * were all taken.
 */
void ledger_absorb(struct ledger *ledger, const struct ledger *other);

/*
 * Bring the total up to date.  To post each frame to it as well would take a
 * tenth more of a report's time.
 */
void ledger_sum(struct ledger *ledger);

/* What end `side` of a flow sent, or both of them together. */
void owner_book(const struct owner *owner, unsigned side, struct book *out);
void owner_book_of_both(const struct owner *owner, struct book *out);

/* For one that no ledger holds any more. */
void owner_free(struct owner *owner);

/* Let that be what end `side` sent. */
void owner_set_book(struct owner *owner, unsigned side,
    const struct book *book);

void purpose_tally_add(struct purpose_tally *to,
    const struct purpose_tally *from);

/* Post one frame to one book. */
void book_post(struct book *book, const struct posting *posting);

/* Or so many, whose entries hold the sums and whose options are the same. */
void book_post_many(struct book *book, const struct posting *posting,
    uint64_t frames);

/* Add all figures of one book to another. */
void book_add(struct book *to, const struct book *from);

/* Do all axes of the book add up to its bytes? */
bool book_balances(const struct book *book);

/* Does every book, and do what, why and whose agree? */
bool ledger_balances(const struct ledger *ledger);

/*
 * (bytes - payload) / payload and payload / bytes.  False, and *out
 * untouched, where there is no payload: then there is no figure.
 */
bool book_overhead(const struct book *book, double *out) MUST_CHECK;
bool book_efficiency(const struct book *book, double *out) MUST_CHECK;

/* Was any of its payload found? */
bool application_is_there(const struct application_sums *sums);

/*
 * Overhead per byte of content: as book_overhead of all, with the framing of
 * applications taken from payload to overhead.  False where there is no
 * content, or no application was found.
 */
bool ledger_overhead_of_content(const struct ledger *ledger,
    double *out) MUST_CHECK;

/* Bytes of payload in which no application was found. */
uint64_t ledger_unclaimed(const struct ledger *ledger);

#endif
