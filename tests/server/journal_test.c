/* journal_test.c - what is on disk is what was played. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/journal_file.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "wire/random.h"

enum { STEPS = 40, ROOMS = 3, THREADS = 8, EACH = 50, FILE_MAX = 1 << 20 };

static const struct record_terms terms = {
    .rooms = ROOMS,
    .board = {.size = 3, .treasures = 2, .players = 2},
    .seed = 11,
};

/* A folder of its own, and a file in it. */
static char path[] = "/tmp/journal_test.XXXXXX/journal";
static char damaged[sizeof path + sizeof ".damaged"];

static int folder_make(void **state)
{
	char *slash = strrchr(path, '/');

	(void)state;
	*slash = '\0';
	if (mkdtemp(path) == NULL)
		return -1;
	*slash = '/';
	snprintf(damaged, sizeof damaged, "%s.damaged", path);
	return 0;
}

static int folder_remove(void **state)
{
	char *slash = strrchr(path, '/');

	(void)state;
	unlink(path);
	unlink(damaged);
	*slash = '\0';
	return rmdir(path);
}

static size_t file_read(uint8_t *data)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = read(fd, data, FILE_MAX);

	assert_true(got >= 0);
	close(fd);
	return (size_t)got;
}

static void file_write(const uint8_t *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static struct journal *open_or_fail(struct journal_found *found)
{
	struct journal *journal;

	assert_int_equal(journal_open(path, &terms, true, &journal, found),
	    JOURNAL_OK);
	return journal;
}

static struct match *match_new(uint32_t room)
{
	struct match *match = test_calloc(1, sizeof *match);
	struct journal_found found;

	unlink(path);
	struct journal *journal = open_or_fail(&found);
	assert_true(found.is_new);
	match->rules = journal_match(journal, room)->rules;
	match_resume(match, journal_match(journal, room), 0);
	journal_close(journal);
	return match;
}

static void assert_same(const struct match *a, const struct match *b)
{
	unsigned tiles = a->board.tiles.size * a->board.tiles.size;

	assert_int_equal(a->game, b->game);
	assert_int_equal(a->is_end_told, b->is_end_told);
	assert_int_equal(a->board.has_quit, b->board.has_quit);
	assert_int_equal(a->board.treasures_left, b->board.treasures_left);
	assert_int_equal(a->board.points_left, b->board.points_left);
	assert_int_equal(a->board.points_at_start, b->board.points_at_start);
	assert_memory_equal(a->board.points, b->board.points, tiles);
	for (unsigned i = 0; i < tiles; i++) {
		assert_int_equal(a->board.tiles.tile[i].player,
		    b->board.tiles.tile[i].player);
		assert_int_equal(a->board.tiles.tile[i].has_treasure,
		    b->board.tiles.tile[i].has_treasure);
	}
	for (unsigned i = 0; i < terms.board.players; i++) {
		assert_int_equal(a->board.scores.score[i],
		    b->board.scores.score[i]);
		assert_int_equal(a->board.position[i], b->board.position[i]);
		assert_string_equal(a->seat[i].host, b->seat[i].host);
	}
}

/* Play any command and write it down; false if nothing came of it. */
static bool play(struct match *match, struct match_turn *turn, unsigned i,
    struct bytes *out)
{
	static const uint8_t verbs[] = {TREASURE_UP, TREASURE_RIGHT,
	    TREASURE_DOWN, TREASURE_LEFT};
	struct random random = {i};

	turn->command =
	    (struct treasure_command){.verb = verbs[random_below(&random,
					  sizeof verbs)],
		.player = (uint8_t)(1 + i % 2)};
	turn->is_allowed = true;
	turn->host = i % 2 == 0 ? "192.0.2.1" : "2001:db8::2";
	turn->now_ms = 0;
	match_play(match, turn);
	if (turn->news.has_begun)
		record_game(out, 1, turn->news.game);
	if (turn->news.bound != 0)
		record_seat(out, 1, turn->news.bound, turn->host);
	if (turn->verdict == BOARD_STEPPED)
		record_command(out, 1, turn->command);
	if (turn->news.has_ended)
		record_end(out, 1);
	return out->len > 0;
}

/* STEPS commands in room 1, and on to the end of a game; a write for each. */
static void game_record(struct match *match)
{
	struct journal_file file;
	struct journal_found found;
	struct match_turn *turn = test_calloc(1, sizeof *turn);

	match->rules.rematch_ms = 0;
	assert_int_equal(journal_file_open(path, &terms, true, &file, &found),
	    JOURNAL_OK);
	for (unsigned i = 0; i < STEPS || !match->is_end_told; i++) {
		struct bytes out = {.len = 0};
		if (play(match, turn, i, &out))
			assert_true(journal_file_add(&file, &out));
		bytes_free(&out);
	}
	journal_file_close(&file);
	test_free(turn);
}

static void a_game_is_there_again(void **state)
{
	struct match *match = match_new(1);
	struct journal_found found;

	(void)state;
	game_record(match);
	assert_true(match->game > 1);
	for (int i = 0; i < 2; i++) { /* as records, then as a board */
		struct journal *journal = open_or_fail(&found);
		assert_false(found.is_new);
		assert_int_equal(found.cut_off, 0);
		assert_same(match, journal_match(journal, 1));
		journal_close(journal);
	}
	assert_int_equal(found.records, ROOMS + 2); /* boards, two hosts */
	test_free(match);
}

static void every_cut_keeps_the_whole_records_before_it(void **state)
{
	uint8_t *data = test_malloc(FILE_MAX);
	struct match *match = match_new(1);
	struct journal_found found;
	uint64_t records = 0;

	(void)state;
	game_record(match);
	size_t len = file_read(data);
	struct cursor all = cursor_over(data, len), payload;
	assert_true(record_take(&all, &payload));
	size_t terms_len = len - cursor_left(&all);
	for (size_t cut = terms_len; cut <= len; cut++) {
		struct cursor in = cursor_over(data, cut);
		uint64_t whole = 0;
		file_write(data, cut);
		struct journal *journal = open_or_fail(&found);
		assert_true(record_take(&in, &payload));
		while (record_take(&in, &payload))
			whole++;
		assert_int_equal(found.records, whole);
		assert_int_equal(found.cut_off, cursor_left(&in));
		assert_true(found.records >= records);
		records = found.records;
		if (cut == len)
			assert_same(match, journal_match(journal, 1));
		journal_close(journal);
	}
	test_free(match);
	test_free(data);
}

static void forget_damaged(void)
{
	char name[sizeof damaged + 2];

	unlink(damaged);
	for (unsigned i = 1; i < 10; i++) {
		snprintf(name, sizeof name, "%s.%u", damaged, i);
		unlink(name);
	}
}

static void a_flipped_bit_is_seen_and_the_whole_is_kept(void **state)
{
	uint8_t *data = test_malloc(FILE_MAX), *kept = test_malloc(FILE_MAX);
	struct match *match = match_new(1);
	struct journal_found found;

	(void)state;
	game_record(match);
	forget_damaged();
	size_t len = file_read(data);
	for (size_t at = len - 40; at < len; at += 7) {
		data[at] ^= 4;
		file_write(data, len);
		struct journal *journal = open_or_fail(&found);
		assert_true(found.cut_off > 0 && found.bytes <= at);
		journal_close(journal);
		int fd = open(damaged, O_RDONLY);
		assert_int_equal(read(fd, kept, FILE_MAX), len);
		assert_memory_equal(kept, data, len);
		close(fd);
		forget_damaged();
		data[at] ^= 4;
	}
	test_free(match);
	test_free(kept);
	test_free(data);
}

/* A second damage leaves alone what was kept of the first. */
static void what_was_kept_first_stays(void **state)
{
	uint8_t *data = test_malloc(FILE_MAX), *kept = test_malloc(FILE_MAX);
	struct match *match = match_new(1);
	struct journal_found found;
	char second[sizeof damaged + 2];

	(void)state;
	game_record(match);
	forget_damaged();
	size_t len = file_read(data);
	for (unsigned i = 0; i < 3; i++) {
		data[len - 1] ^= (uint8_t)(i + 1);
		file_write(data, len);
		journal_close(open_or_fail(&found));
		assert_int_equal(found.kept, i);
		data[len - 1] ^= (uint8_t)(i + 1);
	}
	for (unsigned i = 1; i < 3; i++) {
		snprintf(second, sizeof second, "%s.%u", damaged, i);
		int fd = open(second, O_RDONLY);
		assert_int_equal(read(fd, kept, FILE_MAX), len);
		assert_int_equal(kept[len - 1], data[len - 1] ^ (i + 1));
		close(fd);
	}
	forget_damaged();
	test_free(match);
	test_free(kept);
	test_free(data);
}

/* A link where the new file would be is not written through. */
static void a_link_is_not_followed(void **state)
{
	struct journal_found found;
	struct journal *journal;
	char new_one[sizeof path + sizeof ".new"];

	(void)state;
	snprintf(new_one, sizeof new_one, "%s.new", path);
	unlink(path);
	assert_int_equal(symlink("/nowhere/at/all", new_one), 0);
	assert_int_equal(journal_open(path, &terms, true, &journal, &found),
	    JOURNAL_ERROR);
	assert_int_equal(errno, ELOOP);
	unlink(new_one);
}

static void what_is_no_journal_of_this_game_is_left_alone(void **state)
{
	static const uint8_t letter[] = "Dear journal, ";
	struct record_terms other = terms;
	uint8_t *data = test_malloc(FILE_MAX);
	struct journal_found found;
	struct journal *journal;

	(void)state;
	file_write(letter, sizeof letter);
	assert_int_equal(journal_open(path, &terms, true, &journal, &found),
	    JOURNAL_FOREIGN);
	assert_int_equal(file_read(data), sizeof letter);
	assert_memory_equal(data, letter, sizeof letter);
	unlink(path);
	journal_close(open_or_fail(&found));
	other.board.treasures++;
	assert_int_equal(journal_open(path, &other, true, &journal, &found),
	    JOURNAL_OTHER);
	assert_int_equal(found.terms.board.treasures, terms.board.treasures);
	other = terms;
	other.seed++;
	assert_int_equal(journal_open(path, &other, true, &journal, &found),
	    JOURNAL_OTHER);
	assert_int_equal(journal_open(path, &other, false, &journal, &found),
	    JOURNAL_OK);
	assert_int_equal(found.terms.seed, terms.seed);
	journal_close(journal);
	test_free(data);
}

static void two_servers_cannot_have_one_journal(void **state)
{
	struct journal_found found;
	struct journal *journal, *other;

	(void)state;
	unlink(path);
	journal = open_or_fail(&found);
	assert_int_equal(journal_open(path, &terms, true, &other, &found),
	    JOURNAL_BUSY);
	journal_close(journal);
	journal_close(open_or_fail(&found));
}

static void *append_many(void *context)
{
	struct journal *journal = context;
	struct match_news news = {.bound = 1};
	struct journal_entry entry = {.room = 2, .news = &news};
	char host[24];

	for (int i = 0; i < EACH; i++) {
		snprintf(host, sizeof host, "10.0.0.%d", i);
		entry.host = host;
		uint64_t ticket = journal_append(journal, &entry);
		if (!journal_wait(journal, ticket))
			return journal;
	}
	return NULL;
}

static void many_threads_share_a_write(void **state)
{
	pthread_t thread[THREADS];
	struct journal_found found;
	void *failed;
	int tell[2];

	(void)state;
	unlink(path);
	assert_int_equal(pipe(tell), 0);
	struct journal *journal = open_or_fail(&found);
	assert_int_equal(journal_start(journal, tell[1]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, append_many,
				     journal),
		    0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(journal_error(journal), 0);
	journal_close(journal);
	journal = open_or_fail(&found);
	assert_int_equal(found.records, ROOMS + THREADS * EACH);
	assert_string_equal(journal_match(journal, 2)->seat[0].host,
	    "10.0.0.49");
	journal_close(journal);
	close(tell[0]);
	close(tell[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_game_is_there_again),
	    cmocka_unit_test(every_cut_keeps_the_whole_records_before_it),
	    cmocka_unit_test(a_flipped_bit_is_seen_and_the_whole_is_kept),
	    cmocka_unit_test(what_was_kept_first_stays),
	    cmocka_unit_test(a_link_is_not_followed),
	    cmocka_unit_test(what_is_no_journal_of_this_game_is_left_alone),
	    cmocka_unit_test(two_servers_cannot_have_one_journal),
	    cmocka_unit_test(many_threads_share_a_write),
	};

	test_setup();
	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
