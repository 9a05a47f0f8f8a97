/* child.c - the command that is played while capturing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/child.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	STATUS_SIGNAL = 128,
	/* Somebody else took it away. */
	STATUS_UNKNOWN = 1,
	STEP_MS = 10,
};

/* Is there a file to execute?  False with errno set. */
static bool is_executable(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return false;
	errno = EACCES;
	return S_ISREG(status.st_mode) &&
	       faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

/* A folder of PATH that cannot be searched holds nothing, as shells see it. */
bool child_find(const char *name, char path[CHILD_PATH_LEN])
{
	const char *folder = getenv("PATH");
	bool is_there = false;
	size_t len;

	if (strchr(name, '/') != NULL) {
		snprintf(path, CHILD_PATH_LEN, "%s", name);
		return is_executable(path);
	}
	if (folder == NULL)
		folder = "/usr/bin:/bin";
	for (;; folder += len + 1) {
		len = strcspn(folder, ":");
		int n = snprintf(path, CHILD_PATH_LEN, "%.*s/%s",
		    len == 0 ? 1 : (int)len, len == 0 ? "." : folder, name);
		if (n < CHILD_PATH_LEN && name[0] != '\0') {
			if (is_executable(path))
				return true;
			is_there |= access(path, F_OK) == 0;
		}
		if (folder[len] == '\0')
			break;
	}
	errno = is_there ? EACCES : ENOENT;
	return false;
}

int child_status(int why)
{
	return why == ENOENT ? CHILD_NOT_FOUND : CHILD_NOT_RUN;
}

/* In the new process: no handler of ours may swallow a signal. */
static void default_signals(const sigset_t *mask)
{
	struct sigaction hangup;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigaction(SIGHUP, NULL, &hangup);
	if (hangup.sa_handler != SIG_IGN)
		signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
}

/* execvp: a script without #! is run by a shell.  Tells errno if it fails. */
static _Noreturn void run(const char *path, char *const command[], int out,
    int told)
{
	if (out != STDOUT_FILENO)
		dup2(out, STDOUT_FILENO);
	execvp(path, command);
	int why = errno;
	ssize_t n = write(told, &why, sizeof(why));
	(void)n;
	_exit(child_status(why));
}

/* Wait for the other end to close, which exec does; what it told, or 0. */
static int hear(int fd)
{
	int why = 0;

	while (read(fd, &why, sizeof(why)) == -1 && errno == EINTR)
		;
	return why;
}

static bool open_pipe(int ends[2])
{
	if (pipe(ends) != 0)
		return false;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return true;
}

bool child_start(struct child *child, const char *path, char *const command[],
    int out)
{
	sigset_t all, mask;
	int ends[2], why;

	if (!open_pipe(ends))
		return false;
	/* Between fork and exec a signal waits, or the command misses it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	pid_t pid = fork();
	why = errno;
	if (pid == 0) {
		default_signals(&mask);
		run(path, command, out, ends[1]);
	}
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(ends[1]);
	if (pid != -1)
		why = hear(ends[0]);
	close(ends[0]);
	if (pid != -1 && why != 0)
		waitpid(pid, NULL, 0);
	*child = (struct child){.pid = why == 0 ? pid : 0};
	errno = why;
	return why == 0;
}

static void note_end(struct child *child, int status)
{
	child->has_ended = true;
	child->exit_status = WIFEXITED(status)
				 ? WEXITSTATUS(status)
				 : STATUS_SIGNAL + WTERMSIG(status);
}

bool child_poll(struct child *child)
{
	int status;
	pid_t pid;

	if (child->has_ended)
		return true;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == child->pid)
			note_end(child, status);
	if (pid == -1 && errno == ECHILD && !child->has_ended) {
		child->has_ended = true;
		child->exit_status = STATUS_UNKNOWN;
	}
	return child->has_ended;
}

void child_stop(struct child *child, int grace_ms,
    const volatile sig_atomic_t *stopping)
{
	struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

	if (!child_poll(child))
		kill(child->pid, SIGTERM);
	for (int ms = 0; ms < grace_ms && *stopping < 2 && !child_poll(child);
	     ms += STEP_MS)
		nanosleep(&step, NULL);
	if (child_poll(child))
		return;
	kill(child->pid, SIGKILL);
	while (!child_poll(child))
		nanosleep(&step, NULL);
}
