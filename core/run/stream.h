/* stream.h: bytes written in pieces, in a worker: to a descriptor, or as one output of the stage.
 *
 * Pieces are collected into larger writes. An output's stream keeps up to STREAM_HELD bytes in
 * memory, so that a small one can be compared with what is published (output.h); what is larger
 * goes to the stage as it comes. So memory does not grow with what is written.
 *
 * Ownership: freed by stream_free; `path` is copied. Errors: functions that return false set
 * *problem to "cannot be written (...); ...", constant or valid until the next call; the stream
 * then takes nothing more.
 */
#ifndef GALLEY_STREAM_H
#define GALLEY_STREAM_H

#include "run/output.h"

enum { STREAM_HELD = 1 << 20, STREAM_CHUNK = 1 << 16 };

struct stream;

struct stream *stream_to_file(int file);
struct stream *stream_to_output(struct output *output, struct text path);
bool stream_write(struct stream *stream, struct text bytes, const char **problem);
/* Writes what is held. For an output: *state is what output_add wants to know; may be NULL. */
bool stream_finish(struct stream *stream, enum output_state *state, const char **problem);
/* True when the reader of a pipe has gone, which is no error of ours. */
bool stream_gone(const struct stream *stream);
/* True when the system refused bytes: a full disk, say, which is no error of a plugin's. */
bool stream_broken(const struct stream *stream);
/* The output's path, or empty. */
struct text stream_path(const struct stream *stream);
void stream_free(struct stream *stream);

#endif
