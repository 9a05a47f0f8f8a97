/* ledger.c - a ledger read back from JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/parse/ledger.h"
#include <stdlib.h>
#include <string.h>
#include "capture/parse/book.h"
#include "capture/parse/document.h"
#include "capture/parse/flow.h"

/* A ledger on its way in. */
struct intake {
	struct parsed parsed;
	json_t *head; /* all members but the flows */
	bool has_flows;
};

void parsed_destroy(struct parsed *parsed)
{
	for (size_t i = 0; i < parsed->files; i++)
		free((void *)(uintptr_t)parsed->file[i].path);
	free(parsed->file);
	ledger_destroy(&parsed->ledger);
}

static bool take_flows(struct document *document, struct intake *intake)
{
	struct place flows = place_member(&document->root, "flows");

	if (!document_passes(document, '['))
		return place_complain(&flows, "it is not an array");
	intake->has_flows = true;
	if (document_passes(document, ']'))
		return true;
	do {
		struct place at =
		    place_item(&flows, intake->parsed.ledger.owners);
		json_t *flow = document_value(document);

		if (flow == NULL)
			return false;
		bool is_good = parse_flow(&at, flow, &intake->parsed.ledger);
		json_decref(flow);
		if (!is_good)
			return false;
	} while (document_passes(document, ','));
	return document_passes(document, ']') ||
	       place_complain(&flows, "not JSON: ']' expected");
}

static bool take_member(struct document *document, const char *key, void *arg)
{
	struct intake *intake = arg;
	struct place at = place_member(&document->root, key);
	bool is_flows = strcmp(key, "flows") == 0;

	if ((is_flows && intake->has_flows) ||
	    json_object_get(intake->head, key) != NULL)
		return place_complain(&at, "it is there twice");
	if (is_flows)
		return take_flows(document, intake);
	json_t *value = document_value(document);
	if (value == NULL)
		return false;
	json_object_set_new(intake->head, key, value);
	return true;
}

/* Called so by name, row i of the enum; count if none is. */
static unsigned find(const char *name, const char *(*name_of)(unsigned),
    unsigned count)
{
	unsigned i = 0;

	while (i < count && strcmp(name, name_of(i)) != 0)
		i++;
	return i;
}

static const char *name_of_warning(unsigned i)
{
	return warning_name((enum warning)i);
}

static const char *name_of_application(unsigned i)
{
	return application_name((enum application)i);
}

static bool parse_warnings(const struct place *root, json_t *head,
    struct ledger *out)
{
	struct place place = place_member(root, "warnings");
	json_t *rows = NULL, *row;
	size_t i;

	if (!value_get(root, head, "warnings", JSON_ARRAY, &rows))
		return false;
	json_array_foreach(rows, i, row)
	{
		struct place at = place_item(&place, i);
		const char *kind = "";
		uint64_t count;

		if (!value_text(&at, row, "kind", &kind) ||
		    !value_count(&at, row, "count", INT64_MAX, &count))
			return false;
		unsigned warning = find(kind, name_of_warning, WARNING_COUNT);
		if (warning == WARNING_COUNT)
			return place_complain(&at,
			    "no warning is called '%.60s'", kind);
		if (out->warnings[warning] != 0)
			return place_complain(&at, "it is there twice");
		out->warnings[warning] = count;
	}
	return true;
}

/* Framing, content and the rest are payload. */
static bool parse_applications(const struct place *root, json_t *head,
    struct ledger *out)
{
	struct place place = place_member(root, "application");
	uint64_t left = out->total.what[ACCOUNT_PAYLOAD].bytes;
	json_t *rows = NULL, *row;
	const char *name;

	if (!value_get(root, head, "application", JSON_OBJECT, &rows))
		return false;
	json_object_foreach(rows, name, row)
	{
		struct place at = place_member(&place, name);
		unsigned i = find(name, name_of_application, APPLICATION_COUNT);

		if (i == APPLICATION_COUNT)
			return place_complain(&at, "there is no such one");
		struct application_sums *sums = &out->application[i];
		if (!value_count(&at, row, "framing", left, &sums->framing) ||
		    !value_count(&at, row, "content", left - sums->framing,
			&sums->content) ||
		    !value_count(&at, row, "unparsed",
			left - sums->framing - sums->content, &sums->unparsed))
			return false;
		left -= sums->framing + sums->content + sums->unparsed;
	}
	return true;
}

static bool parse_merged(const struct place *root, json_t *head,
    struct report_merged *out)
{
	struct place at = place_member(root, "merged");
	json_t *merged = json_object_get(head, "merged");

