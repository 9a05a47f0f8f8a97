/* chaos_players.c - honest players, who check everything. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include "tests/server/chaos.h"
#include "wire/net.h"

enum {
	ANSWER_S = 20,  /* who waits longer has been forgotten */
	RETRY_MS = 3,   /* between tries to get in */
	TURNS_MAX = 60, /* commands until a connection is given up */
	LOOK_EVERY = 20,
	LEAST = 5,
	MOST = 10, /* points of a treasure */
};

/* An honest player's connection and what came over it. */
struct talk {
	struct chaos *chaos;
	int fd;
	uint8_t seat;
	uint64_t tenant;
	uint64_t epoch;
	bool was_over;     /* what was known when the last command was sent */
	unsigned was_left; /* ... for others learn, too, meanwhile */
	unsigned was_gains;
	uint64_t was_epoch;
	size_t have;
	uint8_t in[TREASURE_PREFIX_LEN + TREASURE_MAX_BODY];
	struct treasure_reply reply;
};

void chaos_pause(int ms)
{
	(void)poll(NULL, 0, ms);
}

static void violation(struct chaos *chaos, const char *what, unsigned seat,
    unsigned got, unsigned wanted)
{
	atomic_fetch_add(&chaos->violations, 1);
	fprintf(stderr, "chaos: violation: %s (player %u: %u, not %u)\n", what,
	    seat, got, wanted);
}

int chaos_connect(const struct chaos *chaos)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons(chaos->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval limit = {.tv_sec = ANSWER_S};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd == -1)
		return -1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
		return fd;
	close(fd);
	return -1;
}

void chaos_reset(int fd)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(fd);
}

/* Is a whole reply there?  One-shot: the end of the connection says so. */
static bool is_whole(struct talk *talk, bool is_end)
{
	struct cursor in = cursor_over(talk->in, talk->have);

	if (!talk->chaos->is_oneshot)
		return treasure_decode_framed(&in, &talk->reply) == TREASURE_OK;
	if (!is_end)
		return false;
	talk->reply.kind = TREASURE_NOTHING;
	return treasure_decode_body(talk->in, talk->have, &talk->reply) ==
	       TREASURE_OK;
}

/* The next reply; false if the connection broke first. */
static bool hear(struct talk *talk)
{
	talk->have = 0;
	for (;;) {
		ssize_t got = recv(talk->fd, talk->in + talk->have,
		    sizeof talk->in - talk->have, 0);

		if (got < 0 && errno == EAGAIN)
			violation(talk->chaos, "no answer in seconds",
			    talk->seat, ANSWER_S, 0);
		if (got < 0)
			return false;
		talk->have += (size_t)got;
		if (is_whole(talk, got == 0))
			return true;
		if (got == 0)
			return false;
	}
}

static bool say(struct talk *talk, enum treasure_verb verb)
{
	uint8_t byte = treasure_encode_command(
	    (struct treasure_command){.verb = (uint8_t)verb,
		.player = talk->seat});

	return send(talk->fd, &byte, 1, MSG_NOSIGNAL) == 1;
}

/* A command and its answer; one-shot: by a connection of its own. */
static bool ask(struct talk *talk, enum treasure_verb verb)
{
	struct chaos *chaos = talk->chaos;

	pthread_mutex_lock(&chaos->lock);
	talk->was_over = chaos->is_game_over;
	talk->was_left = chaos->left;
	talk->was_gains = chaos->gains;
	talk->was_epoch = chaos->epoch;
	pthread_mutex_unlock(&chaos->lock);
	if (chaos->is_oneshot) {
		talk->fd = chaos_connect(chaos);
		if (talk->fd == -1)
			return false;
	}
	bool is_answered = say(talk, verb) && hear(talk);
	if (chaos->is_oneshot)
		close(talk->fd);
	atomic_fetch_add(&chaos->commands, is_answered);
	return is_answered;
}

