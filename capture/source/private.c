/* private.c - a network of one's own, on Linux. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef __linux__
#define _GNU_SOURCE /* unshare */
#endif
#include "capture/source/private.h"
#include <stdio.h>

#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GRACE_MS = 2000, STEP_MS = 20 };

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return false;
	bool is_written = write(fd, text, strlen(text)) > 0;
	int keep = errno;
	close(fd);
	errno = keep;
	return is_written;
}

/* The same user and group inside as outside, and no others. */
static bool map_ids(unsigned uid, unsigned gid)
{
	char map[64];

	if (!write_file("/proc/self/setgroups", "deny"))
		return false;
	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	if (!write_file("/proc/self/uid_map", map))
		return false;
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	return write_file("/proc/self/gid_map", map);
}

/* Offload would show segments that no cable could carry. */
static void stop_offload(int fd, struct ifreq *lo)
{
	static const uint32_t switches[] = {ETHTOOL_STSO, ETHTOOL_SGSO,
	    ETHTOOL_SGRO};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		struct ethtool_value off = {.cmd = switches[i], .data = 0};

		lo->ifr_data = (void *)&off;
		(void)ioctl(fd, SIOCETHTOOL, lo);
	}
}

static bool loopback_up(void)
{
	struct ifreq lo = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return false;
	bool is_up = ioctl(fd, SIOCGIFFLAGS, &lo) == 0;
	if (is_up) {
		lo.ifr_flags |= IFF_UP;
		is_up = ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
	}
	int keep = errno;
	stop_offload(fd, &lo);
	close(fd);
	errno = keep;
	return is_up;
}

/* Root needs no user namespace, and would lose its rights over files. */
static bool unshare_network(unsigned uid, unsigned gid)
{
	if (uid == 0 && unshare(CLONE_NEWNET) == 0)
		return true;
	return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && map_ids(uid, gid);
}

/*
 * The children of this process, at most max; how many there are.  Some may be
 * there from before: a shell's, which then became wiretoll.  False where the
 * kernel keeps no such list (CONFIG_PROC_CHILDREN), or /proc is not there.
 */
static bool list_children(pid_t *children, size_t max, size_t *out)
{
	char path[64];
	size_t count = 0;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children",
	    (int)getpid());
	FILE *list = fopen(path, "re");
	if (list == NULL)
		return false;
	while (count < max && fscanf(list, "%d", &pid) == 1)
		children[count++] = pid;
	fclose(list);
	*out = count;
	return true;
}

bool private_enter(struct private *own, char reason[PRIVATE_REASON_LEN])
{
	*own = (struct private){.asked_count = 0};
	(void)list_children(own->before, PRIVATE_CHILDREN_MAX,
	    &own->before_count);
	/* A binary with capabilities does not own its /proc entries. */
	prctl(PR_SET_DUMPABLE, 1);
	/* What a command leaves behind becomes our child, to be ended. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (unshare_network(geteuid(), getegid()) && loopback_up())
		return true;
	snprintf(reason, PRIVATE_REASON_LEN,
	    "the kernel allows no private network here (%s); use 'sudo "
	    "wiretoll capture -i lo ...', or allow it once with 'sudo setcap "
	    "cap_net_raw+ep wiretoll' and use -i lo",
	    strerror(errno));
	return false;
}

static bool is_among(pid_t pid, const pid_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == pid)
			return true;
	return false;
}

/* One round over all children: end who was not asked yet. */
static size_t end_leftovers(struct private *own, int signal, const pid_t *now,
    size_t count)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_asked = is_among(now[i], own->asked, own->asked_count);

		if (is_among(now[i], own->before, own->before_count) ||
		    waitpid(now[i], NULL, WNOHANG) == now[i])
			continue;
		left++;
		if (is_asked && signal == SIGTERM)
			continue;
		kill(now[i], signal);
		if (!is_asked && own->asked_count < PRIVATE_CHILDREN_MAX)
			own->asked[own->asked_count++] = now[i];
	}
	return left;
}

static bool has_children(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return waitpid(-1, NULL, WNOHANG) == 0;
}

enum private_left private_stop_leftovers(struct private *own,
    const volatile sig_atomic_t *stopping)
{
	struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
	pid_t now[PRIVATE_CHILDREN_MAX];
	size_t count;

	/* Each that ends may leave children of its own to us. */
	for (int ms = 0; ms < 2 * GRACE_MS; ms += STEP_MS) {
		bool is_kill = ms >= GRACE_MS || *stopping > 1;

		if (!list_children(now, PRIVATE_CHILDREN_MAX, &count))
			return has_children() ? PRIVATE_HIDDEN
					      : PRIVATE_NONE_LEFT;
		if (end_leftovers(own, is_kill ? SIGKILL : SIGTERM, now,
			count) == 0)
			break;
		nanosleep(&step, NULL);
	}
	return own->asked_count > 0 ? PRIVATE_ENDED : PRIVATE_NONE_LEFT;
}

#else

bool private_enter(struct private *own, char reason[PRIVATE_REASON_LEN])
{
	*own = (struct private){.asked_count = 0};
	snprintf(reason, PRIVATE_REASON_LEN,
	    "private networks need Linux; use 'sudo wiretoll capture -i lo0'");
	return false;
}

enum private_left private_stop_leftovers(struct private *own,
    const volatile sig_atomic_t *stopping)
{
	(void)own;
	(void)stopping;
	return PRIVATE_NONE_LEFT;
}

#endif
