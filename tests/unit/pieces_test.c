/* Pieces: texts of many workers, read back by one, in any order. */
#include "run/pieces.h"
#include "unit.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct shared shared;
static struct shared_writer writer;

static struct text text_for(struct buffer *buffer, uint32_t article) {
    buffer->length = 0;
    buffer_printf(buffer, "%u:", article);
    for (uint32_t i = 0; i < article * 37 % 5000; i++)
        buffer_append_byte(buffer, (char)('a' + i % 26));
    return buffer_text(buffer);
}

/* In a process of its own, as workers are: every third article from `first`. */
static void add_some(struct pieces *pieces, uint32_t worker, uint32_t first, uint32_t count) {
    pid_t child = fork();
    if (child == 0) {
        struct buffer buffer = {0};
        for (uint32_t article = first; article < count; article += 3)
            if (!pieces_add(pieces, &shared, worker, article, text_for(&buffer, article))) _exit(1);
        _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
}

static void all_that_was_added(void) {
    enum { ARTICLES = 900 };
    struct pieces pieces = {0};
    struct buffer buffer = {0};
    CHECK(pieces_open(&pieces, &writer, 2, ARTICLES));
    add_some(&pieces, 0, 0, ARTICLES);
    add_some(&pieces, 1, 1, ARTICLES); /* and 2, 5, ... stay away */
    add_some(&pieces, 0, 3, 30);       /* a worker in the place of one that died: behind it */
    struct pieces_reader reader = {.pieces = &pieces, .shared = &shared};
    for (int turn = 0; turn < 2; turn++)
        for (uint32_t i = 0; i < ARTICLES; i++) {
            uint32_t article = turn ? ARTICLES - 1 - i : i;
            struct text text, wanted = text_for(&buffer, article);
            CHECK(pieces_read(&reader, article, &text));
            if (article % 3 == 2)
                CHECK(text.bytes == NULL);
            else
                CHECK(text_equal(text, wanted));
        }
    pieces_reader_free(&reader);
    pieces_close(&pieces);
    buffer_free(&buffer);
}

static void empty_and_large(void) {
    struct pieces pieces = {0};
    struct buffer large = {0};
    CHECK(pieces_open(&pieces, &writer, 1, 3));
    for (int i = 0; i < 700000; i++) buffer_append_byte(&large, (char)i);
    CHECK(pieces_add(&pieces, &shared, 0, 0, (struct text){"", 0}));
    CHECK(pieces_add(&pieces, &shared, 0, 1, buffer_text(&large)));
    struct pieces_reader reader = {.pieces = &pieces, .shared = &shared};
    struct text text;
    CHECK(pieces_read(&reader, 0, &text) && text.bytes && !text.length);
    CHECK(pieces_read(&reader, 1, &text) && text_equal(text, buffer_text(&large)));
    CHECK(pieces_read(&reader, 2, &text) && !text.bytes);
    pieces_reader_free(&reader);
    pieces_close(&pieces);
    buffer_free(&large);
}

int main(void) {
    if (!shared_open(&shared, 64 << 20)) return 1;
    writer = shared_writer_of(&shared);
    RUN(all_that_was_added);
    RUN(empty_and_large);
    return unit_end();
}
