/* recording.c - an interface into a file and a ledger. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/recording.h"
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "capture/child.h"
#include "capture/command.h"
#include "capture/source/private.h"
#include "capture/whose.h"
#include "capture/ticker.h"
#include "wire/net.h"

enum {
	WAIT_MS = 100,
	STEP_MS = 10, /* to see soon that the command has ended */
	/* Longer than frames wait in the kernel, and than a delayed ACK. */
	QUIET_MS = 250,
	DRAIN_MAX_MS = 3000, /* a network that never rests is left then */
	FLUSH_MS = 1000,     /* what is in the file is at most so old */
	GRACE_MS = 3000,
};

/* All that is open while recording. */
struct session {
	const struct recording_plan *plan;
	const volatile sig_atomic_t *stopping;
	struct recording *out;
	struct live *live;
	struct writer writer;
	struct child child;
	struct private private;
	bool is_private; /* private_enter has succeeded */
	struct ticker ticker;
	int64_t flushed_ms; /* when the file was written and counts read */
};

/*
 * What is to be ended if the process exits: memory can run out anywhere, and
 * an exit handler takes no argument.
 */
static struct session *playing;

/* Since 1970, as frames are stamped. */
static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void fail(struct session *session, const char *what, const char *why)
{
	if (!session->out->has_failed)
		warnx("%s: %s", what, why);
	session->out->has_failed = true;
}

static void fail_command(struct session *session)
{
	int why = errno;

	fail(session, session->plan->command[0],
	    why == ENOENT ? "not found" : strerror(why));
	session->out->exit_status = child_status(why);
}

static void fail_file(struct session *session)
{
	fail(session, session->plan->path, strerror(errno));
}

/* One frame: into the file, into the books. */
static void take_frame(const struct frame *frame, void *arg)
{
	struct session *session = arg;
	struct recording *out = session->out;

	source_info_add(&out->info, frame);
	if (session->writer.file != NULL && !out->has_failed &&
	    !writer_frame(&session->writer, frame))
		fail_file(session);
	if (out->pipeline != NULL)
		pipeline_post(out->pipeline, frame, 1);
}

/*
 * A reader of our pipe wants to see frames at once, of a file soon; and the
 * kernel's counts are to be read now and then.
 */
static void keep_up(struct session *session)
{
	bool is_stdout = session->writer.is_stdout;
	int64_t now = net_now_ms();

	if (!is_stdout && now - session->flushed_ms < FLUSH_MS)
		return;
	if (session->writer.file != NULL && !session->out->has_failed &&
	    !writer_flush(&session->writer))
		fail_file(session);
	if (now - session->flushed_ms < FLUSH_MS)
		return;
	session->out->counts = live_counts(session->live);
	session->flushed_ms = now;
}

/* Take what there is; returns how many frames. */
static int take(struct session *session)
{
	int n = live_take(session->live, take_frame, session);

	if (n < 0) {
		fail(session, session->out->interface,
		    live_failure(session->live));
		return 0;
	}
	keep_up(session);
	return n;
}

static void show_live(struct session *session)
{
	if (session->plan->is_live)
		ticker_show(&session->ticker,
		    &pipeline_ledger(session->out->pipeline)->total);
}

static bool goes_on(struct session *session)
{
	return !*session->stopping && !session->out->has_failed &&
	       (session->child.pid == 0 || !child_poll(&session->child));
}

/*
 * After the command: wait until the network has been quiet for a while.  Who
 * insists on the end gets it.
 */
static void drain(struct session *session)
{
	int64_t began = net_now_ms(), last = began;

	while (net_now_ms() - last < QUIET_MS &&
	       net_now_ms() - began < DRAIN_MAX_MS && *session->stopping < 2 &&
	       !session->out->has_failed) {
		(void)live_wait(session->live, WAIT_MS);
		if (take(session) > 0)
			last = net_now_ms();
	}
}

/*
 * The very end: no more frames, but all that the kernel has, however much.  A
 * frame is given to us LIVE_DELAY_MS after it came, so what is empty twice
 * that long is empty.
 */
static void take_rest(struct session *session)
{
	int64_t last = net_now_ms();

	live_stop(session->live);
	while (net_now_ms() - last < 2 * LIVE_DELAY_MS &&
	       *session->stopping < 2 && !session->out->has_failed) {
		(void)live_wait(session->live, LIVE_DELAY_MS);
		if (take(session) > 0)
			last = net_now_ms();
	}
}

/* Returns whether there was anything. */
static bool end_leftovers(struct session *session)
{
	if (!session->is_private)
		return false;
	switch (private_stop_leftovers(&session->private, session->stopping)) {
	case PRIVATE_NONE_LEFT:
		break;
	case PRIVATE_ENDED:
		return true;
	case PRIVATE_HIDDEN:
		warnx("what the command left running may go on: /proc does "
		      "not tell what it is");
	}
	return false;
}

static void clean_up(void)
{
	if (playing == NULL)
		return;
	if (playing->child.pid != 0)
		child_stop(&playing->child, GRACE_MS, playing->stopping);
	(void)end_leftovers(playing);
}

/* As child_stop does, but frames are taken meanwhile: there may be many. */
static void end_command(struct session *session)
{
	struct child *child = &session->child;
	int64_t began = net_now_ms();

	if (!child_poll(child))
		kill(child->pid, SIGTERM);
	while (!child_poll(child) && net_now_ms() - began < GRACE_MS &&
	       *session->stopping < 2 && !session->out->has_failed) {
		(void)live_wait(session->live, STEP_MS);
		(void)take(session);
	}
	if (!child_poll(child))
		child_stop(child, session->out->has_failed ? GRACE_MS : 0,
		    session->stopping);
}

