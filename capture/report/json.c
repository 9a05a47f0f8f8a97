/* json.c - the ledger as JSON, schema wiretoll/1. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/json.h"
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"
#include "capture/report/json_joint.h"
#include "capture/report/show.h"

static void *must_allocate(size_t size)
{
	return must(malloc(size), "JSON");
}

void json_secure(void)
{
	json_set_alloc_funcs(must_allocate, free);
}

void json_begin(struct json_out *json, FILE *file)
{
	json_secure();
	*json = (struct json_out){.file = file, .is_first = true};
}

bool json_end(struct json_out *json)
{
	return fputc('\n', json->file) != EOF;
}

/* Where the next value goes: behind a comma, on a line of its own. */
static void next(struct json_out *json, const char *key)
{
	if (!json->is_first)
		putc(',', json->file);
	if (json->depth > 0)
		fprintf(json->file, "\n%*s", (int)json->depth * 2, "");
	if (key != NULL)
		fprintf(json->file, "\"%s\": ", key);
	json->is_first = false;
}

void json_open(struct json_out *json, const char *key, char bracket)
{
	next(json, key);
	putc(bracket, json->file);
	json->depth++;
	json->is_first = true;
}

void json_close(struct json_out *json, char bracket)
{
	json->depth--;
	if (!json->is_first)
		fprintf(json->file, "\n%*s", (int)json->depth * 2, "");
	putc(bracket, json->file);
	json->is_first = false;
}

/* Whether the file takes it, the flush at the end will say. */
void json_put(struct json_out *json, const char *key, json_t *value)
{
	next(json, key);
	json_dumpf(value, json->file,
	    JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	json_decref(value);
}

json_t *json_count(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *tally_json(const struct tally *tally)
{
	return json_pack("{s:o, s:o}", "frames", json_count(tally->frames),
	    "bytes", json_count(tally->bytes));
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

static json_t *why_json(const struct purpose_tally all[PURPOSE_COUNT])
{
	json_t *out = json_object();

	for (unsigned i = 0; i < PURPOSE_COUNT; i++) {
		const struct purpose_tally *why = &all[i];

		if (why->frames == 0)
			continue;
		json_object_set_new(out, purpose_name(i),
		    json_pack("{s:o, s:o, s:o}", "frames",
			json_count(why->frames), "bytes",
			json_count(why->bytes), "payload",
			json_count(why->payload)));
	}
	return out;
}

static json_t *figure(bool exists, double value)
{
	return exists ? json_real(value) : json_null();
}

json_t *json_of_book(const struct book *book)
{
	json_t *out = json_object();
	uint64_t payload = book->what[ACCOUNT_PAYLOAD].bytes;
	double overhead = 0, efficiency = 0;
	bool has_overhead = book_overhead(book, &overhead);
	bool has_efficiency = book_efficiency(book, &efficiency);

	json_object_set_new(out, "frames", json_count(book->frames));
	json_object_set_new(out, "bytes", json_count(book->bytes));
	json_object_set_new(out, "payload", json_count(payload));
	json_object_set_new(out, "repeated",
	    json_count(book->what[ACCOUNT_REPEATED].bytes));
	json_object_set_new(out, "overhead", json_count(book->bytes - payload));
	json_object_set_new(out, "overhead_per_payload_byte",
	    figure(has_overhead, overhead));
	json_object_set_new(out, "efficiency",
	    figure(has_efficiency, efficiency));
	json_object_set_new(out, "what", what_json(book));
	json_object_set_new(out, "tcp_options", options_json(book));
	json_object_set_new(out, "why", why_json(book->why));
	return out;
}

static json_t *text_or_null(bool exists, const char *text)
{
	return exists ? json_string(text) : json_null();
}

json_t *json_path(const char *path)
{
	json_t *out = json_string(path);

	if (out != NULL)
		return out;
	char *safe = must_allocate(strlen(path) + 1);
	strcpy(safe, path);
	for (char *at = safe; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	out = json_string(safe);
	free(safe);
	return out;
}

static json_t *error_json(const struct report_file *file)
{
	const struct source_error *error = &file->error;

	if (!file->has_error)
		return json_null();
	return json_pack("{s:s, s:o}", "reason", error->reason, "offset",
	    error->has_offset ? json_count(error->offset) : json_null());
}

static json_t *file_json(const struct report_file *file)
{
	const struct source_info *info = &file->info;
	json_t *out = json_object(), *types = json_array();
	bool has_time = info->has_time;

	for (size_t i = 0; i < info->link_type_count; i++)
		json_array_append_new(types,
		    json_string(show_link_type(info->link_types[i]).text));
	json_object_set_new(out, "path", json_path(file->path));
	json_object_set_new(out, "format",
	    text_or_null(info->format != NULL, info->format));
	json_object_set_new(out, "frames", json_count(info->frames));
	json_object_set_new(out, "bytes", json_count(info->bytes));
	json_object_set_new(out, "link_types", types);
	json_object_set_new(out, "first",
	    text_or_null(has_time, show_time(info->first_ns).text));
	json_object_set_new(out, "last",
	    text_or_null(has_time, show_time(info->last_ns).text));
	json_object_set_new(out, "error", error_json(file));
	return out;
}

static json_t *warnings_json(const struct ledger *ledger)
{
	json_t *out = json_array();

	for (unsigned i = 0; i < WARNING_COUNT; i++)
		if (ledger->warnings[i] > 0)
			json_array_append_new(out,
			    json_pack("{s:s, s:o}", "kind", warning_name(i),
				"count", json_count(ledger->warnings[i])));
	return out;
}

static json_t *flow_json(const struct owner *owner)
{
	unsigned client = owner->client;
	struct book both, sent, received;

	owner_book_of_both(owner, &both);
	owner_book(owner, client, &sent);
	owner_book(owner, !client, &received);
	json_t *out = json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:o}", "id",
	    json_count(owner->id), "protocol", owner->protocol, "client",
	    show_endpoint(owner, client).text, "server",
	    show_endpoint(owner, !client).text, "start",
	    show_time(owner->first_ns).text, "end",
	    show_time(owner->last_ns).text, "turns", json_count(owner->turns));
	json_object_update_new(out, json_of_book(&both));
	json_object_set_new(out, "client_to_server", json_of_book(&sent));
	json_object_set_new(out, "server_to_client", json_of_book(&received));
	if (owner->joint != NULL)
		json_object_set_new(out, "mergeable", json_of_joint(owner));
	return out;
}

static void put_flows(struct json_out *json, struct selection *flows)
{
	const struct owner *owner;

	json_open(json, "flows", '[');
	selection_rewind(flows);
	while ((owner = selection_next(flows)) != NULL)
		json_put(json, NULL, flow_json(owner));
	json_close(json, ']');
}

static void put_book(struct json_out *json, const struct book *book)
{
	json_t *members = json_of_book(book), *value;
	const char *key;

	json_object_foreach(members, key, value)
	    json_put(json, key, json_incref(value));
	json_decref(members);
}

static json_t *groups_json(const uint64_t what[GROUP_COUNT])
{
	json_t *out = json_object();

	for (unsigned i = 0; i < GROUP_COUNT; i++)
		if (what[i] > 0)
			json_object_set_new(out, account_group_name(i),
			    json_count(what[i]));
	return out;
}

static json_t *slice_json(const struct slices *slices,
    const struct slice *slice)
{
	uint64_t payload = slice->what[GROUP_PAYLOAD] - slice->repeated;
	json_t *out = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "start",
	    show_time(slices_start(slices, slice)).text, "frames",
	    json_count(slice->frames), "bytes", json_count(slice->bytes),
	    "payload", json_count(payload), "repeated",
	    json_count(slice->repeated), "overhead",
	    json_count(slice->bytes - payload));

	json_object_set_new(out, "overhead_per_payload_byte",
	    payload == 0 ? json_null()
			 : json_real((double)(slice->bytes - payload) /
				     (double)payload));
	json_object_set_new(out, "groups", groups_json(slice->what));
	json_object_set_new(out, "why", why_json(slice->why));
	return out;
}

static void put_slices(struct json_out *json, const struct slices *slices)
{
	json_put(json, "interval", json_real((double)slices->width_ns / 1e9));
	json_open(json, "slices", '[');
	for (size_t i = 0; i < slices->count; i++)
		json_put(json, NULL, slice_json(slices, &slices->slice[i]));
	json_close(json, ']');
}

static void put_groups(struct json_out *json, enum grouping grouping,
    const struct group_selection *groups)
{
	json_put(json, "by", json_string(grouping_name(grouping)));
	json_open(json, "groups", '[');
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = groups->group[i];
		json_t *row = json_pack("{s:s}", "name", group->name);

		if (grouping == GROUPING_PORT || grouping == GROUPING_HOST)
			json_object_set_new(row, "flow_count",
			    json_count(group->flows));
		json_object_update_new(row, json_of_book(&group->book));
		json_put(json, NULL, row);
	}
	json_close(json, ']');
}

