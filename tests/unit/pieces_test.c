/* Pieces: texts of many workers, read back by one, in any order. */
#include "run/pieces.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

/* Two workers, one far ahead of the other, and a parent that takes what is there. */
static void gathered_while_they_are_added(void) {
    enum { ARTICLES = 1500, STEP = 50 };
    struct pieces pieces = {0};
    struct buffer buffer = {0}, wanted = {0}, found = {0};
    uint32_t *order = memory_allocate(ARTICLES * sizeof *order);
    CHECK(pieces_open(&pieces, &writer, 2, ARTICLES));
    FILE *file = tmpfile();
    struct pieces_gathering gathering = {.reader = {.pieces = &pieces, .shared = &shared},
                                         .articles = order,
                                         .count = ARTICLES,
                                         .file = fileno(file),
                                         .skip = 2};
    for (uint32_t i = 0; i < ARTICLES; i++) order[i] = ARTICLES - 1 - i;
    for (uint32_t from = 0; from < ARTICLES / 2; from += STEP) {
        for (uint32_t i = from; i < from + STEP; i++) {
            struct text none = {NULL, 0};
            uint32_t article = order[i], ahead = order[ARTICLES / 2 + i];
            struct text text = i % 7 == 0 ? none : text_for(&buffer, article);
            CHECK(pieces_add(&pieces, &shared, 0, article, text));
            if (i == 500) continue; /* lost with its worker */
            CHECK(pieces_add(&pieces, &shared, 1, ahead, text_for(&buffer, ahead)));
        }
        CHECK(pieces_gather(&gathering, false));
        CHECK(gathering.next == from + STEP || from + STEP == ARTICLES / 2);
    }
    CHECK(gathering.next == ARTICLES / 2 + 500);
    CHECK(pieces_gather(&gathering, true));
    CHECK(gathering.next == ARTICLES);
    uint32_t count = 0;
    for (uint32_t i = 0; i < ARTICLES; i++) {
        if ((i < ARTICLES / 2 && i % 7 == 0) || i == ARTICLES / 2 + 500) continue;
        struct text text = text_for(&buffer, order[i]);
        size_t skip = count++ ? 0 : 2;
        buffer_append(&wanted, text.bytes + skip, text.length - skip);
    }
    CHECK(gathering.written == count);
    buffer_grow(&found, wanted.length + 1);
    rewind(file);
    found.length = fread(found.bytes, 1, wanted.length + 1, file);
    CHECK(text_equal(buffer_text(&found), buffer_text(&wanted)));
    fclose(file);
    pieces_gathering_free(&gathering);
    pieces_close(&pieces);
    memory_free(order);
    buffer_free(&buffer);
    buffer_free(&wanted);
    buffer_free(&found);
}

/* What cannot be written is told, and is not written twice once it can be. */
static void gathered_to_a_full_disk(void) {
    struct pieces pieces = {0};
    struct buffer large = {0};
    uint32_t order[] = {0, 1};
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), ends[2];
    if (full < 0) return;
    CHECK(pipe(ends) == 0);
    CHECK(pieces_open(&pieces, &writer, 1, 2));
    for (int i = 0; i < 3000; i++) buffer_append_byte(&large, 'x');
    for (uint32_t i = 0; i < 2; i++) CHECK(pieces_add(&pieces, &shared, 0, i, buffer_text(&large)));
    struct pieces_gathering gathering = {.reader = {.pieces = &pieces, .shared = &shared},
                                         .articles = order,
                                         .count = 2,
                                         .file = full};
    CHECK(!pieces_gather(&gathering, true) && errno == ENOSPC);
    gathering.file = ends[1];
    CHECK(pieces_gather(&gathering, true) && gathering.written == 2);
    close(ends[1]);
    CHECK(read(ends[0], large.bytes, large.length) == 3000);
    CHECK(read(ends[0], large.bytes, large.length) == 3000);
    CHECK(read(ends[0], large.bytes, large.length) == 0);
    close(ends[0]);
    close(full);
    pieces_gathering_free(&gathering);
    pieces_close(&pieces);
    buffer_free(&large);
}

int main(void) {
    if (!shared_open(&shared, 64 << 20)) return 1;
    writer = shared_writer_of(&shared);
    RUN(all_that_was_added);
    RUN(empty_and_large);
    RUN(gathered_while_they_are_added);
    RUN(gathered_to_a_full_disk);
    return unit_end();
}
