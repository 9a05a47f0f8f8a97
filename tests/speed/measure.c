/* measure.c - run a command once: time, processor time, peak memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "wire/number.h"

/* In a child: the command, silent and within limits. */
static void become(char *argv[], rlim_t seconds, rlim_t bytes)
{
	struct rlimit memory = {bytes, bytes};
	int null = open("/dev/null", O_RDWR);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 || dup2(null, STDERR_FILENO) == -1)
		_exit(127);
	if (setrlimit(RLIMIT_AS, &memory) == -1)
		_exit(127);
	alarm((unsigned)seconds); /* outlives execve */
	execvp(argv[0], argv);
	_exit(127);
}

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char *argv[])
{
	uint64_t seconds, megabytes;
	struct rusage usage;
	int status;

	if (argc < 4 || !number_parse(argv[1], 1, 86400, &seconds) ||
	    !number_parse(argv[2], 1, 1 << 20, &megabytes))
		errx(2, "usage: measure MAX-SECONDS MAX-MB COMMAND...");
	double began = now();
	pid_t pid = fork();
	if (pid == -1)
		err(EXIT_FAILURE, "fork");
	if (pid == 0)
		become(argv + 3, seconds, megabytes << 20);
	if (wait4(pid, &status, 0, &usage) == -1)
		err(EXIT_FAILURE, "wait4");
	/* wall, user, system seconds; peak KiB; how it ended */
	printf("%.3f %.3f %.3f %ld %s\n", now() - began,
	    seconds_of(usage.ru_utime), seconds_of(usage.ru_stime),
	    usage.ru_maxrss,
	    WIFSIGNALED(status)
		? (WTERMSIG(status) == SIGALRM ? "timeout" : "killed")
	    : WEXITSTATUS(status) == 0 ? "ok"
				       : "failed");
	return EXIT_SUCCESS;
}
