/* session_test.c - the two versions, over one connection each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/session.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 4096, IDLE_MS = 20, QUIT_2 = 0x88 };

/* A service and what a client at the other end of one session got. */
struct fixture {
	struct service service;
	uint8_t got[ROOM];
	size_t len;
};

static struct fixture *fixture_new(const struct version *version)
{
	struct match_rules rules = {
	    .board = {.size = 10, .treasures = 5, .players = 2},
	    .seed = 42,
	    .rematch_ms = MATCH_NEVER,
	    .silence_ms = MATCH_NEVER,
	};
	struct fixture *fixture = test_calloc(1, sizeof *fixture);

	fixture->service.version = version;
	assert_int_equal(rooms_init(&fixture->service.rooms, 1, &guard_mutex,
			     &rules),
	    0);
	return fixture;
}

static void fixture_free(struct fixture *fixture)
{
	rooms_destroy(&fixture->service.rooms);
	test_free(fixture);
}

static struct match *match_of(struct fixture *fixture)
{
	return &fixture->service.rooms.room[0].guard.match;
}

static void pair_open(int fd[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_int_equal(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
}

static void hear(struct fixture *fixture, int fd)
{
	ssize_t got;

	fixture->len = 0;
	while ((got = read(fd, fixture->got + fixture->len,
		    ROOM - fixture->len)) > 0)
		fixture->len += (size_t)got;
}

/*
 * Serve a client that sends all of its commands at once; if it is patient it
 * does not close before the server does.
 */
static void serve(struct fixture *fixture, const char *commands, size_t len,
    bool is_patient)
{
	int fd[2];

	pair_open(fd);
	struct session *session = session_new(&fixture->service);
	assert_non_null(session);
	session_open(session, fd[0], fixture->service.rooms.room);
	assert_int_equal(write(fd[1], commands, len), len);
	if (!is_patient)
		shutdown(fd[1], SHUT_WR);
	fixture->service.version->serve(session);
	shutdown(fd[0], SHUT_WR);
	close(fd[0]);
	hear(fixture, fd[1]);
	close(fd[1]);
	free(session);
}

static void assert_got(const struct fixture *fixture, const char *bytes,
    size_t len)
{
	assert_int_equal(fixture->len, len);
	assert_memory_equal(fixture->got, bytes, len);
}

static void one_shot_answers_one_command_without_a_prefix(void **state)
{
	struct fixture *fixture = fixture_new(&oneshot);

	(void)state;
	serve(fixture, "\x24", 1, true);
	assert_got(fixture, "\0\0\0\0", 4);
	serve(fixture, "\xF0", 1, true);
	assert_int_equal(fixture->len, 514);
	serve(fixture, "\x24\x24\x24", 3, true);
	assert_got(fixture, "\0\0\0\0", 4);
	fixture_free(fixture);
}

static void one_shot_says_no_with_nothing(void **state)
{
	struct fixture *fixture = fixture_new(&oneshot);

	(void)state;
	serve(fixture, "\x54", 1, true); /* no such command */
	assert_got(fixture, "", 0);
	serve(fixture, "\x2C", 1, true); /* no such player */
	assert_got(fixture, "", 0);
	serve(fixture, "\x84", 1, true); /* quit */
	assert_got(fixture, "", 0);
	serve(fixture, "\x24", 1, true);
	assert_int_equal(fixture->len, 514);
	fixture_free(fixture);
}

static void persistent_answers_all_commands_in_order(void **state)
{
	struct fixture *fixture = fixture_new(&persistent);

	(void)state;
	serve(fixture, "\x24\x54\xF0\x34", 4, false);
	assert_int_equal(fixture->len, 3 + 6 + 3 + 516 + 6);
	assert_memory_equal(fixture->got,
	    "\0\1\1"
	    "\0\4\0\0\0\0"
	    "\0\1E"
	    "\2\2",
	    14);
	assert_memory_equal(fixture->got + 528, "\0\4\0\0\0\0", 6);
	fixture_free(fixture);
}

static void persistent_answers_quit_and_goes_on(void **state)
{
	struct fixture *fixture = fixture_new(&persistent);

	(void)state;
	serve(fixture, "\x84\x84", 2, false);
	assert_int_equal(fixture->len, 3 + 3 + 516);
	assert_memory_equal(fixture->got, "\0\1\1\0\1O\2\2", 8);
	fixture_free(fixture);
}

static void persistent_closes_when_all_seats_are_taken(void **state)
{
	struct fixture *fixture = fixture_new(&persistent);
	struct match_news news;

	(void)state;
	assert_int_equal(match_join(match_of(fixture), MATCH_ANY_SEAT, NULL, 0,
			     &news),
	    1);
	assert_int_equal(match_join(match_of(fixture), MATCH_ANY_SEAT, NULL, 0,
			     &news),
	    2);
	serve(fixture, "\x24", 1, true);
	assert_got(fixture, "", 0);
	fixture_free(fixture);
}

static void persistent_speaks_for_its_own_seat_only(void **state)
{
	struct fixture *fixture = fixture_new(&persistent);
	const char quit_2 = (char)QUIT_2;

	(void)state;
	serve(fixture, &quit_2, 1, false);
	assert_got(fixture, "\0\1\1\0\1E", 6);
	fixture->service.trusts_player_bits = true;
	serve(fixture, &quit_2, 1, false);
	assert_got(fixture, "\0\1\1\0\1O", 6);
	fixture_free(fixture);
}

static void anyone_speaks_for_anyone_in_one_shot(void **state)
{
	struct fixture *fixture = fixture_new(&oneshot);

	(void)state;
	serve(fixture, "\x28", 1, true);
	assert_got(fixture, "\0\0\0\0", 4);
	serve(fixture, "\x34", 1, true);
	assert_got(fixture, "\0\0\0\0", 4);
	fixture_free(fixture);
}

/* A local socket has no address: so does a peer that has gone already. */
static void a_peer_without_an_address_binds_no_seat(void **state)
{
	struct fixture *fixture = fixture_new(&oneshot);

	(void)state;
	fixture->service.binds_seats = true;
	serve(fixture, "\x24", 1, true);
	assert_got(fixture, "", 0);
	assert_string_equal(match_of(fixture)->seat[0].host, "");
	fixture_free(fixture);
}

static void silence_ends_a_session(void **state)
{
	struct fixture *one = fixture_new(&oneshot);
	struct fixture *two = fixture_new(&persistent);

	(void)state;
	one->service.idle_ms = two->service.idle_ms = IDLE_MS;
	serve(one, "", 0, true);
	assert_got(one, "", 0);
	serve(two, "", 0, true);
	assert_got(two, "\0\1\1", 3);
	fixture_free(one);
	fixture_free(two);
}

static void a_seat_is_free_again_after_its_session(void **state)
{
	struct fixture *fixture = fixture_new(&persistent);

	(void)state;
	for (int i = 0; i < 3; i++) {
		serve(fixture, "", 0, false);
		assert_got(fixture, "\0\1\1", 3);
	}
	fixture_free(fixture);
}

static void a_service_that_stops_reads_no_further_command(void **state)
{
	struct fixture *fixture = fixture_new(&persistent);
	int fd[2];

	(void)state;
	pair_open(fd);
	struct session *session = session_new(&fixture->service);
	session_open(session, fd[0], fixture->service.rooms.room);
	assert_true(session_join(session));
	assert_int_equal(write(fd[1], "\x24", 1), 1);
	atomic_store(&fixture->service.is_stopping, true);
	assert_false(session_read(session));
	assert_false(session_is_unanswered(session));
	session_leave(session);
	close(fd[0]);
	close(fd[1]);
	free(session);
	fixture_free(fixture);
}

/* There may be a hundred thousand rooms to look into. */
static void a_service_that_stops_looks_for_no_further_seat(void **state)
{
	struct fixture *fixture = fixture_new(&persistent);

	(void)state;
	struct session *session = session_new(&fixture->service);
	session_open(session, -1, fixture->service.rooms.room);
	atomic_store(&fixture->service.is_stopping, true);
	assert_false(session_join(session));
	assert_int_equal(match_of(fixture)->players_here, 0);
	assert_true(session_is_unanswered(session));
	free(session);
	fixture_free(fixture);
}

static void hanging_up_takes_in_what_still_comes(void **state)
{
	struct fixture *fixture = fixture_new(&oneshot);
	uint8_t byte;
	int fd[2];

	(void)state;
	pair_open(fd);
	struct session *session = session_new(&fixture->service);
	session_open(session, fd[0], fixture->service.rooms.room);
	assert_int_equal(write(fd[1], "late", 4), 4);
	shutdown(fd[1], SHUT_WR);
	session_hang_up(session);
	assert_int_equal(read(fd[1], &byte, 1), 0);
	assert_int_equal(recv(fd[0], &byte, 1, 0), 0);
	close(fd[0]);
	close(fd[1]);
	free(session);
	fixture_free(fixture);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_shot_answers_one_command_without_a_prefix),
	    cmocka_unit_test(one_shot_says_no_with_nothing),
	    cmocka_unit_test(persistent_answers_all_commands_in_order),
	    cmocka_unit_test(persistent_answers_quit_and_goes_on),
	    cmocka_unit_test(persistent_closes_when_all_seats_are_taken),
	    cmocka_unit_test(persistent_speaks_for_its_own_seat_only),
	    cmocka_unit_test(anyone_speaks_for_anyone_in_one_shot),
	    cmocka_unit_test(a_peer_without_an_address_binds_no_seat),
	    cmocka_unit_test(silence_ends_a_session),
	    cmocka_unit_test(a_seat_is_free_again_after_its_session),
	    cmocka_unit_test(a_service_that_stops_reads_no_further_command),
	    cmocka_unit_test(a_service_that_stops_looks_for_no_further_seat),
	    cmocka_unit_test(hanging_up_takes_in_what_still_comes),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