	if (merged == NULL)
		return true;
	return value_count(&at, merged, "ledgers", UINT32_MAX, &out->ledgers) &&
	       value_count(&at, merged, "joined_flows", INT64_MAX,
		   &out->joined_flows);
}

/* What is it at all? */
static bool parse_kind(const struct place *root, json_t *head,
    struct ledger *out)
{
	const char *schema = "", *level = "";
	struct place at_schema = place_member(root, "schema");
	struct place at_level = place_member(root, "level");

	if (!value_text(root, head, "schema", &schema))
		return false;
	if (strcmp(schema, "wiretoll/1") != 0)
		return place_complain(&at_schema, "'%.40s' is not wiretoll/1",
		    schema);
	if (!value_text(root, head, "level", &level))
		return false;
	if (!level_parse(level, &out->level))
		return place_complain(&at_level, "no level is called '%.40s'",
		    level);
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct owner *const *left = a, *const *right = b;

	return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

/* The flows may be sorted; all of them have to be there. */
static bool order_flows(const struct place *root, const struct intake *intake)
{
	const struct ledger *ledger = &intake->parsed.ledger;
	struct place at = place_member(root, "flows");
	uint64_t count;

	if (!value_count(root, intake->head, "flow_count", INT64_MAX, &count))
		return false;
	if (!intake->has_flows && count > 0)
		return place_complain(&at, "they were left out");
	if (count != ledger->owners)
		return place_complain(&at, "%zu of %llu are there",
		    ledger->owners, (unsigned long long)count);
	if (count > 0)
		qsort(ledger->owner, ledger->owners, sizeof(*ledger->owner),
		    by_id);
	for (size_t i = 0; i < ledger->owners; i++)
		if (ledger->owner[i]->id != i)
			return place_complain(&at, "their ids are not 0 to %zu",
			    ledger->owners - 1);
	return true;
}

/* Sums within INT64_MAX, as those of a book that was parsed. */
static bool add_flows(const struct place *root, struct ledger *ledger)
{
	const struct book *total = &ledger->total;
	uint64_t frames = ledger->of_none.frames;
	uint64_t bytes = ledger->of_none.bytes;

	ledger->frames = total->frames;
	ledger->bytes = total->bytes;
	for (size_t i = 0; i < ledger->owners; i++) {
		struct book both;

		owner_book_of_both(ledger->owner[i], &both);
		book_add(&ledger->of_flows, &both);
		frames += both.frames;
		bytes += both.bytes;
		if (frames > total->frames || bytes > total->bytes)
			break;
	}
	return ledger_balances(ledger) ||
	       place_complain(root, "flows and others do not add up to the "
				    "total");
}

static bool parse_head(const struct place *root, struct intake *intake)
{
	struct parsed *parsed = &intake->parsed;
	struct ledger *ledger = &parsed->ledger;
	struct place at_other = place_member(root, "other");
	struct place at_files = place_member(root, "files");
	json_t *other = NULL, *files = NULL;

	return parse_kind(root, intake->head, ledger) &&
	       value_get(root, intake->head, "files", JSON_ARRAY, &files) &&
	       parse_files(&at_files, files, parsed) &&
	       parse_book(root, intake->head, &ledger->total) &&
	       value_get(root, intake->head, "other", JSON_OBJECT, &other) &&
	       parse_book(&at_other, other, &ledger->of_none) &&
	       parse_applications(root, intake->head, ledger) &&
	       parse_warnings(root, intake->head, ledger) &&
	       parse_merged(root, intake->head, &parsed->merged) &&
	       order_flows(root, intake) && add_flows(root, ledger);
}

bool parse_ledger(const char *text, size_t len, struct parsed *out,
    struct complaint *complaint, size_t *line)
{
	struct document document = {
	    .text = text,
	    .len = len,
	    .root = {.complaint = complaint},
	};
	struct intake intake = {
	    .parsed = {.merged = {.ledgers = 1}},
	    .head = json_object(),
	};

	ledger_init(&intake.parsed.ledger, LEVEL_LINK, true);
	bool is_good = document_each_member(&document, take_member, &intake) &&
		       document_is_over(&document);
	*line = document_line(&document);
	if (is_good) {
		*line = 0; /* of the whole */
		is_good = parse_head(&document.root, &intake);
	}
	json_decref(intake.head);
	if (is_good)
		*out = intake.parsed;
	else
		parsed_destroy(&intake.parsed);
	return is_good;
}
