#include "run/program_inside.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool program_send(int socket, const void *bytes, size_t length) {
    const char *at = bytes;
    while (length) {
        ssize_t sent = write(socket, at, length);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += sent;
        length -= (size_t)sent;
    }
    return true;
}

bool program_receive(int socket, void *bytes, size_t length) {
    char *at = bytes;
    while (length) {
        ssize_t got = read(socket, at, length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

static bool receive_into(int socket, struct buffer *buffer, uint32_t length) {
    buffer_grow(buffer, length);
    if (!program_receive(socket, buffer->bytes, length)) return false;
    buffer->length = length;
    return true;
}

static bool ask(int socket, const struct program_request *request, struct buffer *words,
                struct program_answer *answer) {
    struct program_request_head head = {
        .grant = request->grant,
        .deadline_ms = request->deadline_ms,
        .word_count = request->word_count,
        .words_length = (uint32_t)words->length,
        .input_length = (uint32_t)request->input.length,
    };
    struct program_answer_head said;
    if (!program_send(socket, &head, sizeof head) ||
        !program_send(socket, words->bytes, words->length) ||
        !program_send(socket, request->input.bytes, request->input.length) ||
        !program_receive(socket, &said, sizeof said))
        return false;
    if (said.outcome >= PROGRAM_LOST || said.output_length > PROGRAM_MOST_OUTPUT ||
        said.errors_length > PROGRAM_MOST_OUTPUT)
        return false;
    answer->outcome = (enum program_outcome)said.outcome;
    answer->status = said.status;
    return receive_into(socket, &answer->output, said.output_length) &&
           receive_into(socket, &answer->errors, said.errors_length);
}

void program_run(int socket, const struct program_request *request, struct program_answer *answer) {
    struct buffer words = {0};
    answer->outcome = PROGRAM_REFUSED;
    answer->status = 0;
    answer->output.length = answer->errors.length = 0;
    bool small = request->word_count && request->word_count <= PROGRAM_MOST_WORDS &&
                 request->input.length <= PROGRAM_MOST_INPUT;
    for (uint32_t i = 0; small && i < request->word_count; i++) {
        size_t length = strlen(request->words[i]) + 1;
        small = length <= PROGRAM_MOST_WORD_BYTES;
        if (small) buffer_append(&words, request->words[i], length);
    }
    if (small && !ask(socket, request, &words, answer)) answer->outcome = PROGRAM_LOST;
    buffer_free(&words);
}
