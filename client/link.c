/* link.c - asking the server one command at a time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/link.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

void link_init(struct link *link, const struct version *version,
    const struct net_endpoint *server, uint8_t player)
{
	link->version = version;
	link->server = *server;
	link->player = player == 0 ? 1 : player;
	link->seat = 0;
	link->is_player_given = player != 0;
	link->is_crew = false;
	link->turn = 0;
	link->route = (struct net_route){.was_reset = &link->is_reset};
	link->fd = -1;
	link->deadline = NET_FOREVER;
	link->is_reset = link->ends_by_reset = false;
	link->is_metered = true;
	link->meter = (struct meter){.connections = 0};
	link->error = 0;
	link->reply.kind = TREASURE_NOTHING;
	link->exchange = (struct exchange){.verb = TREASURE_GET,
	    .is_oneshot = version->sends_once};
	link->has_played = false;
	link->sent = 0;
	link->received = 0;
}

/* Do the scores say that there is no such player?  A crew is yet to choose. */
static bool is_absent(const struct link *link)
{
	const struct treasure_reply *reply = &link->reply;
	bool has_scores = reply->kind == TREASURE_SCORES ||
			  reply->kind == TREASURE_SCORES_BOARD;

	return has_scores && !link->is_crew &&
	       link->player > reply->scores.players;
}

/*
 * Is this how a server without room meets a one-shot client, which it resets
 * before any answer?  Q: nothing more was to come.
 */
static bool is_no_room(const struct link *link, enum treasure_verb verb)
{
	return link->version->sends_once && link->is_reset &&
	       link->received == 0 && !link->has_played &&
	       verb != TREASURE_QUIT;
}

enum link_result link_ask(struct link *link, enum treasure_verb verb)
{
	enum link_result result = link->version->ask(link, verb);

	if (result == LINK_GONE && is_no_room(link, verb))
		return LINK_REFUSED;
	if (result != LINK_OK)
		return result;
	link->exchange = (struct exchange){
	    .is_oneshot = link->version->sends_once,
	    .is_foreign = link->seat != 0 && link->seat != link->player,
	    .verb = verb,
	    .kind = link->reply.kind,
	};
	if (!exchange_fits(&link->exchange))
		return LINK_MISFIT;
	if (is_absent(link))
		return LINK_ABSENT;
	link->has_played = true;
	return LINK_OK;
}

void link_settle(struct link *link)
{
	if (link->is_crew)
		link->player =
		    (uint8_t)(1 + link->turn % link->reply.scores.players);
	link->is_crew = false;
}

static const char *error_explain(int error)
{
	switch (error) {
	case ENOENT:
		return "no such host";
	case EAGAIN:
		return "the name cannot be looked up now: no name service "
		       "answers";
	case ECONNREFUSED:
		return "connection refused: no server is listening there; "
		       "if its port is not 12345, name it HOST:PORT or :PORT";
	case EADDRNOTAVAIL:
		return "no local port is left for another connection: "
		       "wait a minute, or make fewer";
	case EMFILE:
	case ENFILE:
		return "no socket for another connection: the limit on open "
		       "files is reached (ulimit -n)";
	case ETIMEDOUT:
		return "the server does not answer in time";
	default:
		return strerror(error);
	}
}

static const char *local_explain(int error)
{
	return error == EAGAIN
		   ? "no thread for a client: the limit on threads (ulimit -u) "
		     "or on memory is reached"
		   : "no memory for a client";
}

/* A server that gives a seat serves no other player from there. */
static const char *absent_explain(const struct exchange *exchange)
{
	return exchange->is_oneshot || exchange->is_foreign
		   ? "your player is not on the board: choose another with "
		     "--player"
		   : "your player is not on the board, though the server gave "
		     "you its seat";
}

static const char *gone_explain(int error, bool is_oneshot)
{
	if (error != 0 && !is_oneshot) /* it had given us a seat */
		return "the server broke the connection off: it has gone";
	if (error != 0)
		return "the server broke the connection off: it has gone, or "
		       "has no room for another";
	return "the server closed the connection: it has stopped, or heard "
	       "nothing from you for too long";
}

bool link_is_turned_away(enum link_result result)
{
	return result == LINK_FULL || result == LINK_REFUSED;
}

const char *link_another_game(const struct version *version)
{
	if (version->sends_once)
		return "A one-shot server begins another game by "
		       "--rematch-after, or when restarted without a "
		       "journal.";
	return "When all its players have left, the next to connect begins "
	       "another.";
}

const char *link_quit_told(const struct version *version)
{
	if (version->sends_once)
		return "You have ended the game, unless the server refused: "
		       "one-shot tells no difference.";
	return "You have ended the game.";
}

const char *link_explain(enum link_result result, int error,
    const struct exchange *exchange)
{
	static char text[EXCHANGE_TEXT_LEN];

	switch (result) {
	case LINK_OK:
		return "done";
	case LINK_FULL:
		return "all seats are taken, or kept until a finished game is "
		       "left by all";
	case LINK_REFUSED:
		return exchange->is_oneshot
			   ? gone_explain(error, true)
			   : "the server has no room for another connection";
	case LINK_GONE:
		return gone_explain(error, exchange->is_oneshot);
	case LINK_CUT:
		return "a reset ended the reply, and may have cut it short: if "
		       "the server ends each one so, try --linger0";
	case LINK_OTHER:
		return "the server begins with an id: it plays the other "
		       "version";
	case LINK_SILENT:
		return "connected, but the server gives no id: it plays the "
		       "other version, or is busy with somebody else";
	case LINK_SHUT:
		return "the server gave no id and then closed: it plays the "
		       "other version, or all seats are taken";
	case LINK_GARBLED:
		return "the server's reply is none of this game's";
	case LINK_MISFIT:
		return exchange_explain(exchange, text);
	case LINK_ABSENT:
		return absent_explain(exchange);
	case LINK_ASTRAY:
		return "the board has lost your player, as one without a lock "
		       "can (treasure-server --guard none)";
	case LINK_STOPPED:
		return "left while the server had not answered";
	case LINK_LOCAL:
		return local_explain(error);
	case LINK_INPUT:
		snprintf(text, sizeof text, "stdin: %s", strerror(error));
		return text;
	case LINK_OUTPUT:
		snprintf(text, sizeof text, "stdout: %s", strerror(error));
		return text;
	case LINK_ERROR:
		break;
	}
	return error_explain(error);
}

void link_think(uint64_t commands, int64_t think_ms)
{
	if (commands > 0 && think_ms > 0)
		(void)poll(NULL, 0, (int)think_ms);
}
