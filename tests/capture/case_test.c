/* case_test.c - captures with their ledger worked out by hand, byte by byte. */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Usage: case_test [-w OUT.pcap CASE | CASE...].  Without arguments all of
 * tests/capture/cases.  A case is text:
 *
 *    # what it shows
 *    link 1                   the LINKTYPE_ value
 *    level ip                 what is counted (link, if not said)
 *    frame setup              one frame and why it was sent
 *    eth      0200 ...        its bytes, by account, in hex; 00*8 is eight
 *    phy      = 24            bytes that are counted but not in the file
 *    (ip)     4500 ...        bytes that are there but not counted
 *    tcp.options/nop 01       a kind of TCP option
 *    captured 60              the snap length cut it here
 *    fcs_len 4                so many of its bytes are an FCS
 *    flows 1                  at the end: so many flows
 *    warning snapped 1        at the end: so many of these
 */
#include "tests/support.h"
#include <ctype.h>
#include <err.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/pipeline.h"

enum { FRAME_MAX = 65536, CASE_LINE = 1024 };

struct state {
	const char *path;
	int line;
	bool is_ok;
	bool has_frame;
	struct pipeline *pipeline;
	enum level level;
	FILE *capture; /* where -w writes, or NULL */
	uint8_t bytes[FRAME_MAX];
	struct frame frame;
	struct book before, expected; /* expected: of the frame alone */
};

static void complain(struct state *state, const char *name, uint64_t expected,
    uint64_t actual)
{
	if (expected == actual)
		return;
	printf("# %s:%d: %s: expected %llu, got %llu\n", state->path,
	    state->line, name, (unsigned long long)expected,
	    (unsigned long long)actual);
	state->is_ok = false;
}

static void check_tally(struct state *state, const char *name,
    const struct tally *expected, const struct tally *before,
    const struct tally *after)
{
	complain(state, name, expected->bytes, after->bytes - before->bytes);
	complain(state, name, expected->frames, after->frames - before->frames);
}

static void check_books(struct state *state)
{
	const struct book *after = &pipeline_ledger(state->pipeline)->total;
	const struct book *before = &state->before;
	const struct book *expected = &state->expected;

	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		check_tally(state, account_name(i), &expected->what[i],
		    &before->what[i], &after->what[i]);
	for (unsigned i = 0; i < TCP_OPTION_COUNT; i++)
		check_tally(state, tcp_option_name(i),
		    &expected->tcp_options[i], &before->tcp_options[i],
		    &after->tcp_options[i]);
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		complain(state, purpose_name(i), expected->why[i].frames,
		    after->why[i].frames - before->why[i].frames);
	complain(state, "bytes", expected->bytes, after->bytes - before->bytes);
}

static void write_record(const struct state *state)
{
	uint32_t head[4] = {0, 0, state->frame.captured, state->frame.length};

	fwrite(head, sizeof(head), 1, state->capture);
	fwrite(state->frame.data, state->frame.captured, 1, state->capture);
}

static void end_frame(struct state *state)
{
	if (!state->has_frame)
		return;
	state->has_frame = false;
	if (state->frame.captured == 0 ||
	    state->frame.captured > state->frame.length)
		state->frame.captured = state->frame.length;
	state->frame.data = guarded(state->bytes, state->frame.captured);
	if (state->capture != NULL)
		write_record(state);
	if (state->pipeline == NULL)
		state->pipeline =
		    pipeline_new(&(struct pipeline_plan){.level = state->level,
			.keeps_owners = true});
	state->before = pipeline_ledger(state->pipeline)->total;
	pipeline_post(state->pipeline, &state->frame, 1);
	check_books(state);
	if (!ledger_balances(pipeline_ledger(state->pipeline)))
		complain(state, "balance", 1, 0);
}

static void begin_frame(struct state *state, const char *purpose)
{
	uint16_t link_type = state->frame.link_type;

	end_frame(state);
	state->frame = (struct frame){.link_type = link_type};
	memset(&state->expected, 0, sizeof(state->expected));
	state->has_frame = true;
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		if (strcmp(purpose, purpose_name(i)) == 0) {
			state->expected.why[i].frames = 1;
			return;
		}
	errx(1, "%s:%d: no purpose '%s'", state->path, state->line, purpose);
}

/* Bytes in hex, "00*8" for eight of one; returns how many. */
static uint32_t read_hex(struct state *state, const char *text)
{
	uint32_t *len = &state->frame.length, before = *len;

	while (*text != '\0' && *text != '#') {
		unsigned value;
		int used = 0;

		if (isspace((unsigned char)*text)) {
			text++;
			continue;
		}
		if (sscanf(text, "%2x%n", &value, &used) != 1 || used != 2)
			errx(1, "%s:%d: not hex: %s", state->path, state->line,
			    text);
		text += 2;
		unsigned times = 1;
		used = 0;
		(void)sscanf(text, "*%u%n", &times, &used);
		text += used;
		if (*len + times > FRAME_MAX)
			errx(1, "%s:%d: too long", state->path, state->line);
		memset(state->bytes + *len, (int)value, times);
		*len += times;
	}
	return *len - before;
}

