/* csv.c - flows and intervals as CSV. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/csv.h"
#include <inttypes.h>
#include "capture/report/show.h"

static const char line_end[] = "\r\n";

/* A field of text: in quotes, its own quotes doubled, where it needs them. */
static void text_field(FILE *out, const char *text)
{
	bool is_plain = true;

	for (const char *at = text; *at != '\0'; at++)
		is_plain &=
		    *at != ',' && *at != '"' && *at != '\r' && *at != '\n';
	if (is_plain) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '"')
			putc('"', out);
		putc(*at, out);
	}
	putc('"', out);
}

static void count_field(FILE *out, uint64_t count)
{
	fprintf(out, ",%" PRIu64, count);
}

/* Empty where there is no payload. */
static void ratio_field(FILE *out, uint64_t overhead, uint64_t payload)
{
	putc(',', out);
	if (payload > 0)
		fprintf(out, "%.15g", (double)overhead / (double)payload);
}

static void figures(FILE *out, uint64_t frames, uint64_t bytes,
    uint64_t payload, uint64_t repeated)
{
	count_field(out, frames);
	count_field(out, bytes);
	count_field(out, payload);
	count_field(out, repeated);
	count_field(out, bytes - payload);
	ratio_field(out, bytes - payload, payload);
}

static void figure_names(FILE *out)
{
	fputs(",frames,bytes,payload,repeated,overhead,"
	      "overhead_per_payload_byte",
	    out);
}

static void group_names(FILE *out)
{
	for (unsigned i = 0; i < GROUP_COUNT; i++)
		fprintf(out, ",what_%s", account_group_name(i));
}

static void purpose_names(FILE *out)
{
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		fprintf(out, ",why_%s_frames,why_%s_bytes", purpose_name(i),
		    purpose_name(i));
}

static void purposes(FILE *out, const struct purpose_tally why[])
{
	for (unsigned i = 0; i < PURPOSE_COUNT; i++) {
		count_field(out, why[i].frames);
		count_field(out, why[i].bytes);
	}
}

static void book_figures(FILE *out, const struct book *book)
{
	figures(out, book->frames, book->bytes,
	    book->what[ACCOUNT_PAYLOAD].bytes,
	    book->what[ACCOUNT_REPEATED].bytes);
}

static void groups(FILE *out, const struct book *book)
{
	uint64_t bytes[GROUP_COUNT] = {0};

	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		bytes[account_group(i)] += book->what[i].bytes;
	for (unsigned i = 0; i < GROUP_COUNT; i++)
		count_field(out, bytes[i]);
}

static void flow_header(FILE *out)
{
	fputs("id,protocol,client,server,start,end,turns", out);
	figure_names(out);
	group_names(out);
	purpose_names(out);
	fputs(",client_frames,client_bytes,client_payload,server_frames,"
	      "server_bytes,server_payload",
	    out);
}

static void one_side(FILE *out, const struct owner *owner, unsigned side)
{
	struct book sent;

	owner_book(owner, side, &sent);
	count_field(out, sent.frames);
	count_field(out, sent.bytes);
	count_field(out, sent.what[ACCOUNT_PAYLOAD].bytes);
}

static void flow_line(FILE *out, const struct owner *owner)
{
	struct book both;

	owner_book_of_both(owner, &both);
	fprintf(out, "%" PRIu64 ",%s,%s,%s,%s,%s,%" PRIu64, owner->id,
	    owner->protocol, show_endpoint(owner, owner->client).text,
	    show_endpoint(owner, !owner->client).text,
	    show_time(owner->first_ns).text, show_time(owner->last_ns).text,
	    owner->turns);
	book_figures(out, &both);
	groups(out, &both);
	purposes(out, both.why);
	one_side(out, owner, owner->client);
	one_side(out, owner, !owner->client);
}

static void slice_header(FILE *out)
{
	fputs("start", out);
	figure_names(out);
	group_names(out);
	purpose_names(out);
}

static void slice_line(FILE *out, const struct slices *slices,
    const struct slice *slice)
{
	fputs(show_time(slices_start(slices, slice)).text, out);
	figures(out, slice->frames, slice->bytes,
	    slice->what[GROUP_PAYLOAD] - slice->repeated, slice->repeated);
	for (unsigned i = 0; i < GROUP_COUNT; i++)
		count_field(out, slice->what[i]);
	purposes(out, slice->why);
}

static void group_header(FILE *out)
{
	fputs("name,flow_count", out);
	figure_names(out);
	group_names(out);
	purpose_names(out);
}

static void group_line(FILE *out, const struct group *group)
{
	text_field(out, group->name);
	count_field(out, group->flows);
	book_figures(out, &group->book);
	groups(out, &group->book);
	purposes(out, group->book.why);
}

static void header(FILE *out, const struct report *report)
{
	if (report->slices != NULL)
		slice_header(out);
	else if (report->groups != NULL)
		group_header(out);
	else
		flow_header(out);
}

/* What all lines of a file start with. */
static void name_field(FILE *out, const char *name)
{
	if (name == NULL)
		return;
	text_field(out, name);
	putc(',', out);
}

static void slice_lines(FILE *out, const struct slices *slices,
    const char *name)
{
	for (size_t i = 0; i < slices->count; i++) {
		name_field(out, name);
		slice_line(out, slices, &slices->slice[i]);
		fputs(line_end, out);
	}
}

static void group_lines(FILE *out, const struct group_selection *groups,
    const char *name)
{
	for (size_t i = 0; i < groups->count; i++) {
		name_field(out, name);
		group_line(out, groups->group[i]);
		fputs(line_end, out);
	}
}

static void flow_lines(FILE *out, struct selection *flows, const char *name)
{
	const struct owner *owner;

	selection_rewind(flows);
	while ((owner = selection_next(flows)) != NULL) {
		name_field(out, name);
		flow_line(out, owner);
		fputs(line_end, out);
	}
}

void report_csv(FILE *out, const struct report *report, const char *name,
    bool has_header)
{
	if (has_header) {
		name_field(out, name == NULL ? NULL : "file");
		header(out, report);
		fputs(line_end, out);
	}
	if (report->slices != NULL)
		slice_lines(out, report->slices, name);
	else if (report->groups != NULL)
		group_lines(out, report->groups, name);
	else if (report->flows != NULL)
		flow_lines(out, report->flows, name);
}
