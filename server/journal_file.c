/* journal_file.c - a journal on disk, and what it comes to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/journal_file.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server/room.h"
#include "wire/descriptors.h"

enum {
	MODE = 0600,
	LONG_LEN = 64 << 20, /* begin a new file when one is longer */
	KEPT_MAX = 9,        /* the name of a damaged one ends in .1 to .9 */
};

static const char in_folder[] = ": its folder";

#if defined(__APPLE__)
static int sync_data(int fd)
{
	return fcntl(fd, F_FULLFSYNC);
}
#else
static int sync_data(int fd)
{
	return fdatasync(fd);
}
#endif

static bool write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, data, len);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			data += put;
			len -= (size_t)put;
		}
	}
	return true;
}

static bool is_at(int fd, const char *path, int flags)
{
	struct stat open_one, named;

	return fstat(fd, &open_one) == 0 &&
	       fstatat(AT_FDCWD, path, &named, flags) == 0 &&
	       open_one.st_ino == named.st_ino &&
	       open_one.st_dev == named.st_dev;
}

/* Open path, new or not, so that no other server has it; -1 with errno. */
static int open_locked(const char *path, int flags)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags, MODE);

		if (fd == -1)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
			descriptor_give_up(fd);
			return -1;
		}
		/* Another one can have put its new file there just now. */
		if (is_at(fd, path, 0))
			return fd;
		close(fd);
	}
}

static int folder_open(const struct journal_file *file)
{
	return open(file->folder, O_RDONLY | O_CLOEXEC);
}

/* A file's name is on disk once its folder is; closes fd. */
static bool folder_sync(int fd)
{
	/* Some file systems cannot do that, and need not. */
	bool is_done = fsync(fd) == 0 || errno == EINVAL;
	descriptor_give_up(fd);
	return is_done;
}

static bool matches_write(const struct journal_file *file, int fd,
    uint64_t *len)
{
	struct bytes bytes = {.len = 0};

	record_terms(&bytes, &file->terms);
	for (uint32_t i = 0; i < file->terms.rooms; i++)
		record_board(&bytes, i, &file->match[i]);
	bool is_done = !bytes.has_failed;
	if (is_done)
		is_done =
		    write_all(fd, bytes.data, bytes.len) && sync_data(fd) == 0;
	else
		errno = ENOMEM;
	*len = bytes.len;
	int saved = errno;
	bytes_free(&bytes);
	errno = saved;
	return is_done;
}

/* Who may read the old file may read the new one. */
static bool permit_as(int fd, int old)
{
	struct stat is;

	if (fstat(old, &is) != 0)
		return false;
	if (fchown(fd, (uid_t)-1, is.st_gid) != 0)
		is.st_mode &= (mode_t)~S_IRWXG; /* it would be another group */
	return fchmod(fd, is.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) == 0;
}

/* A file that says the same in as few words as can be, on disk; or -1. */
static int write_new(struct journal_file *file, uint64_t *len)
{
	int fd = open_locked(file->path_new, O_NOFOLLOW);

	if (fd == -1)
		return -1;
	if (permit_as(fd, file->fd) && ftruncate(fd, 0) == 0 &&
	    matches_write(file, fd, len))
		return fd;
	int saved = errno;
	unlink(file->path_new);
	close(fd);
	errno = saved;
	return -1;
}

/* Put it in the other's place.  If it is not there yet, the old one is whole.
 */
static bool begin_anew(struct journal_file *file, bool *is_there)
{
	uint64_t len;
	int folder = folder_open(file); /* while the old one is whole */
	int fd = folder == -1 ? -1 : write_new(file, &len);

	file->refused = folder == -1 ? in_folder : ".new";
	*is_there = fd != -1 && rename(file->path_new, file->path) == 0;
	if (!*is_there) {
		if (fd != -1)
			descriptor_give_up(fd);
		if (folder != -1)
			descriptor_give_up(folder);
		return false;
	}
	close(file->fd);
	file->fd = fd;
	file->len = file->least_len = len;
	file->refused = in_folder;
	return folder_sync(folder);
}

static bool names_init(struct journal_file *file, const char *path)
{
	size_t room = strlen(path) + sizeof ".damaged.9";

	file->path = strdup(path);
	file->folder = strdup(path);
	file->path_new = malloc(room);
	file->path_damaged = malloc(room);
	if (file->path == NULL || file->folder == NULL ||
	    file->path_new == NULL || file->path_damaged == NULL)
		return false;
	snprintf(file->path_new, room, "%s.new", path);
	char *folder = dirname(file->folder); /* perhaps within, perhaps not */
	memmove(file->folder, folder, strlen(folder) + 1);
	return true;
}

void journal_file_close(struct journal_file *file)
{
	if (file->fd != -1)
		descriptor_give_up(file->fd);
	free(file->match);
	free(file->folder);
	free(file->path_damaged);
	free(file->path_new);
	free(file->path);
}

static bool matches_init(struct journal_file *file)
{
	const struct record_terms *terms = &file->terms;
	struct match_rules rules = {
	    .board = terms->board,
	    .seed = terms->seed,
	    .rematch_ms = MATCH_NEVER,
	    .silence_ms = MATCH_NEVER,
	};

	file->match = calloc(terms->rooms, sizeof *file->match);
	for (uint32_t i = 0; file->match != NULL && i < terms->rooms; i++) {
		struct match_rules own = rooms_rules(&rules, i);
		match_init(&file->match[i], &own);
	}
	return file->match != NULL;
}

static bool is_same(const struct record_terms *a, const struct record_terms *b,
    bool has_seed)
{
	return a->is_oneshot == b->is_oneshot && a->rooms == b->rooms &&
	       a->board.size == b->board.size &&
	       a->board.treasures == b->board.treasures &&
	       a->board.players == b->board.players &&
	       (!has_seed || a->seed == b->seed);
}

