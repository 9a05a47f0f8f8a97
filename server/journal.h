/* journal.h - what happened is on disk before anybody is told. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_JOURNAL_H
#define SERVER_JOURNAL_H

#include "server/record.h"

/*
 * Threads: sessions append, inside their room's guard, so that the journal's
 * order is the room's; then, outside, they wait.  The writer thread writes all
 * that was appended with one write and one fdatasync (group commit), and
 * wakes who waited for it.  It alone touches the file and a copy of every
 * match; when the file has grown long it begins a new one from that copy.
 * The journal's lock is the last one taken.
 */
struct journal;

/* How opening one ended. */
enum journal_result {
	JOURNAL_OK,
	JOURNAL_ERROR,   /* errno says what the system refused */
	JOURNAL_BUSY,    /* another server has it open */
	JOURNAL_FOREIGN, /* the file is something else, and left alone */
	JOURNAL_VERSION, /* a journal, but of another version: likewise */
	JOURNAL_BROKEN,  /* it does not say any more of which game: likewise */
	JOURNAL_OTHER,   /* a journal, but of a game by other rules */
};

/* What was found on opening. */
struct journal_found {
	bool is_new;
	struct record_terms terms; /* of JOURNAL_OTHER, too */
	uint64_t records;
	uint64_t bytes;   /* that were good */
	uint64_t cut_off; /* behind them: a damaged record, and what follows */
	bool is_kept;     /* then the whole is in PATH.damaged, or ... */
	unsigned kept;    /* ... if not 0, in PATH.damaged.1 to .9 */
	/* JOURNAL_ERROR: errno is about what PATH and this name. */
	const char *refused;
};

/* What a session has done; see match.h for the order of things in news. */
struct journal_entry {
	uint32_t room;
	const struct match_news *news;
	const char *host; /* for news->bound */
	bool has_command; /* the board was changed by this: */
	struct treasure_command command;
};

/*
 * Open or make the journal at path.  Of terms, the seed gives way to that of a
 * journal that exists, unless has_seed.  A damaged end is cut off, but kept
 * in path.damaged.  JOURNAL_OK gives a journal to close.
 */
enum journal_result journal_open(const char *path,
    const struct record_terms *terms, bool has_seed, struct journal **out,
    struct journal_found *found) MUST_CHECK;

/* The match of a room as the journal has it; before journal_start only. */
const struct match *journal_match(const struct journal *journal, uint32_t room);

/*
 * Let the writer write.  0, or the error that kept it from starting.  When it
 * fails, it writes one byte to tell_fd, and every wait fails.
 */
int journal_start(struct journal *journal, int tell_fd) MUST_CHECK;

/* The ticket to wait for before telling anybody about the room. */
uint64_t journal_append(struct journal *journal,
    const struct journal_entry *entry) MUST_CHECK;

/* Wait until that much is on disk; false if it never will be. */
bool journal_wait(struct journal *journal, uint64_t ticket) MUST_CHECK;

/* The error that ended the writing, or 0. */
int journal_error(struct journal *journal);

/* After the last append; started or not. */
void journal_close(struct journal *journal);

#endif
