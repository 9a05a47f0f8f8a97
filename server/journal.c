/* journal.c - what happened is on disk before anybody is told. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/journal.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "server/journal_file.h"
#include "wire/thread.h"

enum { STACK_LEN = 64 * 1024 };

struct journal {
	struct journal_file file; /* the writer's own, once started */
	pthread_t writer;
	bool is_started;
	int tell_fd;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t has_work, has_written;
	struct bytes pending; /* appended, not yet the writer's */
	uint64_t appended;    /* bytes, ever: what tickets count */
	uint64_t written;
	uint64_t *last; /* a room's newest ticket */
	int error;
	bool is_closing;
};

static int locks_init(struct journal *journal)
{
	int error = pthread_mutex_init(&journal->lock, NULL);

	if (error != 0)
		return error;
	error = pthread_cond_init(&journal->has_work, NULL);
	if (error != 0) {
		pthread_mutex_destroy(&journal->lock);
		return error;
	}
	error = pthread_cond_init(&journal->has_written, NULL);
	if (error != 0) {
		pthread_cond_destroy(&journal->has_work);
		pthread_mutex_destroy(&journal->lock);
	}
	return error;
}

enum journal_result journal_open(const char *path,
    const struct record_terms *terms, bool has_seed, struct journal **out,
    struct journal_found *found)
{
	struct journal *journal = calloc(1, sizeof *journal);

	*found = (struct journal_found){.refused = ""};
	if (journal == NULL)
		return JOURNAL_ERROR;
	journal->last = calloc(terms->rooms, sizeof *journal->last);
	errno = journal->last == NULL ? ENOMEM : locks_init(journal);
	if (errno != 0) {
		free(journal->last);
		free(journal);
		return JOURNAL_ERROR;
	}
	enum journal_result result =
	    journal_file_open(path, terms, has_seed, &journal->file, found);
	if (result == JOURNAL_OK) {
		*out = journal;
		return JOURNAL_OK;
	}
	int saved = errno;
	journal->file = (struct journal_file){.fd = -1};
	journal_close(journal);
	errno = saved;
	return result;
}

const struct match *journal_match(const struct journal *journal, uint32_t room)
{
	return &journal->file.match[room];
}

/* All that was appended, into *batch; false when it is time to end. */
static bool batch_wait_locked(struct journal *journal, struct bytes *batch)
{
	while (journal->pending.len == 0 && !journal->is_closing)
		pthread_cond_wait(&journal->has_work, &journal->lock);
	struct bytes empty = *batch;
	*batch = journal->pending;
	empty.len = 0;
	journal->pending = empty;
	return batch->len > 0;
}

static void fail_locked(struct journal *journal, int error)
{
	journal->error = error;
	pthread_cond_broadcast(&journal->has_written);
	ssize_t sent = write(journal->tell_fd, "", 1);
	(void)sent; /* a full pipe is being read */
}

/* An interrupted fsync or rename would look like a failed one. */
static void signals_block(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
}

static void *writer_main(void *context)
{
	struct journal *journal = context;
	struct bytes batch = {.len = 0};

	signals_block();
	pthread_mutex_lock(&journal->lock);
	while (journal->error == 0 && batch_wait_locked(journal, &batch)) {
		pthread_mutex_unlock(&journal->lock);
		bool is_done = journal_file_add(&journal->file, &batch);
		int error = is_done ? 0 : errno;
		pthread_mutex_lock(&journal->lock);
		if (error != 0)
			fail_locked(journal, error);
		journal->written += batch.len;
		pthread_cond_broadcast(&journal->has_written);
	}
	pthread_mutex_unlock(&journal->lock);
	bytes_free(&batch);
	return NULL;
}

int journal_start(struct journal *journal, int tell_fd)
{
	journal->tell_fd = tell_fd;
	int error =
	    thread_start(&journal->writer, STACK_LEN, writer_main, journal);
	journal->is_started = error == 0;
	return error;
}

/* In the order in which they happened. */
static void entry_record(struct bytes *out, const struct journal_entry *entry)
{
	const struct match_news *news = entry->news;

	if (news->has_begun)
		record_game(out, entry->room, news->game);
	if (news->bound != 0)
		record_seat(out, entry->room, news->bound, entry->host);
	if (entry->has_command)
		record_command(out, entry->room, entry->command);
	if (news->has_ended)
		record_end(out, entry->room);
}

uint64_t journal_append(struct journal *journal,
    const struct journal_entry *entry)
{
	pthread_mutex_lock(&journal->lock);
	size_t before = journal->pending.len;
	entry_record(&journal->pending, entry);
	size_t added = journal->pending.len - before;
	if (journal->pending.has_failed && journal->error == 0)
		fail_locked(journal, ENOMEM);
	if (added > 0) {
		journal->appended += added;
		journal->last[entry->room] = journal->appended;
		if (before == 0)
			pthread_cond_signal(&journal->has_work);
	}
	uint64_t ticket = journal->last[entry->room];
	pthread_mutex_unlock(&journal->lock);
	return ticket;
}

bool journal_wait(struct journal *journal, uint64_t ticket)
{
	pthread_mutex_lock(&journal->lock);
	while (journal->written < ticket && journal->error == 0)
		pthread_cond_wait(&journal->has_written, &journal->lock);
	bool is_written = journal->error == 0;
	pthread_mutex_unlock(&journal->lock);
	return is_written;
}

int journal_error(struct journal *journal)
{
	pthread_mutex_lock(&journal->lock);
	int error = journal->error;
	pthread_mutex_unlock(&journal->lock);
	return error;
}

void journal_close(struct journal *journal)
{
	if (journal->is_started) {
		pthread_mutex_lock(&journal->lock);
		journal->is_closing = true;
		pthread_cond_signal(&journal->has_work);
		pthread_mutex_unlock(&journal->lock);
		pthread_join(journal->writer, NULL);
	}
	journal_file_close(&journal->file);
	bytes_free(&journal->pending);
	pthread_cond_destroy(&journal->has_written);
	pthread_cond_destroy(&journal->has_work);
	pthread_mutex_destroy(&journal->lock);
	free(journal->last);
	free(journal);
}
