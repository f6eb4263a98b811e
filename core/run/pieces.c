#include "run/pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 1 << 18 };

/* Where one article's text is. */
struct piece {
    uint64_t offset;
    uint32_t length, file; /* file: 1 + the worker's number; 0: none */
};

static struct piece *piece_of(const struct pieces *pieces, const struct shared *shared,
                              uint32_t article) {
    return (struct piece *)shared_at(shared, pieces->table) + article;
}

/* /var/tmp is a disk also where /tmp is memory. */
static int open_nameless(void) {
    const char *const folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (!folders[i] || !*folders[i]) continue;
        int file = open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (file >= 0) return file;
    }
    return memfd_create("galley", MFD_CLOEXEC);
}

bool pieces_open(struct pieces *pieces, struct shared_writer *writer, uint32_t workers,
                 uint32_t articles) {
    pieces->files = memory_allocate((workers + 1) * sizeof *pieces->files);
    for (; pieces->file_count < workers; pieces->file_count++) {
        int file = open_nameless();
        if (file < 0) {
            int saved = errno;
            pieces_close(pieces);
            errno = saved;
            return false;
        }
        pieces->files[pieces->file_count] = file;
    }
    pieces->table = shared_allocate(writer, (articles + (size_t)1) * sizeof(struct piece));
    return true;
}

void pieces_close(struct pieces *pieces) {
    for (uint32_t i = 0; i < pieces->file_count; i++) close(pieces->files[i]);
    memory_free(pieces->files);
    *pieces = (struct pieces){0};
}

bool pieces_add(struct pieces *pieces, const struct shared *shared, uint32_t worker,
                uint32_t article, struct text bytes) {
    int file = pieces->files[worker];
    /* Once to the end: a worker in this place may have died and left something. */
    off_t end = lseek(file, 0, pieces->appending ? SEEK_CUR : SEEK_END);
    if (end < 0) return false;
    pieces->appending = true;
    for (size_t at = 0; at < bytes.length;) {
        ssize_t wrote = write(file, bytes.bytes + at, bytes.length - at);
        if (wrote < 0 && errno != EINTR) return false;
        if (wrote > 0) at += (size_t)wrote;
    }
    *piece_of(pieces, shared, article) = (struct piece){
        .offset = (uint64_t)end, .length = (uint32_t)bytes.length, .file = worker + 1};
    return true;
}

/* Neighbours in the corpus mostly lie together, so that one reading serves many. */
bool pieces_read(struct pieces_reader *reader, uint32_t article, struct text *text) {
    const struct piece *piece = piece_of(reader->pieces, reader->shared, article);
    struct buffer *window = &reader->window;
    *text = (struct text){NULL, 0};
    if (!piece->file) return true;
    if (piece->file != reader->file || piece->offset < reader->offset ||
        piece->offset + piece->length > reader->offset + window->length) {
        size_t wanted = piece->length > WINDOW ? piece->length : WINDOW;
        window->length = 0;
        buffer_grow(window, wanted);
        reader->file = piece->file;
        reader->offset = piece->offset;
        while (window->length < wanted) {
            ssize_t got =
                pread(reader->pieces->files[piece->file - 1], window->bytes + window->length,
                      wanted - window->length, (off_t)(piece->offset + window->length));
            if (got < 0 && errno != EINTR) return false;
            if (got == 0) break;
            if (got > 0) window->length += (size_t)got;
        }
        if (window->length < piece->length) {
            errno = EIO;
            return false;
        }
    }
    *text = (struct text){window->bytes + (piece->offset - reader->offset), piece->length};
    return true;
}

void pieces_reader_free(struct pieces_reader *reader) {
    buffer_free(&reader->window);
    reader->file = 0;
}
