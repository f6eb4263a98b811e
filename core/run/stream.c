#include "run/stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct stream {
    struct output *output; /* NULL: `file` is the caller's */
    struct buffer held, path;
    int file; /* -1: not open yet */
    bool failed;
    int reason; /* what the system said; 0: nothing */
    char problem[160];
};

struct stream *stream_to_file(int file) {
    struct stream *stream = memory_allocate_zeroed(sizeof *stream);
    stream->file = file;
    return stream;
}

struct stream *stream_to_output(struct output *output, struct text path) {
    struct stream *stream = stream_to_file(-1);
    stream->output = output;
    buffer_append_text(&stream->path, path);
    return stream;
}

static bool fail(struct stream *stream, const char **problem) {
    stream->failed = true;
    stream->reason = errno;
    snprintf(stream->problem, sizeof stream->problem,
             "cannot be written (%s); check the disk and its permissions", strerror(errno));
    *problem = stream->problem;
    return false;
}

static bool flush(struct stream *stream, const char **problem) {
    for (size_t at = 0; at < stream->held.length;) {
        ssize_t wrote = write(stream->file, stream->held.bytes + at, stream->held.length - at);
        if (wrote < 0 && errno != EINTR) return fail(stream, problem);
        if (wrote > 0) at += (size_t)wrote;
    }
    stream->held.length = 0;
    return true;
}

bool stream_write(struct stream *stream, struct text bytes, const char **problem) {
    if (stream->failed) {
        *problem = stream->problem;
        return false;
    }
    buffer_append_text(&stream->held, bytes);
    if (stream->held.length < (stream->file < 0 ? STREAM_HELD : STREAM_CHUNK)) return true;
    if (stream->file < 0) {
        enum output_state state;
        stream->file = output_create(stream->output, buffer_text(&stream->path), &state, problem);
        if (stream->file < 0) {
            /* Two outputs of one path: output_check names both. */
            stream->failed = true;
            snprintf(stream->problem, sizeof stream->problem, "%s",
                     state == OUTPUT_REFUSED ? *problem
                                             : "is written twice; give one another path");
            *problem = stream->problem;
            return false;
        }
    }
    return flush(stream, problem);
}

bool stream_finish(struct stream *stream, enum output_state *state, const char **problem) {
    if (stream->failed) {
        *problem = stream->problem;
        return false;
    }
    if (stream->file >= 0 || !stream->output) {
        if (!flush(stream, problem)) return false;
        if (state) *state = OUTPUT_WRITTEN;
        if (stream->output) {
            int file = stream->file;
            stream->file = -1;
            stream->output = NULL;
            if (close(file) != 0) return fail(stream, problem);
        }
        return true;
    }
    enum output_state result = output_write(stream->output, buffer_text(&stream->path),
                                            buffer_text(&stream->held), problem);
    stream->failed = result == OUTPUT_REFUSED;
    if (stream->failed) snprintf(stream->problem, sizeof stream->problem, "%s", *problem);
    if (state) *state = result;
    return !stream->failed;
}

bool stream_gone(const struct stream *stream) {
    return stream->reason == EPIPE;
}

bool stream_broken(const struct stream *stream) {
    return stream->reason && stream->reason != EPIPE;
}

struct text stream_path(const struct stream *stream) {
    return buffer_text(&stream->path);
}

void stream_free(struct stream *stream) {
    if (stream->output && stream->file >= 0) close(stream->file);
    buffer_free(&stream->held);
    buffer_free(&stream->path);
    memory_free(stream);
}
