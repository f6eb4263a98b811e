#include "run/pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 1 << 18, HELD = 1 << 19, GATHERED = 1 << 17 };

/* Where one article's text is. */
struct piece {
    uint64_t offset;
    uint32_t length;
    _Atomic uint32_t file; /* 1 + the worker's number; 0: not yet, or never; written last */
};
#define NO_TEXT UINT32_MAX /* in the place of `file`: the article has none */

/* In the arena, one a worker: what stands behind its file's end. Many small texts make one large
 * write, and a worker that dies leaves them to the one in its place. What was gathered by then is
 * not written: the file has a hole there. */
struct held {
    _Atomic uint64_t written;  /* where in the file bytes[0] belongs */
    _Atomic uint64_t gathered; /* up to here in the file nobody reads any more */
    uint32_t length;
    char bytes[HELD];
};

static struct held *held_of(const struct pieces *pieces, const struct shared *shared,
                            uint32_t worker) {
    return (struct held *)shared_at(shared, pieces->held) + worker;
}

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
    pieces->workers = workers;
    pieces->files = memory_allocate((2 * workers + 1) * sizeof *pieces->files);
    for (; pieces->file_count < 2 * workers; pieces->file_count++) {
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
    pieces->held = shared_allocate(writer, workers * sizeof(struct held));
    return true;
}

void pieces_close(struct pieces *pieces) {
    for (uint32_t i = 0; i < pieces->file_count; i++) close(pieces->files[i]);
    memory_free(pieces->files);
    *pieces = (struct pieces){0};
}

static bool write_at(int file, struct text bytes, uint64_t offset) {
    while (bytes.length) {
        ssize_t wrote = pwrite(file, bytes.bytes, bytes.length, (off_t)offset);
        if (wrote < 0 && errno != EINTR) return false;
        if (wrote < 0) continue;
        bytes.bytes += wrote;
        bytes.length -= (size_t)wrote;
        offset += (uint64_t)wrote;
    }
    return true;
}

/* A worker that is killed in here leaves bytes that no piece names, and no piece without its bytes:
 * the same are written again to the same place, or to one behind it. */
static bool write_held(int file, struct held *held) {
    uint64_t written = held->written, gathered = held->gathered;
    size_t done = gathered > written ? (size_t)(gathered - written) : 0;
    struct text left = {held->bytes + done, held->length - done};
    if (!write_at(file, left, written + done)) return false;
    held->written = written + held->length;
    atomic_thread_fence(memory_order_seq_cst); /* told before the bytes change, see copy_held */
    held->length = 0;
    return true;
}

bool pieces_add(struct pieces *pieces, const struct shared *shared, uint32_t worker,
                uint32_t article, struct text bytes) {
    int file = pieces->files[worker];
    struct held *held = held_of(pieces, shared, worker);
    struct piece *piece = piece_of(pieces, shared, article);
    if (!bytes.bytes) {
        piece->file = NO_TEXT;
        return true;
    }
    if (bytes.length > HELD - held->length && !write_held(file, held)) return false;
    piece->offset = held->written + held->length;
    piece->length = (uint32_t)bytes.length;
    if (bytes.length > HELD) {
        if (!write_at(file, bytes, piece->offset)) return false;
        held->written += bytes.length;
    } else {
        if (bytes.length) memcpy(held->bytes + held->length, bytes.bytes, bytes.length);
        held->length += (uint32_t)bytes.length;
    }
    piece->file = worker + 1; /* its room is taken before it is named */
    return true;
}

/* Neighbours in the corpus mostly lie together, so that one reading serves many. */
bool pieces_read(struct pieces_reader *reader, uint32_t article, struct text *text) {
    const struct piece *piece = piece_of(reader->pieces, reader->shared, article);
    struct buffer *window = &reader->window;
    *text = (struct text){NULL, 0};
    uint32_t file = piece->file;
    if (!file || file == NO_TEXT) return true;
    const struct held *held = held_of(reader->pieces, reader->shared, file - 1);
    if (piece->offset >= held->written) {
        *text = (struct text){held->bytes + (piece->offset - held->written), piece->length};
        return true;
    }
    if (file != reader->file || piece->offset < reader->offset ||
        piece->offset + piece->length > reader->offset + window->length) {
        size_t wanted = piece->length > WINDOW ? piece->length : WINDOW;
        window->length = 0;
        buffer_grow(window, wanted);
        reader->file = file;
        reader->offset = piece->offset;
        while (window->length < wanted) {
            ssize_t got = pread(reader->pieces->files[file - 1], window->bytes + window->length,
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

/* ---- gathering, while they are made ---- */

/* A copy of a text that may still be held; false where it is not any more: then it is in the file.
 */
static bool copy_held(const struct held *held, const struct piece *piece, size_t skip,
                      struct buffer *out) {
    uint64_t written = held->written;
    size_t before = out->length;
    if (piece->offset < written) return false;
    buffer_append(out, held->bytes + (piece->offset - written) + skip, piece->length - skip);
    atomic_thread_fence(memory_order_acquire);
    if (held->written == written) return true;
    out->length = before; /* the worker wrote other bytes there meanwhile */
    return false;
}

static bool write_gathered(struct pieces_gathering *gathering) {
    struct text left = buffer_text(&gathering->bytes);
    while (left.length) {
        ssize_t wrote = write(gathering->file, left.bytes, left.length);
        if (wrote < 0 && errno != EINTR) break;
        if (wrote < 0) continue;
        left.bytes += wrote;
        left.length -= (size_t)wrote;
    }
    if (left.length) memmove(gathering->bytes.bytes, left.bytes, left.length);
    gathering->bytes.length = left.length;
    return !left.length;
}

bool pieces_gather(struct pieces_gathering *gathering, bool last) {
    struct pieces_reader *reader = &gathering->reader;
    while (gathering->next < gathering->count) {
        if (gathering->bytes.length >= GATHERED && !write_gathered(gathering)) return false;
        uint32_t article = gathering->articles[gathering->next];
        const struct piece *piece = piece_of(reader->pieces, reader->shared, article);
        uint32_t file = piece->file;
        if (!file && !last) break;
        if (!file || file == NO_TEXT) {
            gathering->next++;
            continue;
        }
        struct held *held = held_of(reader->pieces, reader->shared, file - 1);
        size_t skip = gathering->written ? 0 : gathering->skip;
        struct text text;
        if (!copy_held(held, piece, skip, &gathering->bytes)) {
            if (!pieces_read(reader, article, &text)) return false;
            buffer_append(&gathering->bytes, text.bytes + skip, text.length - skip);
        }
        held->gathered = piece->offset + piece->length;
        gathering->next++;
        gathering->written++;
    }
    return !last || write_gathered(gathering);
}

void pieces_gathering_free(struct pieces_gathering *gathering) {
    pieces_reader_free(&gathering->reader);
    buffer_free(&gathering->bytes);
}
