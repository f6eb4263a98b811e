#include "serve/builder.h"

#include "run/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 4096, PATIENCE_MS = 3000, LOOK_MS = 10 };

int builder_start(struct builder *builder, const sigset_t *mask, bool quietly) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return BUILDER_FAILED;
    /* A file, not a pipe: nobody has to read it while it fills. */
    int messages = quietly ? memfd_create("messages", MFD_CLOEXEC) : -1;
    fflush(NULL);
    pid_t parent = getpid(), process = fork();
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(0);
        setpgid(0, 0);
        signal(SIGTTOU, SIG_IGN); /* `stty tostop` would stop what it says to the terminal */
        if (messages >= 0) dup2(messages, STDERR_FILENO);
        descriptors_close_others(&ends[1], 1);
        sigprocmask(SIG_SETMASK, mask, NULL);
        return ends[1];
    }
    close(ends[1]);
    if (process < 0) {
        int reason = errno;
        close(ends[0]);
        if (messages >= 0) close(messages);
        errno = reason;
        return BUILDER_FAILED;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    builder->process = process;
    builder->answer = ends[0];
    builder->messages = messages;
    builder->text.length = builder->said.length = 0;
    return BUILDER_PARENT;
}

_Noreturn void builder_leave(int out) {
    fflush(NULL);
    close(out);
    _exit(0);
}

static void read_messages(struct builder *builder) {
    ssize_t got = 1;
    while (got > 0) {
        buffer_grow(&builder->said, PIECE);
        got = pread(builder->messages, builder->said.bytes + builder->said.length, PIECE,
                    (off_t)builder->said.length);
        if (got > 0) builder->said.length += (size_t)got;
    }
    close(builder->messages);
}

static void reap(struct builder *builder) {
    while (waitpid(builder->process, &builder->status, 0) < 0 && errno == EINTR) {
    }
    close(builder->answer);
    if (builder->messages >= 0) read_messages(builder);
    builder->process = 0;
}

bool builder_read(struct builder *builder) {
    for (;;) {
        buffer_grow(&builder->text, PIECE);
        ssize_t got = read(builder->answer, builder->text.bytes + builder->text.length, PIECE);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return false;
        if (got <= 0) break;
        builder->text.length += (size_t)got;
    }
    reap(builder);
    return true;
}

void builder_end(struct builder *builder, bool gently) {
    if (builder->process && gently) {
        kill(builder->process, SIGTERM);
        for (int waited = 0; waited < PATIENCE_MS && builder->process; waited += LOOK_MS) {
            struct pollfd file = {builder->answer, POLLIN, 0};
            poll(&file, 1, LOOK_MS);
            if (file.revents) builder_read(builder);
        }
    }
    if (builder->process) {
        kill(builder->process, SIGKILL);
        reap(builder);
    }
    buffer_free(&builder->text);
    buffer_free(&builder->said);
}
