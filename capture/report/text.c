/* text.c - the ledger on one screen. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/report.h"
#include <string.h>
#include <unistd.h>
#include "capture/report/show.h"
#include "wire/number.h"

struct mark {
	const char *on, *off;
};

/* Bold, for the one figure that matters, and only on a terminal. */
static struct mark bold(FILE *out)
{
	return isatty(fileno(out)) ? (struct mark){"\033[1m", "\033[0m"}
				   : (struct mark){"", ""};
}

static const char *level_words(enum level level)
{
	switch (level) {
	case LEVEL_TRANSPORT:
		return "counted from the transport header on";
	case LEVEL_IP:
		return "counted from the IP header on";
	case LEVEL_LINK:
		return "counted as captured, link header included";
	case LEVEL_WIRE:
		return "counted as a cable carries Ethernet, all else as "
		       "captured";
	case LEVEL_COUNT:
		break;
	}
	return "";
}

static void show_file(FILE *out, const struct report_file *file)
{
	const struct source_info *info = &file->info;

	if (info->format == NULL)
		fprintf(out, "%s: not read\n", show_path(file->path).text);
	else
		fprintf(out, "%s: %s frame%s, %s byte%s in %s%s\n",
		    show_path(file->path).text, show_count(info->frames).text,
		    number_plural(info->frames), show_count(info->bytes).text,
		    number_plural(info->bytes),
		    show_duration(info->last_ns - info->first_ns).text,
		    file->has_error ? ", up to the damage" : "");
}

static void show_head(FILE *out, const struct report *report)
{
	const struct ledger *ledger = report->ledger;
	const struct book *total = &ledger->total;
	uint64_t payload = total->what[ACCOUNT_PAYLOAD].bytes;
	struct mark mark = bold(out);
	double none;

	for (size_t i = 0; i < report->files; i++)
		show_file(out, &report->file[i]);
	if (report->filter != NULL)
		fprintf(out, "%s frame%s the filter: %s\n",
		    show_count(total->frames).text,
		    total->frames == 1 ? " passes" : "s pass", report->filter);
	fprintf(out, "\n  Overhead per payload byte  %s%s%s", mark.on,
	    show_overhead(total).text, mark.off);
	if (book_efficiency(total, &none))
		fprintf(out, "    (efficiency %s)",
		    show_share(payload, total->bytes).text);
	fprintf(out, "\n  %s bytes, %s, to carry %s of payload\n",
	    show_count(total->bytes).text, level_words(ledger->level),
	    show_count(payload).text);
}

static void show_row(FILE *out, const char *group, const char *name,
    const struct tally *tally, uint64_t whole)
{
	fprintf(out, "  %-10s %-13s %10s %16s %10s\n", group, name,
	    show_count(tally->frames).text, show_count(tally->bytes).text,
	    show_share(tally->bytes, whole).text);
}

static void show_options(FILE *out, const struct book *book)
{
	for (unsigned i = 0; i < TCP_OPTION_COUNT; i++) {
		char name[32];

		if (book->tcp_options[i].frames == 0)
			continue;
		snprintf(name, sizeof(name), "  %s", tcp_option_name(i));
		fprintf(out, "  %-10s %-16s %7s %16s\n", "", name,
		    show_count(book->tcp_options[i].frames).text,
		    show_count(book->tcp_options[i].bytes).text);
	}
}

static void show_what(FILE *out, const struct book *book)
{
	int last_group = -1;

	fprintf(out, "\n%-26s %10s %16s %10s\n", "Where the bytes went",
	    "frames", "bytes", "share");
	for (unsigned i = 0; i < ACCOUNT_COUNT; i++) {
		int group = (int)account_group(i);

		if (book->what[i].frames == 0)
			continue;
		show_row(out,
		    group == last_group
			? ""
			: account_group_name((enum account_group)group),
		    account_name(i), &book->what[i], book->bytes);
		last_group = group;
		if (i == ACCOUNT_TCP_OPTIONS)
			show_options(out, book);
	}
	struct tally total = {book->frames, book->bytes};
	show_row(out, "total", "", &total, book->bytes);
}

static void show_why_row(FILE *out, const char *name,
    const struct purpose_tally *why, uint64_t whole)
{
	fprintf(out, "  %-24s %10s %16s %12s %10s\n", name,
	    show_count(why->frames).text,
	    show_count(why->bytes - why->payload).text,
	    show_count(why->payload).text, show_share(why->bytes, whole).text);
}

static void show_why(FILE *out, const struct book *book)
{
	struct purpose_tally total = {0};

	fprintf(out, "\n%-26s %10s %16s %12s %10s\n",
	    "Why the frames were sent", "frames", "overhead bytes", "payload",
	    "share");
	for (unsigned i = 0; i < PURPOSE_COUNT; i++) {
		const struct purpose_tally *why = &book->why[i];

		if (why->frames == 0)
			continue;
		show_why_row(out, purpose_name(i), why, book->bytes);
		total.frames += why->frames;
		total.bytes += why->bytes;
		total.payload += why->payload;
	}
	show_why_row(out, "total", &total, book->bytes);
}

