/* value.c - members of JSON objects, checked. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/parse/value.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "capture/report/show.h"

struct place place_member(const struct place *outer, const char *key)
{
	return (struct place){outer, key, 0, outer->complaint};
}

struct place place_item(const struct place *outer, size_t index)
{
	return (struct place){outer, NULL, index, outer->complaint};
}

/* Its whole name, "flows[3].what.ip"; returns the length. */
static size_t name_place(const struct place *place, char *out, size_t room)
{
	if (place->outer == NULL)
		return 0;
	size_t len = name_place(place->outer, out, room);
	int more = place->key != NULL
		       ? snprintf(out + len, room - len, "%s%.40s",
			     len > 0 ? "." : "", place->key)
		       : snprintf(out + len, room - len, "[%zu]", place->index);

	len += more < 0 ? 0 : (size_t)more;
	return len < room ? len : room - 1;
}

bool place_complain(const struct place *place, const char *format, ...)
{
	char *text = place->complaint->text;
	size_t room = sizeof(place->complaint->text) / 2;
	size_t len = name_place(place, text, room);
	va_list args;

	if (len > 0)
		len += (size_t)snprintf(text + len, 3, ": ");
	va_start(args, format);
	vsnprintf(text + len, sizeof(place->complaint->text) - len, format,
	    args);
	va_end(args);
	for (char *at = text; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return false;
}

/* NULL after a complaint. */
static json_t *member(const struct place *at, json_t *object)
{
	json_t *value = json_object_get(object, at->key);

	if (value == NULL)
		(void)place_complain(at, "it is missing");
	return value;
}

static const char *type_words(json_type type)
{
	switch (type) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "text";
	case JSON_INTEGER:
		return "a whole number";
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		return "null";
	}
	return "";
}

bool value_get(const struct place *place, json_t *object, const char *key,
    json_type type, json_t **out)
{
	struct place at = place_member(place, key);
	json_t *value = member(&at, object);

	if (value == NULL)
		return false;
	if (json_typeof(value) != type)
		return place_complain(&at, "it is not %s", type_words(type));
	*out = value;
	return true;
}

bool value_text(const struct place *place, json_t *object, const char *key,
    const char **out)
{
	json_t *value = NULL;

	if (!value_get(place, object, key, JSON_STRING, &value))
		return false;
	*out = json_string_value(value);
	return true;
}

bool value_text_or_null(const struct place *place, json_t *object,
    const char *key, const char **out)
{
	if (json_is_null(json_object_get(object, key))) {
		*out = NULL;
		return true;
	}
	return value_text(place, object, key, out);
}

bool value_bool(const struct place *place, json_t *object, const char *key,
    bool *out)
{
	struct place at = place_member(place, key);
	json_t *value = member(&at, object);

	if (value == NULL)
		return false;
	if (!json_is_boolean(value))
		return place_complain(&at, "it is not true or false");
	*out = json_is_true(value);
	return true;
}

bool value_is_integer(const struct place *place, json_t *value, int64_t min,
    int64_t max)
{
	if (!json_is_integer(value))
		return place_complain(place, "it is not a whole number");
	if (json_integer_value(value) == INT64_MAX)
		return place_complain(place,
		    "too large: what it was cannot be told");
	if (json_integer_value(value) < min || json_integer_value(value) > max)
		return place_complain(place,
		    "%" PRId64 " is not from %" PRId64 " to %" PRId64,
		    (int64_t)json_integer_value(value), min, max);
	return true;
}

bool value_count(const struct place *place, json_t *object, const char *key,
    uint64_t max, uint64_t *out)
{
	struct place at = place_member(place, key);
	json_t *value = member(&at, object);

	if (value == NULL ||
	    !value_is_integer(&at, value, 0,
		max < INT64_MAX ? (int64_t)max : INT64_MAX - 1))
		return false;
	*out = (uint64_t)json_integer_value(value);
	return true;
}

bool value_seq(const struct place *place, json_t *object, const char *key,
    bool *has, uint32_t *out)
{
	uint64_t value;

	*has = !json_is_null(json_object_get(object, key));
	if (!*has)
		return true;
	if (!value_count(place, object, key, UINT32_MAX, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

bool value_time(const struct place *place, const char *text, uint64_t *out)
{
	struct tm tm = {0};
	int year, month;
	unsigned fraction;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%9uZ", &year, &month,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		&fraction) != 7)
		return place_complain(place, "'%.40s' is not a time", text);
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	uint64_t ns = (uint64_t)timegm(&tm) * 1000000000 + fraction;
	/* One way to write it, and in range, or it was not written here. */
	if (strcmp(show_time(ns).text, text) != 0)
		return place_complain(place, "'%.40s' is not a time", text);
	*out = ns;
	return true;
}
