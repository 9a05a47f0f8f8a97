/* flow.c - one flow read back from JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/parse/flow.h"
#include <arpa/inet.h>
#include <string.h>
#include "capture/decode/anatomy.h"
#include "capture/parse/book.h"
#include "wire/number.h"

/* "127.0.0.1:12345", "[::1]:12345"; *version is 4 or 6. */
static bool parse_endpoint(const char *text, struct endpoint *out,
    uint8_t *version)
{
	bool is_6 = text[0] == '[';
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN];
	uint64_t port;

	if (colon == NULL || !number_parse(colon + 1, 0, UINT16_MAX, &port))
		return false;
	size_t len = (size_t)(colon - text) - (is_6 ? 2 : 0);
	if (colon - text < 2 || len >= sizeof(host) ||
	    (is_6 && colon[-1] != ']'))
		return false;
	memcpy(host, text + is_6, len);
	host[len] = '\0';
	*out = (struct endpoint){.port = (uint16_t)port};
	*version = is_6 ? 6 : 4;
	return inet_pton(is_6 ? AF_INET6 : AF_INET, host, out->address) == 1;
}

static bool parse_end(const struct place *place, json_t *object,
    const char *key, struct endpoint *out, uint8_t *version)
{
	struct place at = place_member(place, key);
	const char *text = "";

	if (!value_text(place, object, key, &text))
		return false;
	if (!parse_endpoint(text, out, version))
		return place_complain(&at, "'%.60s' is not an address and port",
		    text);
	return true;
}

/* The lower one stands first, as in a flow's key. */
static bool parse_ends(const struct place *place, json_t *object,
    struct owner *out)
{
	struct endpoint client, server;
	uint8_t of_client, of_server;

	if (!parse_end(place, object, "client", &client, &of_client) ||
	    !parse_end(place, object, "server", &server, &of_server))
		return false;
	if (of_client != of_server)
		return place_complain(place,
		    "client and server are of two IP versions");
	int order =
	    memcmp(client.address, server.address, sizeof(client.address));
	if (order == 0)
		order = (int)client.port - (int)server.port;
	out->ip_version = of_client;
	out->client = order > 0;
	out->end[out->client] = client;
	out->end[!out->client] = server;
	return true;
}

static bool parse_books(const struct place *place, json_t *object,
    struct owner *out)
{
	struct place to_server = place_member(place, "client_to_server");
	struct place to_client = place_member(place, "server_to_client");
	json_t *sent = NULL, *received = NULL;
	struct book both, books[2];

	if (!value_get(place, object, "client_to_server", JSON_OBJECT, &sent) ||
	    !value_get(place, object, "server_to_client", JSON_OBJECT,
		&received) ||
	    !parse_book(place, object, &both) ||
	    !parse_book(&to_server, sent, &books[0]) ||
	    !parse_book(&to_client, received, &books[1]))
		return false;
	/* With itself an endpoint talks in one direction, that of end 0. */
	if (memcmp(&out->end[0], &out->end[1], sizeof(out->end[0])) == 0)
		out->client = books[0].frames == 0;
	owner_set_book(out, out->client, &books[0]);
	owner_set_book(out, !out->client, &books[1]);
	struct book sum = books[0];
	book_add(&sum, &books[1]);
	if (memcmp(&sum, &both, sizeof(sum)) != 0)
		return place_complain(place,
		    "its directions do not add up to it");
	return true;
}

static bool parse_protocol(const struct place *place, json_t *object,
    const char **out)
{
	struct place at = place_member(place, "protocol");
	const char *text = "";

	if (!value_text(place, object, "protocol", &text))
		return false;
	uint8_t number = anatomy_protocol_number(text);
	if (number == 0)
		return place_complain(&at, "no protocol is called '%.60s'",
		    text);
	*out = anatomy_protocol_name(number);
	return true;
}

static bool parse_times(const struct place *place, json_t *object,
    struct owner *out)
{
	struct place at_start = place_member(place, "start");
	struct place at_end = place_member(place, "end");
	const char *start = "", *end = "";

	if (!value_text(place, object, "start", &start) ||
	    !value_text(place, object, "end", &end) ||
	    !value_time(&at_start, start, &out->first_ns) ||
	    !value_time(&at_end, end, &out->last_ns))
		return false;
	if (out->last_ns < out->first_ns)
		return place_complain(place, "it ends before it starts");
	return true;
}

bool parse_flow(const struct place *place, json_t *object,
    struct ledger *ledger)
{
	struct owner *owner = ledger_open(ledger);
	struct place at = place_member(place, "mergeable");
	uint64_t frames = 0;

	if (!parse_protocol(place, object, &owner->protocol) ||
	    !parse_ends(place, object, owner) ||
	    !parse_times(place, object, owner) ||
	    !parse_books(place, object, owner) ||
	    !value_count(place, object, "id", INT64_MAX, &owner->id) ||
	    !value_count(place, object, "frames", INT64_MAX, &frames) ||
	    !value_count(place, object, "turns", frames, &owner->turns))
		return false;
	json_t *joint = json_object_get(object, "mergeable");
	return joint == NULL || parse_joint(&at, joint, owner);
}