static void expect(struct state *state, const char *name, uint32_t bytes)
{
	char account[64];
	const char *kind = strchr(name, '/');

	snprintf(account, sizeof(account), "%.*s",
	    kind == NULL ? 63 : (int)(kind - name), name);
	for (unsigned i = 0; kind != NULL && i < TCP_OPTION_COUNT; i++)
		if (strcmp(kind + 1, tcp_option_name(i)) == 0) {
			state->expected.tcp_options[i].bytes += bytes;
			state->expected.tcp_options[i].frames = 1;
		}
	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		if (strcmp(account, account_name(i)) == 0) {
			state->expected.what[i].bytes += bytes;
			state->expected.what[i].frames = 1;
			state->expected.bytes += bytes;
			return;
		}
	errx(1, "%s:%d: no account '%s'", state->path, state->line, account);
}

static void expect_warning(struct state *state, const char *rest)
{
	char name[64];
	unsigned count;

	end_frame(state);
	const struct ledger *ledger = pipeline_close(state->pipeline);
	if (sscanf(rest, "%63s %u", name, &count) != 2)
		errx(1, "%s:%d: warning NAME COUNT", state->path, state->line);
	for (unsigned i = 0; i < WARNING_COUNT; i++)
		if (strcmp(name, warning_name(i)) == 0) {
			complain(state, name, count, ledger->warnings[i]);
			return;
		}
	errx(1, "%s:%d: no warning '%s'", state->path, state->line, name);
}

static void begin_capture(struct state *state, unsigned link_type)
{
	uint32_t head[6] = {0xa1b2c3d4, 0x00040002, 0, 0, 262144, link_type};

	state->frame.link_type = (uint16_t)link_type;
	if (state->capture != NULL)
		fwrite(head, sizeof(head), 1, state->capture);
}

static void read_line(struct state *state, char *line)
{
	char *word = strtok(line, " \t\n"), *rest = strtok(NULL, "\n");

	if (word == NULL || word[0] == '#')
		return;
	if (rest == NULL)
		errx(1, "%s:%d: %s what?", state->path, state->line, word);
	rest += strspn(rest, " \t");
	if (strcmp(word, "link") == 0) {
		begin_capture(state, (unsigned)atoi(rest));
	} else if (strcmp(word, "level") == 0) {
		if (!level_parse(rest, &state->level))
			errx(1, "%s:%d: level", state->path, state->line);
	} else if (strcmp(word, "frame") == 0) {
		begin_frame(state, strtok(rest, " \t#"));
	} else if (strcmp(word, "captured") == 0) {
		state->frame.captured = (uint32_t)atoi(rest);
	} else if (strcmp(word, "fcs_len") == 0) {
		state->frame.fcs_len = (uint8_t)atoi(rest);
	} else if (strcmp(word, "flows") == 0) {
		end_frame(state);
		complain(state, "flows", (uint64_t)atoi(rest),
		    pipeline_ledger(state->pipeline)->flows);
	} else if (strcmp(word, "warning") == 0) {
		expect_warning(state, rest);
	} else if (word[0] == '(') {
		read_hex(state, rest);
	} else if (rest[0] == '=') {
		expect(state, word, (uint32_t)atoi(rest + 1));
	} else {
		expect(state, word, read_hex(state, rest));
	}
}

static bool run_case(const char *path, FILE *capture)
{
	struct state *state = calloc(1, sizeof(*state));
	FILE *file = fopen(path, "r");
	char line[CASE_LINE];

	if (file == NULL || state == NULL)
		err(1, "%s", path);
	state->path = path;
	state->is_ok = true;
	state->level = LEVEL_LINK;
	state->capture = capture;
	while (fgets(line, sizeof(line), file) != NULL) {
		state->line++;
		read_line(state, line);
	}
	end_frame(state);
	fclose(file);
	if (state->pipeline == NULL)
		errx(1, "%s: no frame", path);
	bool is_ok = state->is_ok;
	pipeline_free(state->pipeline);
	free(state);
	return is_ok;
}

static int write_capture(const char *out, const char *path)
{
	FILE *capture = fopen(out, "wb");

	if (capture == NULL)
		err(1, "%s", out);
	bool is_ok = run_case(path, capture);
	if (fclose(capture) != 0)
		err(1, "%s", out);
	return !is_ok;
}

int main(int argc, char *argv[])
{
	glob_t found = {0};
	int failures = 0;

	if (argc == 4 && strcmp(argv[1], "-w") == 0)
		return write_capture(argv[2], argv[3]);
	if (argc == 1 && glob("tests/capture/cases/*", 0, NULL, &found) != 0)
		errx(1, "tests/capture/cases: nothing there");
	char **path = argc > 1 ? argv + 1 : found.gl_pathv;
	size_t count = argc > 1 ? (size_t)argc - 1 : found.gl_pathc;
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		bool is_ok = run_case(path[i], NULL);

		printf("%s %zu - %s\n", is_ok ? "ok" : "not ok", i + 1,
		    path[i]);
		failures += !is_ok;
	}
	globfree(&found);
	return failures > 0;
}