static json_t *applications_json(const struct ledger *ledger)
{
	json_t *out = json_object();

	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		const struct application_sums *sums = &ledger->application[i];

		if (application_is_there(sums))
			json_object_set_new(out,
			    application_name((enum application)i),
			    json_pack("{s:o, s:o, s:o}", "framing",
				json_count(sums->framing), "content",
				json_count(sums->content), "unparsed",
				json_count(sums->unparsed)));
	}
	return out;
}

void json_put_report(struct json_out *json, const struct report *report)
{
	const struct ledger *ledger = report->ledger;

	json_put(json, "schema", json_string("wiretoll/1"));
	json_put(json, "level", json_string(level_name(ledger->level)));
	json_open(json, "files", '[');
	for (size_t i = 0; i < report->files; i++)
		json_put(json, NULL, file_json(&report->file[i]));
	json_close(json, ']');
	if (report->merged != NULL)
		json_put(json, "merged",
		    json_pack("{s:o, s:o}", "ledgers",
			json_count(report->merged->ledgers), "joined_flows",
			json_count(report->merged->joined_flows)));
	put_book(json, &ledger->total);
	double of_content = 0;
	bool has_content = ledger_overhead_of_content(ledger, &of_content);
	json_put(json, "application", applications_json(ledger));
	json_put(json, "overhead_per_content_byte",
	    figure(has_content, of_content));
	json_put(json, "warnings", warnings_json(ledger));
	json_put(json, "balances", json_boolean(ledger_balances(ledger)));
	json_put(json, "other", json_of_book(&ledger->of_none));
	json_put(json, "flow_count", json_count(ledger->flows));
	if (report->slices != NULL)
		put_slices(json, report->slices);
	if (report->groups != NULL)
		put_groups(json, report->grouping, report->groups);
	if (report->flows != NULL)
		put_flows(json, report->flows);
}

bool report_json(FILE *out, const struct report *report)
{
	struct json_out json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_put_report(&json, report);
	json_close(&json, '}');
	return json_end(&json);
}
