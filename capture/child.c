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
	/* Somebody else took it away. */
	STATUS_UNKNOWN = 1,
	STEP_MS = 10,
};

/* In the new process: no handler of ours may swallow a signal. */
static _Noreturn void run(char *const command[], int out, const sigset_t *mask)
{
	struct sigaction hangup;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigaction(SIGHUP, NULL, &hangup);
	if (hangup.sa_handler != SIG_IGN)
		signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (out != STDOUT_FILENO)
		dup2(out, STDOUT_FILENO);
	execvp(command[0], command);
	int why = errno;
	warn("%s", command[0]);
	_exit(why == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN);
}

bool child_start(struct child *child, char *const command[], int out)
{
	sigset_t all, mask;

	/* Between fork and exec a signal waits, or the command would miss it.
	 */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	pid_t pid = fork();
	if (pid == 0)
		run(command, out, &mask);
	int why = errno;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	errno = why;
	*child = (struct child){.pid = pid == -1 ? 0 : pid};
	return pid != -1;
}

bool child_poll(struct child *child)
{
	int status;

	if (child->has_ended)
		return true;
	pid_t pid = waitpid(child->pid, &status, WNOHANG);
	if (pid == 0 || (pid == -1 && errno == EINTR))
		return false;
	child->has_ended = true;
	child->exit_status = STATUS_UNKNOWN;
	if (pid == child->pid)
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