/* Where a player stands; each must stand on one tile. */
static unsigned find(struct talk *talk, unsigned player, unsigned *left)
{
	const struct treasure_board *board = &talk->reply.board;
	unsigned at = 0, seen = 0;

	*left = 0;
	for (unsigned i = 0; i < board->size * board->size; i++) {
		*left += board->tile[i].has_treasure;
		if (board->tile[i].player != player)
			continue;
		at = i;
		seen++;
	}
	if (seen != 1)
		violation(talk->chaos, "tiles a player stands on", player, seen,
		    1);
	return at;
}

static void game_begin_locked(struct chaos *chaos, unsigned left)
{
	memset(chaos->seat, 0, sizeof chaos->seat);
	chaos->is_game_over = false;
	chaos->left = left;
	chaos->left_gains = chaos->gains;
	chaos->epoch++;
	atomic_fetch_add(&chaos->games, 1);
}

static bool is_gain(unsigned gain)
{
	return gain == 0 || (gain >= LEAST && gain <= MOST);
}

/* Hold what the board says of our own player against what we were told. */
static void seat_check_locked(struct talk *talk, unsigned at)
{
	struct chaos_seat *seat = &talk->chaos->seat[talk->seat - 1];
	uint16_t score = talk->reply.scores.score[talk->seat - 1];
	bool may_have_moved = seat->has_pending && at == seat->to;

	if (seat->is_known && at != seat->at && !may_have_moved)
		violation(talk->chaos, "a step was lost", talk->seat, at,
		    seat->at);
	if (seat->is_known && score != seat->score &&
	    !(may_have_moved && score > seat->score &&
		is_gain((unsigned)(score - seat->score))))
		violation(talk->chaos, "points were lost", talk->seat, score,
		    seat->score);
	*seat = (struct chaos_seat){.is_known = true, .at = at, .score = score};
}

/*
 * Is the seat still this player's?  A server that was killed may be up again,
 * and have given it to another, before the last answer of the first is read.
 */
static bool is_tenant_locked(const struct talk *talk)
{
	return talk->chaos->is_oneshot ||
	       talk->tenant == talk->chaos->tenant[talk->seat - 1];
}

/*
 * Have steps taken the last treasures since the last look?  The server may
 * have been killed before it answered the last of them; then all have gone,
 * and the next to come finds a new board.
 */
static bool may_have_ended_locked(const struct chaos *chaos)
{
	unsigned taken = chaos->gains - chaos->left_gains;

	for (unsigned i = 0; i < TREASURE_MAX_PLAYERS; i++)
		taken += chaos->seat[i].has_pending;
	return !chaos->is_oneshot && taken >= chaos->left;
}

/* Look at a whole board; false once the game on it is over. */
static bool look(struct talk *talk)
{
	struct chaos *chaos = talk->chaos;
	unsigned left = 0, at = 0;

	if (talk->reply.kind != TREASURE_SCORES_BOARD)
		return true;
	for (unsigned p = 1; p <= talk->reply.scores.players; p++) {
		unsigned where = find(talk, p, &left);
		if (p == talk->seat)
			at = where;
	}
	atomic_fetch_add(&chaos->boards, 1);
	pthread_mutex_lock(&chaos->lock);
	if (talk->was_epoch != chaos->epoch || !is_tenant_locked(talk)) {
		/* of which game is it? */
		pthread_mutex_unlock(&chaos->lock);
		return left > 0;
	}
	if (talk->was_over && chaos->is_game_over && left > 0)
		game_begin_locked(chaos, left);
	else if (!talk->was_over && left > talk->was_left &&
		 may_have_ended_locked(chaos))
		game_begin_locked(chaos, left);
	else if (!talk->was_over && left > talk->was_left)
		violation(chaos, "treasures came back", talk->seat, left,
		    talk->was_left);
	if (left <= chaos->left && talk->was_gains > chaos->left_gains)
		chaos->left_gains = talk->was_gains;
	if (left < chaos->left)
		chaos->left = left;
	if (left == 0)
		chaos->is_game_over = true;
	seat_check_locked(talk, at);
	talk->epoch = chaos->epoch;
	pthread_mutex_unlock(&chaos->lock);
	return left > 0;
}

