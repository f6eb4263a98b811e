/* pieces.h: a text for each article, made by any worker, read by the one that puts them together.
 *
 * Each worker appends to a file of its own, which has no name and lies outside of memory where the
 * system can; its last bytes wait in the arena to be written together, where also a table says
 * where each article's text is. So neither memory nor the time of a single process grows with what
 * an export writes, and a worker that dies takes nothing with it but the article in hand.
 *
 *     parent   pieces_open                       before the workers are forked
 *     worker   pieces_add(number, bytes)         any worker, any order, one text an article
 *     worker   pieces_reader, pieces_read        in a later phase
 *  or parent   pieces_gather                     while they are added, and once more behind that
 *
 * Where the order is known before, the parent gathers: it takes the texts from the arena, writes
 * them to their end, and they never come to a worker's file unless one worker is far ahead of
 * another.
 *
 * Ownership: pieces_close gives the files back; the table lives in the arena. A reader holds one
 * window of a file in memory and is freed by pieces_reader_free; a gathering holds one, and is
 * freed by pieces_gathering_free.
 * Units: bytes. Errors: false with errno set.
 */
#ifndef GALLEY_PIECES_H
#define GALLEY_PIECES_H

#include "base/memory.h"
#include "corpus/shared.h"

#include <stdbool.h>

struct pieces {
    int *files; /* one a worker, and behind those a second one each, for what it likes */
    uint32_t workers, file_count;
    uint64_t table, held; /* in the arena; 0: not open */
};

/* Two files each for so many workers, and a table for so many articles. */
bool pieces_open(struct pieces *pieces, struct shared_writer *writer, uint32_t workers,
                 uint32_t articles);
void pieces_close(struct pieces *pieces);
/* In worker `worker`: the text of an article; bytes NULL: it has none. */
bool pieces_add(struct pieces *pieces, const struct shared *shared, uint32_t worker,
                uint32_t article, struct text bytes);
/* A worker's second file, empty at first. */
static inline int pieces_room(const struct pieces *pieces, uint32_t worker) {
    return pieces->files[pieces->workers + worker];
}

struct pieces_reader {
    const struct pieces *pieces;
    const struct shared *shared;
    struct buffer window;
    uint32_t file;
    uint64_t offset; /* of the window in the file */
};

/* An article's text, valid until the next call; bytes is NULL where none was added. */
bool pieces_read(struct pieces_reader *reader, uint32_t article, struct text *text);
void pieces_reader_free(struct pieces_reader *reader);

struct pieces_gathering {
    struct pieces_reader reader;
    const uint32_t *articles; /* in the order in which they are written */
    uint32_t count;
    int file;               /* a regular one: a pipe could make the parent wait */
    size_t skip;            /* so many bytes of the first text stay away */
    uint32_t next, written; /* looked at, and of those the ones with a text */
    struct buffer bytes;
};

/* In the parent: writes the texts that are there, up to the first that is not yet; `last`: all, and
 * what is not there now has none. */
bool pieces_gather(struct pieces_gathering *gathering, bool last);
void pieces_gathering_free(struct pieces_gathering *gathering);

#endif