static void show_whose(FILE *out, const struct ledger *ledger)
{
	fprintf(out, "\nWhose: %s flow%s with %s bytes, %s bytes of no flow.\n",
	    show_count(ledger->flows).text, ledger->flows == 1 ? "" : "s",
	    show_count(ledger->of_flows.bytes).text,
	    show_count(ledger->of_none.bytes).text);
	fprintf(out, "What, why and whose %s to %s bytes.\n",
	    ledger_balances(ledger) ? "each add up" : "DO NOT ADD UP",
	    show_count(ledger->total.bytes).text);
}

/* What the payload itself spends on framing. */
static void show_applications(FILE *out, const struct ledger *ledger)
{
	double of_content;

	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		const struct application_sums *sums = &ledger->application[i];

		if (!application_is_there(sums))
			continue;
		fprintf(out,
		    "\nInside the payload: %s, %s bytes of framing, %s of "
		    "content",
		    application_name((enum application)i),
		    show_count(sums->framing).text,
		    show_count(sums->content).text);
		if (sums->unparsed > 0)
			fprintf(out, ", %s behind a gap",
			    show_count(sums->unparsed).text);
		fprintf(out, ".\n");
	}
	if (!ledger_overhead_of_content(ledger, &of_content))
		return;
	uint64_t unclaimed = ledger_unclaimed(ledger);
	if (unclaimed > 0)
		fprintf(out,
		    "Of no application: %s byte%s of payload, which count%s "
		    "as content.\n",
		    show_count(unclaimed).text, unclaimed == 1 ? "" : "s",
		    unclaimed == 1 ? "s" : "");
	fprintf(out, "Overhead per byte of content: %s\n",
	    show_decimal(of_content).text);
}

/* Addresses have no fixed width: the column takes the widest. */
static int endpoint_width(struct selection *flows)
{
	size_t width = strlen("client");
	const struct owner *owner;

	selection_rewind(flows);
	while ((owner = selection_next(flows)) != NULL)
		for (unsigned end = 0; end < 2; end++) {
			size_t len = strlen(show_endpoint(owner, end).text);

			width = len > width ? len : width;
		}
	return (int)width;
}

static void show_flow(FILE *out, const struct owner *owner, int width)
{
	struct book both;

	owner_book_of_both(owner, &both);
	fprintf(out, "%-5s %-*s %-*s %5s %7s %9s %9s %9s\n", owner->protocol,
	    width, show_endpoint(owner, owner->client).text, width,
	    show_endpoint(owner, !owner->client).text,
	    show_count(owner->turns).text, show_count(both.frames).text,
	    show_count(both.bytes).text,
	    show_count(both.what[ACCOUNT_PAYLOAD].bytes).text,
	    show_overhead(&both).text);
}

static void show_left(FILE *out, uint64_t left)
{
	if (left > 0)
		fprintf(out, "and %s more\n", show_count(left).text);
}

static void show_flows(FILE *out, struct selection *flows)
{
	int width = endpoint_width(flows);
	const struct owner *owner;

	fprintf(out, "\n%-5s %-*s %-*s %5s %7s %9s %9s %9s\n", "flow", width,
	    "client", width, "server", "turns", "frames", "bytes", "payload",
	    "overhead");
	selection_rewind(flows);
	while ((owner = selection_next(flows)) != NULL)
		show_flow(out, owner, width);
	show_left(out, flows->left);
}

static void show_groups(FILE *out, enum grouping grouping,
    const struct group_selection *groups)
{
	fprintf(out, "\n%-28s %9s %13s %13s %14s %9s\n",
	    grouping_name(grouping), "frames", "bytes", "payload",
	    "overhead bytes", "overhead");
	for (size_t i = 0; i < groups->count; i++) {
		const struct book *book = &groups->group[i]->book;
		uint64_t payload = book->what[ACCOUNT_PAYLOAD].bytes;

		fprintf(out, "%-28s %9s %13s %13s %14s %9s\n",
		    groups->group[i]->name, show_count(book->frames).text,
		    show_count(book->bytes).text, show_count(payload).text,
		    show_count(book->bytes - payload).text,
		    show_overhead(book).text);
	}
	show_left(out, groups->left);
}

void report_warnings(FILE *out, const struct ledger *ledger, const char *whose)
{
	for (unsigned i = 0; i < WARNING_COUNT; i++) {
		const char *text = warning_text(i), *end = strstr(text, "s ");
		uint64_t count = ledger->warnings[i];

		if (count > 0)
			fprintf(out, "Careful: %s%s %.*s%s%s\n", whose,
			    show_count(count).text, (int)(end - text), text,
			    number_plural(count), end + 1);
	}
}

void report_text(FILE *out, const struct report *report)
{
	show_head(out, report);
	show_what(out, &report->ledger->total);
	show_why(out, &report->ledger->total);
	show_applications(out, report->ledger);
	show_whose(out, report->ledger);
	report_warnings(out, report->ledger, "");
	if (report->groups != NULL)
		show_groups(out, report->grouping, report->groups);
	if (report->flows != NULL)
		show_flows(out, report->flows);
}
