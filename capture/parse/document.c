/* document.c - a large JSON object, one value of it at a time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/parse/document.h"
#include <string.h>

static void skip_space(struct document *document)
{
	while (document->at < document->len &&
	       memchr(" \t\r\n", document->text[document->at], 4) != NULL)
		document->at++;
}

bool document_passes(struct document *document, char what)
{
	skip_space(document);
	document->value = document->at;
	if (document->at == document->len ||
	    document->text[document->at] != what)
		return false;
	document->at++;
	return true;
}

json_t *document_value(struct document *document)
{
	json_error_t error;
	size_t flags =
	    JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES;

	skip_space(document);
	document->value = document->at;
	json_t *value = json_loadb(document->text + document->at,
	    document->len - document->at, flags, &error);
	document->at += (size_t)error.position;
	if (value == NULL) {
		document->value = document->at;
		(void)place_complain(&document->root, "not JSON: %s",
		    error.text);
	}
	return value;
}

static bool one_member(struct document *document,
    bool (*take)(struct document *document, const char *key, void *arg),
    void *arg)
{
	json_t *key = document_value(document);

	if (key == NULL)
		return false;
	bool is_good = true;
	if (!json_is_string(key) || !document_passes(document, ':'))
		is_good = place_complain(&document->root,
		    "not JSON: a name and ':' expected");
	is_good = is_good && take(document, json_string_value(key), arg);
	json_decref(key);
	return is_good;
}

bool document_each_member(struct document *document,
    bool (*take)(struct document *document, const char *key, void *arg),
    void *arg)
{
	if (!document_passes(document, '{'))
		return place_complain(&document->root,
		    "not a ledger: '{' expected");
	if (document_passes(document, '}'))
		return true;
	do {
		if (!one_member(document, take, arg))
			return false;
	} while (document_passes(document, ','));
	return document_passes(document, '}') ||
	       place_complain(&document->root, "not JSON: '}' expected");
}

bool document_is_over(struct document *document)
{
	skip_space(document);
	document->value = document->at;
	return document->at == document->len ||
	       place_complain(&document->root,
		   "something stands behind the ledger");
}

size_t document_line(const struct document *document)
{
	size_t line = 1;

	for (size_t i = 0; i < document->value; i++)
		line += document->text[i] == '\n';
	return line;
}
