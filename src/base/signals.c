#include "base/signals.h"

#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

int
signals_hold(sigset_t *held, struct err *e)
{
	static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	struct sigaction now;
	int fd;

	sigemptyset(held);
	for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
		if (sigaction(deadly[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(held, deadly[i]);
	sigprocmask(SIG_BLOCK, held, NULL);
	signal(SIGXFSZ, SIG_IGN);
	fd = signalfd(-1, held, SFD_CLOEXEC);
	if (fd < 0)
		err_sys(e, EX_OSERR, "signalfd");
	return fd;
}

void
signals_release(const sigset_t *held, int fd)
{
	sigprocmask(SIG_UNBLOCK, held, NULL);
	if (fd >= 0)
		close(fd);
}