static void play(struct session *session)
{
	while (goes_on(session)) {
		(void)live_wait(session->live, WAIT_MS);
		(void)take(session);
		show_live(session);
	}
	/* If recording failed, the command is ended, and that is no verdict. */
	bool is_verdict = !session->out->has_failed;
	if (session->child.pid != 0) {
		end_command(session);
		drain(session);
	}
	if (is_verdict)
		session->out->exit_status = session->child.exit_status;
	if (end_leftovers(session))
		drain(session);
	take_rest(session);
	if (session->plan->is_live)
		ticker_end(&session->ticker,
		    &pipeline_ledger(session->out->pipeline)->total);
}

static bool begin_file(struct session *session)
{
	const struct recording_plan *plan = session->plan;
	struct writer_head head = {
	    .application = "wiretoll " WIRETOLL_VERSION,
	    .comment = plan->comment,
	    .interface = session->out->interface,
	    .filter = plan->live.filter,
	    .link_type = live_link_type(session->live),
	    .snap_len = LIVE_SNAP_LEN,
	};

	if (plan->path == NULL)
		return true;
	if (writer_begin(&session->writer, &head) &&
	    writer_flush(&session->writer))
		return true;
	fail_file(session);
	return false;
}

static void end_file(struct session *session)
{
	const struct live_counts *counts = &session->out->counts;

	if (session->writer.file == NULL)
		return;
	if (*session->stopping > 1 && session->out->has_failed) {
		writer_abandon(&session->writer);
		return;
	}
	bool is_whole = session->out->has_failed || !session->out->has_begun ||
			writer_end(&session->writer, now_ns(), counts->received,
			    counts->dropped);
	if (!writer_close(&session->writer) || !is_whole)
		fail_file(session);
}

/* From here on frames are captured. */
static bool begin(struct session *session)
{
	const struct recording_plan *plan = session->plan;
	char reason[LIVE_REASON_LEN];

	switch (live_open(&plan->live, &session->live, reason)) {
	case LIVE_OK:
		snprintf(session->out->interface,
		    sizeof(session->out->interface), "%s",
		    live_interface(session->live));
		return true;
	case LIVE_BAD_FILTER:
		session->out->exit_status = EXIT_USAGE;
		break;
	case LIVE_FAILED:
		break;
	}
	fail(session, "capture", reason);
	return false;
}

/* Unless the command line says it all, tell where, and how it ends. */
static void announce(const struct session *session)
{
	const struct recording_plan *plan = session->plan;

	if (plan->command == NULL)
		warnx("capturing on %s; Ctrl-C ends", session->out->interface);
	else if (plan->live.interface == NULL)
		warnx("capturing on %s, for lack of -i or --private",
		    session->out->interface);
}

/* What we write to standard output must not mix with the command's. */
static int command_output(const struct recording_plan *plan)
{
	bool is_taken = plan->path != NULL && strcmp(plan->path, "-") == 0;

	return is_taken ? STDERR_FILENO : STDOUT_FILENO;
}

static bool start(struct session *session, const char *program)
{
	const struct recording_plan *plan = session->plan;

	if (*session->stopping) {
		fail(session, plan->command[0], "not started: stopped before");
		return false;
	}
	if (child_start(&session->child, program, plan->command,
		command_output(plan)))
		return true;
	fail_command(session);
	return false;
}

/* The file is emptied last: what fails before leaves an older one whole. */
static void record(struct session *session, const char *program)
{
	const struct recording_plan *plan = session->plan;

	if (plan->path != NULL && !writer_open(&session->writer, plan->path)) {
		fail_file(session);
		return;
	}
	announce(session);
	ticker_begin(&session->ticker, plan->command != NULL);
	if (plan->command != NULL && !start(session, program))
		return;
	playing = session;
	session->out->has_begun = begin_file(session);
	play(session);
	playing = NULL;
	session->out->counts = live_counts(session->live);
}

void recording_make(const struct recording_plan *plan,
    const volatile sig_atomic_t *stopping, struct recording *out)
{
	struct session session = {.plan = plan,
	    .stopping = stopping,
	    .out = out};
	char reason[PRIVATE_REASON_LEN], program[CHILD_PATH_LEN] = "";

	*out = (struct recording){.info = {.format = "live"}};
	if (plan->keeps_ledger || plan->is_live)
		out->pipeline =
		    pipeline_new(&(struct pipeline_plan){.level = LEVEL_LINK,
			.flow_timeout_s = WHOSE_TIMEOUT_S});
	if (plan->command != NULL && !child_find(plan->command[0], program)) {
		fail_command(&session);
		return;
	}
	session.is_private =
	    plan->is_private && private_enter(&session.private, reason);
	if (plan->is_private && !session.is_private)
		fail(&session, "--private", reason);
	else if (atexit(clean_up) != 0)
		fail(&session, "atexit", "no memory");
	else if (begin(&session))
		record(&session, program);
	end_file(&session);
	if (session.live != NULL)
		live_close(session.live);
}

void recording_destroy(struct recording *recording)
{
	if (recording->pipeline != NULL)
		pipeline_free(recording->pipeline);
}