static bool may_step(struct talk *talk, enum treasure_verb verb, unsigned size)
{
	struct chaos *chaos = talk->chaos;
	unsigned to = 0;

	pthread_mutex_lock(&chaos->lock);
	struct chaos_seat *seat = &chaos->seat[talk->seat - 1];
	bool is_possible = is_tenant_locked(talk) &&
			   treasure_step_from(seat->at, size, verb, &to);
	if (is_possible) {
		seat->to = to;
		seat->has_pending = true;
	}
	pthread_mutex_unlock(&chaos->lock);
	return is_possible;
}

/* The answer to a step is here: so it is, from now on. */
static void step_settle(struct talk *talk)
{
	struct chaos *chaos = talk->chaos;
	const struct treasure_reply *reply = &talk->reply;

	pthread_mutex_lock(&chaos->lock);
	struct chaos_seat *seat = &chaos->seat[talk->seat - 1];
	if (talk->epoch == chaos->epoch && is_tenant_locked(talk)) {
		seat->has_pending = false;
		if (reply->kind == TREASURE_SCORES) {
			uint16_t score = reply->scores.score[talk->seat - 1];
			if (!is_gain((unsigned)(score - seat->score)))
				violation(chaos, "a score jumped", talk->seat,
				    score, seat->score);
			chaos->gains += score != seat->score;
			seat->at = seat->to;
			seat->score = score;
		}
	}
	pthread_mutex_unlock(&chaos->lock);
}

/* One step, or a look around; false if the connection has to end. */
static bool take_turn(struct talk *talk, struct random *random, unsigned size)
{
	static const enum treasure_verb steps[] = {TREASURE_UP, TREASURE_DOWN,
	    TREASURE_LEFT, TREASURE_RIGHT};
	enum treasure_verb verb = steps[random_below(random, 4)];

	if (random_below(random, LOOK_EVERY) == 0)
		return ask(talk, TREASURE_GET) && look(talk);
	if (!may_step(talk, verb, size))
		return true;
	if (!ask(talk, verb))
		return false;
	if (talk->reply.kind == TREASURE_SCORES_BOARD)
		return look(talk);
	/* Nothing means no; or the server was killed: then who knows? */
	if (talk->reply.kind == TREASURE_NOTHING)
		return ask(talk, TREASURE_GET) && look(talk);
	step_settle(talk);
	return true;
}

static void move_in(struct talk *talk, unsigned seat)
{
	struct chaos *chaos = talk->chaos;

	pthread_mutex_lock(&chaos->lock);
	talk->tenant = ++chaos->tenant[seat - 1];
	pthread_mutex_unlock(&chaos->lock);
}

/* Come in: a seat (1, 2, 3), or 0 if there is none now. */
static uint8_t enter(struct talk *talk, unsigned number)
{
	if (talk->chaos->is_oneshot)
		return (uint8_t)number;
	talk->fd = chaos_connect(talk->chaos);
	if (talk->fd == -1)
		return 0;
	if (hear(talk) && talk->reply.kind == TREASURE_ID) {
		move_in(talk, talk->reply.id);
		return talk->reply.id;
	}
	close(talk->fd);
	return 0;
}

static void leave(struct talk *talk, bool is_rude)
{
	if (talk->chaos->is_oneshot)
		return;
	if (is_rude)
		chaos_reset(talk->fd);
	else
		close(talk->fd);
}

void *chaos_honest_main(void *context)
{
	struct chaos_player *player = context;
	struct chaos *chaos = player->chaos;
	struct talk *talk = calloc(1, sizeof *talk);

	while (talk != NULL && !atomic_load(&chaos->is_over)) {
		talk->chaos = chaos;
		talk->seat = enter(talk, player->number);
		if (talk->seat == 0) {
			chaos_pause(RETRY_MS);
			continue;
		}
		bool goes_on = ask(talk, TREASURE_GET) && look(talk);
		unsigned size = talk->reply.board.size;
		for (int i = 0; goes_on && i < TURNS_MAX; i++)
			goes_on = take_turn(talk, &player->random, size) &&
				  !atomic_load(&chaos->is_over);
		leave(talk, random_below(&player->random, 2) == 0);
		if (!goes_on)
			chaos_pause(RETRY_MS);
	}
	free(talk);
	return NULL;
}
