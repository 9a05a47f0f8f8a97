/* compare.c - the same work done two ways, side by side. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/report.h"
#include <string.h>
#include "capture/report/json.h"
#include "capture/report/show.h"

/* b as a multiple of a; "-" if a is 0. */
static struct shown show_ratio(uint64_t a, uint64_t b)
{
	struct shown out = {"-"};

	if (a > 0)
		snprintf(out.text, sizeof(out.text), "%.2f",
		    (double)b / (double)a);
	return out;
}

static void row(FILE *out, const char *name, uint64_t a, uint64_t b)
{
	if (a > 0 || b > 0)
		fprintf(out, "  %-26s %16s %16s %9s\n", name,
		    show_count(a).text, show_count(b).text,
		    show_ratio(a, b).text);
}

static const struct book *book_of(const struct report *report)
{
	return &report->ledger->total;
}

static uint64_t overhead_of(const struct book *book)
{
	return book->bytes - book->what[ACCOUNT_PAYLOAD].bytes;
}

static const char *name_of(const struct report *report)
{
	const char *slash = strrchr(report->file[0].path, '/');

	return slash == NULL ? report->file[0].path : slash + 1;
}

static void overhead_row(FILE *out, const struct book *a, const struct book *b)
{
	double of_a, of_b;
	struct shown ratio = {"-"};

	if (book_overhead(a, &of_a) && book_overhead(b, &of_b) && of_a > 0)
		snprintf(ratio.text, sizeof(ratio.text), "%.2f", of_b / of_a);
	fprintf(out, "  %-26s %16s %16s %9s\n", "overhead per payload byte",
	    show_overhead(a).text, show_overhead(b).text, ratio.text);
}

static void rows(FILE *out, const struct book *a, const struct book *b)
{
	overhead_row(out, a, b);
	row(out, "frames", a->frames, b->frames);
	row(out, "bytes", a->bytes, b->bytes);
	row(out, "overhead bytes", overhead_of(a), overhead_of(b));
	fprintf(out, "bytes, by what they are\n");
	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		row(out, account_name(i), a->what[i].bytes, b->what[i].bytes);
	fprintf(out, "frames, by why they were sent\n");
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		row(out, purpose_name(i), a->why[i].frames, b->why[i].frames);
	fprintf(out, "overhead bytes, by why they were sent\n");
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		row(out, purpose_name(i), a->why[i].bytes - a->why[i].payload,
		    b->why[i].bytes - b->why[i].payload);
}

static uint64_t payload_of(const struct book *book)
{
	return book->what[ACCOUNT_PAYLOAD].bytes;
}

/* Is it the same work?  Framing may add some bytes to the payload. */
static bool is_same_work(const struct book *a, const struct book *b)
{
	uint64_t of_a = payload_of(a), of_b = payload_of(b);
	uint64_t low = of_a < of_b ? of_a : of_b;
	uint64_t high = of_a < of_b ? of_b : of_a;

	/* Up to as much framing as there was payload. */
	return low > 0 && high / low < 2;
}

/* What did the better one save? */
static void say_saved(FILE *out, const struct report *less,
    const struct report *more)
{
	uint64_t low = overhead_of(book_of(less));
	uint64_t high = overhead_of(book_of(more));

	if (low == high) {
		fprintf(out, "Both cost the same: %s bytes of overhead.\n",
		    show_count(low).text);
		return;
	}
	fprintf(out,
	    "%s saves %s of the overhead of %s: %s bytes instead of %s,\n"
	    "%s instead of %s for each byte of payload.\n",
	    show_path(name_of(less)).text, show_share(high - low, high).text,
	    show_path(name_of(more)).text, show_count(low).text,
	    show_count(high).text, show_overhead(book_of(less)).text,
	    show_overhead(book_of(more)).text);
}

static void sentence(FILE *out, const struct report *a, const struct report *b)
{
	if (a->file[0].has_error || b->file[0].has_error) {
		fprintf(out, "One of them was not read to its end: the rows "
			     "compare what was.\n");
		return;
	}
	if (book_of(a)->frames == 0 || book_of(b)->frames == 0) {
		fprintf(out,
		    "There is nothing to compare: %s has no frame%s.\n",
		    book_of(a)->frames == 0 ? "A" : "B",
		    a->filter != NULL ? " that passes the filter" : "");
		return;
	}
	if (!is_same_work(book_of(a), book_of(b))) {
		fprintf(out,
		    "This was not the same work: A carried %s bytes of "
		    "payload, B %s.\nOnly the overhead per payload byte "
		    "compares them: %s and %s.\n",
		    show_count(payload_of(book_of(a))).text,
		    show_count(payload_of(book_of(b))).text,
		    show_overhead(book_of(a)).text,
		    show_overhead(book_of(b)).text);
		return;
	}
	bool b_is_less = overhead_of(book_of(b)) < overhead_of(book_of(a));
	say_saved(out, b_is_less ? b : a, b_is_less ? a : b);
}

void report_compare_text(FILE *out, const struct report *a,
    const struct report *b)
{
	enum level level = a->ledger->level;

	fprintf(out, "A: %s\nB: %s\nLevel: %s\n\n",
	    show_path(a->file[0].path).text, show_path(b->file[0].path).text,
	    level_name(level));
	fprintf(out, "%-28s %16s %16s %9s\n", "", "A", "B", "B / A");
	rows(out, book_of(a), book_of(b));
	fprintf(out, "\n");
	sentence(out, a, b);
	report_warnings(out, a->ledger, "A: ");
	report_warnings(out, b->ledger, "B: ");
}

static json_t *ratio_json(uint64_t a, uint64_t b)
{
	return a == 0 ? json_null() : json_real((double)b / (double)a);
}

static json_t *ratios_json(const struct book *a, const struct book *b)
{
	double of_a, of_b;
	bool has_both = book_overhead(a, &of_a) && book_overhead(b, &of_b);
	json_t *out = json_pack("{s:o, s:o, s:o}", "frames",
	    ratio_json(a->frames, b->frames), "bytes",
	    ratio_json(a->bytes, b->bytes), "overhead",
	    ratio_json(overhead_of(a), overhead_of(b)));

	json_object_set_new(out, "overhead_per_payload_byte",
	    has_both && of_a > 0 ? json_real(of_b / of_a) : json_null());
	return out;
}

static void put_report(struct json_out *json, const char *key,
    const struct report *report)
{
	json_open(json, key, '{');
	json_put_report(json, report);
	json_close(json, '}');
}

bool report_compare_json(FILE *out, const struct report *a,
    const struct report *b)
{
	int64_t saved =
	    (int64_t)overhead_of(book_of(a)) - (int64_t)overhead_of(book_of(b));
	struct json_out json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_put(&json, "schema", json_string("wiretoll/1"));
	json_put(&json, "level", json_string(level_name(a->ledger->level)));
	put_report(&json, "a", a);
	put_report(&json, "b", b);
	json_put(&json, "ratio", ratios_json(book_of(a), book_of(b)));
	json_put(&json, "overhead_saved", json_integer(saved));
	json_close(&json, '}');
	return json_end(&json);
}
