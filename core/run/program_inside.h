/* program_inside.h: what goes over the socket of program.h, as both of its ends see it.
 *
 * A request is its head, the words each with its NUL, then the input. An answer is its head, the
 * output, then the errors.
 */
#ifndef GALLEY_PROGRAM_INSIDE_H
#define GALLEY_PROGRAM_INSIDE_H

#include "run/program.h"

struct program_request_head {
    uint32_t grant, deadline_ms, word_count, words_length, input_length;
};

struct program_answer_head {
    uint32_t outcome;
    int32_t status;
    uint32_t output_length, errors_length;
};

/* False: the other end is gone. */
bool program_send(int socket, const void *bytes, size_t length);
bool program_receive(int socket, void *bytes, size_t length);

#endif