/* Of which game is it?  What is none of ours is not read any further. */
static enum journal_result judge(struct journal_file *file, struct cursor first,
    bool has_seed, struct journal_found *found)
{
	switch (record_take_terms(&first, &found->terms)) {
	case RECORD_FIRST_OURS:
		break;
	case RECORD_FIRST_OTHER:
		return JOURNAL_VERSION;
	case RECORD_FIRST_DAMAGED:
		return JOURNAL_BROKEN;
	case RECORD_FIRST_FOREIGN:
		return JOURNAL_FOREIGN;
	}
	if (!is_same(&found->terms, &file->terms, has_seed))
		return JOURNAL_OTHER;
	file->terms.seed = found->terms.seed;
	return matches_init(file) ? JOURNAL_OK : JOURNAL_ERROR;
}

/* Carry out all records that are whole, and say where they end. */
static void replay(struct journal_file *file, struct cursor in,
    struct journal_found *found)
{
	size_t all = RECORD_FIRST_LEN + cursor_left(&in);
	struct cursor payload, good = in;

	while (record_take(&in, &payload) &&
	       record_apply(payload, &file->terms, file->match)) {
		good = in;
		found->records++;
	}
	found->cut_off = cursor_left(&good);
	found->bytes = all - found->cut_off;
}

static bool read_all(int fd, uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t got = read(fd, data, len);

		if (got == 0)
			errno = EIO; /* it was longer a moment ago */
		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		if (got > 0) {
			data += got;
			len -= (size_t)got;
		}
	}
	return true;
}

static enum journal_result read_and_replay(struct journal_file *file,
    size_t len, bool has_seed, struct journal_found *found)
{
	uint8_t first[RECORD_FIRST_LEN];
	size_t first_len = len < sizeof first ? len : sizeof first;

	if (!read_all(file->fd, first, first_len))
		return JOURNAL_ERROR;
	enum journal_result result =
	    judge(file, cursor_over(first, first_len), has_seed, found);
	found->bytes = first_len;
	if (result != JOURNAL_OK || len == first_len)
		return result;
	len -= first_len;
	uint8_t *data = malloc(len);
	if (data == NULL || !read_all(file->fd, data, len)) {
		free(data);
		return JOURNAL_ERROR;
	}
	replay(file, cursor_over(data, len), found);
	free(data);
	return JOURNAL_OK;
}

static enum journal_result load(struct journal_file *file, bool has_seed,
    struct journal_found *found)
{
	struct stat status;

	if (fstat(file->fd, &status) != 0)
		return JOURNAL_ERROR;
	if (!S_ISREG(status.st_mode))
		return JOURNAL_FOREIGN;
	found->is_new = status.st_size == 0;
	if (!found->is_new)
		return read_and_replay(file, (size_t)status.st_size, has_seed,
		    found);
	found->terms = file->terms;
	return matches_init(file) ? JOURNAL_OK : JOURNAL_ERROR;
}

/* What was kept first stays: only the last of the names is used again. */
static bool damaged_keep(const struct journal_file *file, unsigned *kept)
{
	char *path = file->path_damaged;
	int len = sprintf(path, "%s.damaged", file->path);

	for (*kept = 0; *kept <= KEPT_MAX; ++*kept) {
		if (*kept > 0)
			sprintf(path + len, ".%u", *kept);
		if (is_at(file->fd, path, AT_SYMLINK_NOFOLLOW))
			return true; /* by a start that failed then */
		if (*kept == KEPT_MAX && unlink(path) != 0 && errno != ENOENT)
			return false;
		if (link(file->path, path) == 0)
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

static enum journal_result open_and_load(struct journal_file *file,
    const char *path, bool has_seed, struct journal_found *found)
{
	if (!names_init(file, path))
		return JOURNAL_ERROR;
	file->fd = open_locked(path, 0);
	if (file->fd == -1)
		return errno == EWOULDBLOCK ? JOURNAL_BUSY : JOURNAL_ERROR;
	enum journal_result result = load(file, has_seed, found);
	if (result != JOURNAL_OK)
		return result;
	file->refused = ".damaged";
	if (found->cut_off > 0 && !damaged_keep(file, &found->kept))
		return JOURNAL_ERROR;
	found->is_kept = found->cut_off > 0;
	bool is_there;
	return begin_anew(file, &is_there) ? JOURNAL_OK : JOURNAL_ERROR;
}

enum journal_result journal_file_open(const char *path,
    const struct record_terms *terms, bool has_seed, struct journal_file *out,
    struct journal_found *found)
{
	struct journal_file file = {
	    .fd = -1,
	    .terms = *terms,
	    .refused = "",
	};

	*found = (struct journal_found){.refused = ""};
	enum journal_result result =
	    open_and_load(&file, path, has_seed, found);
	found->refused = file.refused;
	if (result == JOURNAL_OK)
		*out = file;
	else
		journal_file_close(&file);
	return result;
}

bool journal_file_add(struct journal_file *file, const struct bytes *records)
{
	struct cursor in = cursor_over(records->data, records->len), payload;

	if (!write_all(file->fd, records->data, records->len) ||
	    sync_data(file->fd) != 0)
		return false;
	file->len += records->len;
	while (record_take(&in, &payload)) {
		if (!record_apply(payload, &file->terms, file->match)) {
			errno = EINVAL; /* a bug of ours: stop at once */
			return false;
		}
	}
	bool is_there, is_short = file->len <= LONG_LEN ||
				  file->len / 2 <= file->least_len;
	if (is_short || begin_anew(file, &is_there))
		return true;
	file->least_len = file->len; /* try again at twice the length */
	return !is_there;
}
