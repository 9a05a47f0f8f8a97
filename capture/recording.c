/* recording.c - an interface into a file and a ledger. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/recording.h"
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "capture/child.h"
#include "capture/report/show.h"
#include "capture/source/private.h"

enum {
	WAIT_MS = 100,
	/* Longer than frames wait in the kernel, and than a delayed ACK. */
	QUIET_MS = 250,
	DRAIN_MAX_MS = 3000, /* a network that never rests is left then */
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
	int64_t shown_ms; /* when --live last showed something */
	int64_t began_ms;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

/* Take what there is; returns how many frames. */
static int take(struct session *session)
{
	int n = live_take(session->live, take_frame, session);

	if (n < 0) {
		fail(session, session->out->interface,
		    live_failure(session->live));
		return 0;
	}
	/* A reader of our pipe wants to see them now. */
	if (n > 0 && session->writer.file != NULL &&
	    strcmp(session->plan->path, "-") == 0 &&
	    !session->out->has_failed && !writer_flush(&session->writer))
		fail_file(session);
	return n;
}

static void show_live(struct session *session, bool is_last)
{
	int64_t now = now_ms();
	bool is_terminal = isatty(STDERR_FILENO);

	if (!session->plan->is_live ||
	    (!is_last && now - session->shown_ms < 1000))
		return;
	session->shown_ms = now;
	const struct book *total =
	    &pipeline_ledger(session->out->pipeline)->total;
	fprintf(stderr,
	    "%s%5.1f s  %s frames  %s bytes  %s payload  "
	    "%s overhead per payload byte%s",
	    is_terminal ? "\r" : "", (double)(now - session->began_ms) / 1000,
	    show_count(total->frames).text, show_count(total->bytes).text,
	    show_count(total->what[ACCOUNT_PAYLOAD].bytes).text,
	    show_overhead(total).text,
	    is_terminal ? (is_last ? "\033[K\n" : "\033[K") : "\n");
}

static bool goes_on(struct session *session)
{
	return !*session->stopping && !session->out->has_failed &&
	       (session->child.pid == 0 || !child_poll(&session->child));
}

/* After the end: wait until the network has been quiet for a while. */
static void drain(struct session *session)
{
	int64_t began = now_ms(), last = began;

	while (now_ms() - last < QUIET_MS && now_ms() - began < DRAIN_MAX_MS &&
	       !session->out->has_failed) {
		(void)live_wait(session->live, WAIT_MS);
		if (take(session) > 0)
			last = now_ms();
	}
}

static void play(struct session *session)
{
	session->began_ms = session->shown_ms = now_ms();
	while (goes_on(session)) {
		(void)live_wait(session->live, WAIT_MS);
		(void)take(session);
		show_live(session, false);
	}
	/* If recording failed, the command is ended, and that is no verdict. */
	bool is_verdict = !session->out->has_failed;
	if (session->child.pid != 0)
		child_stop(&session->child, GRACE_MS);
	if (is_verdict)
		session->out->exit_status = session->child.exit_status;
	drain(session);
	if (session->plan->is_private &&
	    private_stop_leftovers(&session->private) > 0)
		drain(session);
	show_live(session, true);
}

static bool begin_file(struct session *session)
{
	const struct recording_plan *plan = session->plan;
	struct writer_head head = {
	    .application = "wiretoll " WIRETOLL_VERSION,
	    .comment = plan->comment,
	    .interface = session->out->interface,
	    .filter = plan->filter,
	    .link_type = live_link_type(session->live),
	    .snap_len = LIVE_SNAP_LEN,
	};

	if (plan->path == NULL)
		return true;
	/* Only now: a mistyped interface must not empty an older capture. */
	if (writer_open(&session->writer, plan->path) &&
	    writer_begin(&session->writer, &head) &&
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
	bool is_whole =
	    session->out->has_failed || writer_end(&session->writer, now_ns(),
					    counts->received, counts->dropped);
	if (!writer_close(&session->writer) || !is_whole)
		fail_file(session);
}

/* From here on frames are captured. */
static bool begin(struct session *session)
{
	const struct recording_plan *plan = session->plan;
	char reason[LIVE_REASON_LEN];

	session->live = live_open(plan->interface, plan->filter, reason);
	if (session->live == NULL) {
		fail(session, "capture", reason);
		return false;
	}
	snprintf(session->out->interface, sizeof(session->out->interface), "%s",
	    live_interface(session->live));
	return begin_file(session);
}

/* What we write to standard output must not mix with the command's. */
static int command_output(const struct recording_plan *plan)
{
	bool is_taken = plan->path != NULL && strcmp(plan->path, "-") == 0;

	return is_taken ? STDERR_FILENO : STDOUT_FILENO;
}

static void record(struct session *session)
{
	const struct recording_plan *plan = session->plan;

	if (plan->command != NULL && !child_start(&session->child,
					 plan->command, command_output(plan))) {
		fail(session, plan->command[0], strerror(errno));
		return;
	}
	play(session);
	session->out->counts = live_counts(session->live);
}

void recording_make(const struct recording_plan *plan,
    const volatile sig_atomic_t *stopping, struct recording *out)
{
	struct session session = {.plan = plan,
	    .stopping = stopping,
	    .out = out};
	char reason[PRIVATE_REASON_LEN];

	*out = (struct recording){.info = {.format = "live"}};
	if (plan->keeps_ledger || plan->is_live)
		out->pipeline =
		    pipeline_new(&(struct pipeline_plan){.level = LEVEL_LINK});
	if (plan->is_private && !private_enter(&session.private, reason))
		fail(&session, "--private", reason);
	else if (plan->path != NULL &&
		 !writer_open(&session.writer, plan->path))
		fail_file(&session);
	else if (begin(&session))
		record(&session);
	end_file(&session);
	if (session.live != NULL)
		live_close(session.live);
}

void recording_destroy(struct recording *recording)
{
	if (recording->pipeline != NULL)
		pipeline_free(recording->pipeline);
}
