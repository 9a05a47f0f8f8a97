/* child.c - the command that is played while capturing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/child.h"
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	/* What a shell says of a command that cannot be run, is not there. */
	STATUS_NOT_RUN = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128,
	STEP_MS = 10,
};

bool child_start(struct child *child, char *const command[])
{
	pid_t pid = fork();

	if (pid == -1)
		return false;
	if (pid == 0) {
		execvp(command[0], command);
		warn("%s", command[0]);
		_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN);
	}
	*child = (struct child){.pid = pid};
	return true;
}

bool child_poll(struct child *child)
{
	int status;

	if (child->has_ended ||
	    waitpid(child->pid, &status, WNOHANG) != child->pid)
		return child->has_ended;
	child->has_ended = true;
	child->exit_status = WIFEXITED(status)
				 ? WEXITSTATUS(status)
				 : STATUS_SIGNAL + WTERMSIG(status);
	return true;
}

void child_stop(struct child *child, int grace_ms)
{
	struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

	if (!child_poll(child))
		kill(child->pid, SIGTERM);
	for (int ms = 0; ms < grace_ms && !child_poll(child); ms += STEP_MS)
		nanosleep(&step, NULL);
	if (child->has_ended)
		return;
	kill(child->pid, SIGKILL);
	while (!child_poll(child))
		nanosleep(&step, NULL);
}
