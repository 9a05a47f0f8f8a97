/* json.c - the ledger as JSON, schema wiretoll/1. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/json.h"
#include <errno.h>
#include <stdlib.h>
#include "capture/report/report.h"
#include "capture/report/show.h"

static json_t *count(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *tally_json(const struct tally *tally)
{
	return json_pack("{s:o, s:o}", "frames", count(tally->frames), "bytes",
	    count(tally->bytes));
}

static json_t *what_json(const struct book *book)
{
	json_t *out = json_object();

	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		if (book->what[i].frames > 0)
			json_object_set_new(out, account_name(i),
			    tally_json(&book->what[i]));
	return out;
}

static json_t *options_json(const struct book *book)
{
	json_t *out = json_object();

	for (unsigned i = 0; i < TCP_OPTION_COUNT; i++)
		if (book->tcp_options[i].frames > 0)
			json_object_set_new(out, tcp_option_name(i),
			    tally_json(&book->tcp_options[i]));
	return out;
}

static json_t *why_json(const struct book *book)
{
	json_t *out = json_object();

	for (unsigned i = 0; i < PURPOSE_COUNT; i++) {
		const struct purpose_tally *why = &book->why[i];

		if (why->frames == 0)
			continue;
		json_object_set_new(out, purpose_name(i),
		    json_pack("{s:o, s:o, s:o}", "frames", count(why->frames),
			"bytes", count(why->bytes), "payload",
			count(why->payload)));
	}
	return out;
}

static json_t *figure(bool exists, double value)
{
	return exists ? json_real(value) : json_null();
}

void json_set_book(json_t *out, const struct book *book)
{
	uint64_t payload = book->what[ACCOUNT_PAYLOAD].bytes;
	double overhead = 0, efficiency = 0;
	bool has_overhead = book_overhead(book, &overhead);
	bool has_efficiency = book_efficiency(book, &efficiency);

	json_object_set_new(out, "frames", count(book->frames));
	json_object_set_new(out, "bytes", count(book->bytes));
	json_object_set_new(out, "payload", count(payload));
	json_object_set_new(out, "repeated",
	    count(book->what[ACCOUNT_REPEATED].bytes));
	json_object_set_new(out, "overhead", count(book->bytes - payload));
	json_object_set_new(out, "overhead_per_payload_byte",
	    figure(has_overhead, overhead));
	json_object_set_new(out, "efficiency",
	    figure(has_efficiency, efficiency));
	json_object_set_new(out, "what", what_json(book));
	json_object_set_new(out, "tcp_options", options_json(book));
	json_object_set_new(out, "why", why_json(book));
}

static json_t *text_or_null(bool exists, const char *text)
{
	return exists ? json_string(text) : json_null();
}

/* A path need not be UTF-8, but JSON must be. */
static json_t *path_json(const char *path)
{
	json_t *out = json_string(path);
	struct shown safe = {""};

	if (out != NULL)
		return out;
	for (size_t i = 0; i + 1 < sizeof(safe.text) && path[i] != '\0'; i++)
		safe.text[i] = path[i] >= ' ' && path[i] <= '~' ? path[i] : '?';
	return json_string(safe.text);
}

static json_t *file_json(const struct report_file *file)
{
	const struct source_info *info = &file->info;
	json_t *out = json_object(), *types = json_array();
	bool has_time = info->frames > 0;

	for (size_t i = 0; i < info->link_type_count; i++)
		json_array_append_new(types,
		    json_string(show_link_type(info->link_types[i]).text));
	json_object_set_new(out, "path", path_json(file->path));
	json_object_set_new(out, "format",
	    text_or_null(info->format != NULL, info->format));
	json_object_set_new(out, "frames", count(info->frames));
	json_object_set_new(out, "bytes", count(info->bytes));
	json_object_set_new(out, "link_types", types);
	json_object_set_new(out, "first",
	    text_or_null(has_time, show_time(info->first_ns).text));
	json_object_set_new(out, "last",
	    text_or_null(has_time, show_time(info->last_ns).text));
	json_object_set_new(out, "error",
	    !file->has_error
		? json_null()
		: json_pack("{s:s, s:o}", "reason", file->error.reason,
		      "offset", count(file->error.offset)));
	return out;
}

static json_t *warnings_json(const struct ledger *ledger)
{
	json_t *out = json_array();

	for (unsigned i = 0; i < WARNING_COUNT; i++)
		if (ledger->warnings[i] > 0)
			json_array_append_new(out,
			    json_pack("{s:s, s:o}", "kind", warning_name(i),
				"count", count(ledger->warnings[i])));
	return out;
}

static json_t *direction_json(const struct book *book)
{
	json_t *out = json_object();

	json_set_book(out, book);
	return out;
}

static json_t *flow_json(const struct owner *owner, size_t id)
{
	unsigned client = owner->client;
	struct book both, sent, received;

	owner_book_of_both(owner, &both);
	owner_book(owner, client, &sent);
	owner_book(owner, !client, &received);
	json_t *out = json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:o}", "id",
	    count(id), "protocol", owner->protocol, "client",
	    show_endpoint(owner, client).text, "server",
	    show_endpoint(owner, !client).text, "start",
	    show_time(owner->first_ns).text, "end",
	    show_time(owner->last_ns).text, "turns", count(owner->turns));
	json_set_book(out, &both);
	json_object_set_new(out, "client_to_server", direction_json(&sent));
	json_object_set_new(out, "server_to_client", direction_json(&received));
	return out;
}

static json_t *flows_json(const struct ledger *ledger)
{
	json_t *out = json_array();

	for (size_t i = 0; i < ledger->owners; i++)
		json_array_append_new(out, flow_json(ledger->owner[i], i));
	return out;
}

json_t *json_of_report(const struct report *report)
{
	const struct ledger *ledger = report->ledger;
	json_t *out = json_object(), *files = json_array();

	for (size_t i = 0; i < report->files; i++)
		json_array_append_new(files, file_json(&report->file[i]));
	json_object_set_new(out, "schema", json_string("wiretoll/1"));
	json_object_set_new(out, "level",
	    json_string(level_name(ledger->level)));
	json_object_set_new(out, "files", files);
	json_set_book(out, &ledger->total);
	json_object_set_new(out, "warnings", warnings_json(ledger));
	json_object_set_new(out, "balances",
	    json_boolean(ledger_balances(ledger)));
	json_object_set_new(out, "other", direction_json(&ledger->of_none));
	json_object_set_new(out, "flow_count", count(ledger->flows));
	if (report->shows_flows)
		json_object_set_new(out, "flows", flows_json(ledger));
	return out;
}

bool json_write(FILE *out, json_t *value)
{
	int failed =
	    json_dumpf(value, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15));

	json_decref(value);
	return failed == 0 && fputc('\n', out) != EOF;
}

bool report_json(FILE *out, const struct report *report)
{
	return json_write(out, json_of_report(report));
}
