/* files.c - the captures a ledger was made of, read back from JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"
#include "capture/parse/ledger.h"
#include "capture/report/show.h"
#include "wire/number.h"

/* Text that a terminal may be shown. */
static void make_plain(char *text)
{
	for (char *at = text; *at != '\0'; at++)
		if ((*at >= 0 && *at < ' ') || *at == 127)
			*at = '?';
}

static bool parse_format(const struct place *place, json_t *object,
    const char **out)
{
	static const char *const known[] = {"pcap", "pcapng"};
	struct place at = place_member(place, "format");
	const char *text = NULL;

	*out = NULL;
	if (!value_text_or_null(place, object, "format", &text))
		return false;
	if (text == NULL)
		return true;
	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(text, known[i]) == 0)
			*out = known[i];
	return *out != NULL ||
	       place_complain(&at, "no format is called '%.60s'", text);
}

/* By its name or its number. */
static bool find_link_type(const char *text, uint16_t *out)
{
	uint64_t number;

	if (number_parse(text, 0, UINT16_MAX, &number)) {
		*out = (uint16_t)number;
		return true;
	}
	for (uint32_t i = 0; i <= UINT16_MAX; i++)
		if (strcmp(text, show_link_type((uint16_t)i).text) == 0) {
			*out = (uint16_t)i;
			return true;
		}
	return false;
}

static bool parse_link_types(const struct place *place, json_t *object,
    struct source_info *out)
{
	struct place at = place_member(place, "link_types");
	size_t room = sizeof(out->link_types) / sizeof(out->link_types[0]);
	json_t *types = NULL, *type;
	size_t i;

	if (!value_get(place, object, "link_types", JSON_ARRAY, &types))
		return false;
	if (json_array_size(types) > room)
		return place_complain(&at, "more than %zu", room);
	json_array_foreach(types, i, type)
	{
		const char *text = json_string_value(type);
		struct place item = place_item(&at, i);

		if (text == NULL)
			return place_complain(&item, "it is not text");
		if (!find_link_type(text, &out->link_types[i]))
			return place_complain(&item,
			    "no link type is called '%.40s'", text);
	}
	out->link_type_count = i;
	return true;
}

static bool parse_span(const struct place *place, json_t *object,
    struct source_info *out)
{
	struct place at_first = place_member(place, "first");
	struct place at_last = place_member(place, "last");
	const char *first = NULL, *last = NULL;

	if (!value_text_or_null(place, object, "first", &first) ||
	    !value_text_or_null(place, object, "last", &last))
		return false;
	if ((first != NULL && !value_time(&at_first, first, &out->first_ns)) ||
	    (last != NULL && !value_time(&at_last, last, &out->last_ns)))
		return false;
	if (out->last_ns < out->first_ns)
		return place_complain(place, "it ends before it starts");
	out->has_time = first != NULL;
	return true;
}

static bool parse_error(const struct place *place, json_t *object,
    struct report_file *out)
{
	struct place at = place_member(place, "error");
	json_t *error = json_object_get(object, "error");
	const char *reason = "";

	if (json_is_null(error))
		return true;
	if (!value_get(place, object, "error", JSON_OBJECT, &error) ||
	    !value_text(&at, error, "reason", &reason))
		return false;
	out->has_error = true;
	/* Of a file that could not even be opened there is none. */
	out->error.has_offset = !json_is_null(json_object_get(error, "offset"));
	if (out->error.has_offset &&
	    !value_count(&at, error, "offset", INT64_MAX, &out->error.offset))
		return false;
	snprintf(out->error.reason, sizeof(out->error.reason), "%s", reason);
	make_plain(out->error.reason);
	return true;
}

static bool parse_file(const struct place *place, json_t *object,
    struct report_file *out)
{
	struct source_info *info = &out->info;
	const char *path = "";

	if (!value_text(place, object, "path", &path) ||
	    !parse_format(place, object, &info->format) ||
	    !value_count(place, object, "frames", INT64_MAX, &info->frames) ||
	    !value_count(place, object, "bytes", INT64_MAX, &info->bytes) ||
	    !parse_link_types(place, object, info) ||
	    !parse_span(place, object, info) ||
	    !parse_error(place, object, out))
		return false;
	char *copy = must(strdup(path), "ledger");
	make_plain(copy);
	out->path = copy;
	return true;
}

bool parse_files(const struct place *place, json_t *files, struct parsed *out)
{
	size_t count = json_array_size(files);

	out->file = must(calloc(count + 1, sizeof(*out->file)), "ledger");
	for (size_t i = 0; i < count; i++) {
		struct place at = place_item(place, i);

		if (!parse_file(&at, json_array_get(files, i), &out->file[i]))
			return false;
		out->files++;
	}
	return true;
}
