/* book.c - one book read back from JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/parse/book.h"
#include <string.h>

/* All accounts, kinds or purposes, by the same kind of function. */
typedef const char *name_function(unsigned i);

static const char *name_of_account(unsigned i)
{
	return account_name((enum account)i);
}

static const char *name_of_option(unsigned i)
{
	return tcp_option_name((enum tcp_option)i);
}

static const char *name_of_purpose(unsigned i)
{
	return purpose_name((enum purpose)i);
}

/* Which of `count` names is it?  count, after a complaint, if none. */
static unsigned find(const struct place *place, const char *name,
    name_function *name_of, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(name, name_of(i)) == 0)
			return i;
	(void)place_complain(place, "nothing here is called '%.60s'", name);
	return count;
}

/* Each frame holds at least a byte, and no sum is above that of the book. */
static bool parse_tallies(const struct place *place, json_t *object,
    name_function *name_of, unsigned count, const struct book *book,
    struct tally out[])
{
	uint64_t sum = 0;
	const char *name;
	json_t *row;

	json_object_foreach(object, name, row)
	{
		unsigned i = find(place, name, name_of, count);
		struct place here = place_member(place, name);

		if (i == count ||
		    !value_count(&here, row, "bytes", book->bytes - sum,
			&out[i].bytes) ||
		    !value_count(&here, row, "frames", book->frames,
			&out[i].frames))
			return false;
		if (out[i].frames == 0 || out[i].frames > out[i].bytes)
			return place_complain(&here,
			    "so many frames cannot hold so many bytes");
		sum += out[i].bytes;
	}
	return true;
}

static bool parse_purposes(const struct place *place, json_t *object,
    const struct book *book, struct purpose_tally out[])
{
	uint64_t bytes = 0, frames = 0;
	const char *name;
	json_t *row;

	json_object_foreach(object, name, row)
	{
		unsigned i = find(place, name, name_of_purpose, PURPOSE_COUNT);
		struct place here = place_member(place, name);

		if (i == PURPOSE_COUNT ||
		    !value_count(&here, row, "bytes", book->bytes - bytes,
			&out[i].bytes) ||
		    !value_count(&here, row, "frames", book->frames - frames,
			&out[i].frames) ||
		    !value_count(&here, row, "payload", out[i].bytes,
			&out[i].payload))
			return false;
		if (out[i].frames == 0)
			return place_complain(&here, "it has no frames");
		bytes += out[i].bytes;
		frames += out[i].frames;
	}
	return true;
}

/* What stands there twice, in sums, is as it has to be. */
static bool agrees(const struct place *place, json_t *object,
    const struct book *book)
{
	uint64_t payload = book->what[ACCOUNT_PAYLOAD].bytes;
	const struct {
		const char *key;
		uint64_t value;
	} sums[] = {
	    {"payload", payload},
	    {"repeated", book->what[ACCOUNT_REPEATED].bytes},
	    {"overhead", book->bytes - payload},
	};

	for (unsigned i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		uint64_t value;

		if (!value_count(place, object, sums[i].key, INT64_MAX, &value))
			return false;
		if (value != sums[i].value)
			return place_complain(place,
			    "'%s' is not what its accounts say", sums[i].key);
	}
	return true;
}

bool parse_book(const struct place *place, json_t *object, struct book *out)
{
	json_t *what = NULL, *why = NULL, *options = NULL;
	struct book book = {0};

	if (!value_count(place, object, "frames", INT64_MAX, &book.frames) ||
	    !value_count(place, object, "bytes", INT64_MAX, &book.bytes) ||
	    !value_get(place, object, "what", JSON_OBJECT, &what) ||
	    !value_get(place, object, "why", JSON_OBJECT, &why) ||
	    !value_get(place, object, "tcp_options", JSON_OBJECT, &options))
		return false;
	struct place in_what = place_member(place, "what");
	struct place in_why = place_member(place, "why");
	struct place in_options = place_member(place, "tcp_options");
	if (!parse_tallies(&in_what, what, name_of_account, ACCOUNT_COUNT,
		&book, book.what) ||
	    !parse_tallies(&in_options, options, name_of_option,
		TCP_OPTION_COUNT, &book, book.tcp_options) ||
	    !parse_purposes(&in_why, why, &book, book.why))
		return false;
	if (!book_balances(&book))
		return place_complain(place, "its figures do not add up");
	if (!agrees(place, object, &book))
		return false;
	*out = book;
	return true;
}
