#include "read/digest.h"

#include <sys/stat.h>
#include <time.h>

/* Fine clocks tick every few milliseconds; those of whole seconds may count in twos. */
static const int64_t fine_rest = 50 * 1000000, coarse_rest = 2100 * (int64_t)1000000;

static void add(struct digest *digest, struct text path, const struct file *file) {
    struct {
        uint64_t before, path, size, inode;
        int64_t modified, changed;
        uint64_t mode;
    } seen = {digest->number, text_hash(path), file->size, file->inode,
              file->modified, file->changed,   file->mode};
    digest->number = text_hash((struct text){(const char *)&seen, sizeof seen});
    if (file->changed > digest->newest) digest->newest = file->changed;
    if (file->modified > digest->newest) digest->newest = file->modified;
}

void digest_add(struct digest *digest, const struct file_list *list) {
    for (uint32_t i = 0; i < list->count; i++) add(digest, list->items[i].path, &list->items[i]);
}

void digest_add_path(struct digest *digest, const char *path) {
    struct stat status;
    struct file file = {0};
    if (stat(path, &status) == 0) file_describe(&file, &status);
    add(digest, text_of(path), &file);
}

bool digest_is_at_rest(const struct digest *digest) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t rest = digest->newest % 1000000000 ? fine_rest : coarse_rest;
    return digest->newest + rest < (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
