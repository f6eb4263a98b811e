#include "edit/journal.h"

#include <inttypes.h>

static const char *const action_names[] = {"replace", "create", "remove"};

void journal_add_entry(struct journal *journal, struct batch_entry entry) {
    memory_reserve(&journal->entries, &journal->capacity, journal->count + 1);
    journal->entries[journal->count++] = entry;
}

struct text journal_add_stage(struct journal *journal, uint32_t index, struct text target) {
    memory_reserve(&journal->stages, &journal->stage_capacity, journal->stage_count + 1);
    struct text copy = arena_copy(&journal->arena, target);
    journal->stages[journal->stage_count++] = (struct journal_stage){index, copy};
    return copy;
}

void journal_free(struct journal *journal) {
    memory_free(journal->entries);
    memory_free(journal->stages);
    arena_free(&journal->arena);
    *journal = (struct journal){0};
}

static void write_name(struct text name, struct buffer *out) {
    buffer_append_byte(out, ' ');
    if (!name.length) buffer_append_byte(out, '-');
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.bytes[i];
        if (c <= ' ' || c == '%' || c == 0x7F || (c == '-' && name.length == 1))
            buffer_printf(out, "%%%02X", c);
        else
            buffer_append_byte(out, (char)c);
    }
}

void journal_write_head(const struct journal *journal, struct buffer *out) {
    buffer_printf(out, "galley-journal 1 %" PRIu32 " %" PRIu32, journal->number, journal->undoes);
    write_name(journal->label, out);
    buffer_append_byte(out, '\n');
}

void journal_write_stage(struct journal_stage stage, struct buffer *out) {
    if (stage.index)
        buffer_printf(out, "stage %" PRIu32, stage.index);
    else
        buffer_append_string(out, "folder");
    write_name(stage.target, out);
    buffer_append_byte(out, '\n');
}

void journal_write_ready(const struct journal *journal, struct text so_far, struct buffer *out) {
    struct buffer all = {0};
    buffer_append_text(&all, so_far);
    for (uint32_t i = 0; i < journal->count; i++) {
        const struct batch_entry *entry = &journal->entries[i];
        buffer_printf(&all,
                      "%s %" PRIu32 " %" PRIu64 " %016" PRIx64 " %" PRIu64 " %" PRIu64
                      " %016" PRIx64 " %" PRIo32 " %" PRIu32 " %" PRIu32,
                      action_names[entry->action], entry->index, entry->old_size, entry->old_hash,
                      entry->old_at, entry->new_size, entry->new_hash, entry->mode, entry->user,
                      entry->group);
        write_name(entry->target, &all);
        write_name(entry->like, &all);
        buffer_append_byte(&all, '\n');
    }
    buffer_append(out, all.bytes + so_far.length, all.length - so_far.length);
    buffer_printf(out, "ready %016" PRIx64 "\n", text_hash(buffer_text(&all)));
    buffer_free(&all);
}

/* Reading: each takes the next word of the line; `good` turns false and stays so. */
struct reader {
    struct text line;
    bool good;
};

static struct text read_word(struct reader *reader) {
    struct text *line = &reader->line, word = {line->bytes, 0};
    while (word.length < line->length && word.bytes[word.length] != ' ') word.length++;
    reader->good &= word.length > 0;
    size_t used = word.length + (word.length < line->length);
    line->bytes += used;
    line->length -= used;
    return word;
}

static int digit_value(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 99;
}

static uint64_t read_number(struct reader *reader, unsigned base, uint64_t most) {
    struct text word = read_word(reader);
    uint64_t number = 0;
    for (size_t i = 0; i < word.length; i++) {
        unsigned digit = (unsigned)digit_value(word.bytes[i]);
        if (digit >= base || number > (most - digit) / base) {
            reader->good = false;
            return 0;
        }
        number = number * base + digit;
    }
    return number;
}

static struct text read_name(struct reader *reader, struct arena *arena) {
    struct text word = read_word(reader);
    if (text_is(word, "-")) word.length = 0;
    struct text name = arena_copy(arena, word);
    char *out = (char *)name.bytes;
    name.length = 0;
    for (size_t i = 0; i < word.length; i++) {
        char c = word.bytes[i];
        if (c == '%') {
            int high = i + 2 < word.length ? digit_value(word.bytes[i + 1]) : 99;
            int low = i + 2 < word.length ? digit_value(word.bytes[i + 2]) : 99;
            if (high > 15 || low > 15) {
                reader->good = false;
                break;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        out[name.length++] = c;
    }
    out[name.length] = 0;
    return name;
}

static bool read_head(struct text line, struct journal *journal) {
    struct reader reader = {line, true};
    bool known = text_is(read_word(&reader), "galley-journal");
    known &= read_number(&reader, 10, UINT32_MAX) == 1;
    journal->number = (uint32_t)read_number(&reader, 10, UINT32_MAX);
    journal->undoes = (uint32_t)read_number(&reader, 10, UINT32_MAX);
    journal->label = read_name(&reader, &journal->arena);
    return known && reader.good && journal->number;
}

static bool read_entry(struct reader *reader, enum batch_action action, struct journal *journal) {
    struct batch_entry entry = {.action = action};
    entry.index = (uint32_t)read_number(reader, 10, UINT32_MAX);
    entry.old_size = read_number(reader, 10, UINT64_MAX);
    entry.old_hash = read_number(reader, 16, UINT64_MAX);
    entry.old_at = read_number(reader, 10, UINT64_MAX);
    entry.new_size = read_number(reader, 10, UINT64_MAX);
    entry.new_hash = read_number(reader, 16, UINT64_MAX);
    entry.mode = (uint32_t)read_number(reader, 8, 07777);
    entry.user = (uint32_t)read_number(reader, 10, UINT32_MAX);
    entry.group = (uint32_t)read_number(reader, 10, UINT32_MAX);
    entry.target = read_name(reader, &journal->arena);
    entry.like = read_name(reader, &journal->arena);
    if (reader->good) journal_add_entry(journal, entry);
    return reader->good;
}

static bool read_fact(struct text line, struct text before, struct journal *journal) {
    struct reader reader = {line, true};
    struct text word = read_word(&reader);
    if (text_is(word, "stage") || text_is(word, "folder")) {
        bool folder = text_is(word, "folder");
        uint32_t index = folder ? 0 : (uint32_t)read_number(&reader, 10, UINT32_MAX);
        struct text target = read_name(&reader, &journal->arena);
        if (reader.good) journal_add_stage(journal, index, target);
    } else if (text_is(word, "ready")) {
        journal->ready = read_number(&reader, 16, UINT64_MAX) == text_hash(before) && reader.good;
    } else if (text_is(word, "back")) {
        journal->back = true;
    } else {
        for (int action = BATCH_REPLACE; action <= BATCH_REMOVE; action++)
            if (text_is(word, action_names[action]))
                return read_entry(&reader, (enum batch_action)action, journal);
        return false;
    }
    return reader.good;
}

bool journal_read(struct text bytes, struct journal *journal) {
    *journal = (struct journal){0};
    bool head = false;
    for (size_t start = 0; start < bytes.length;) {
        const char *end = memchr(bytes.bytes + start, '\n', bytes.length - start);
        if (!end) break;
        struct text line = {bytes.bytes + start, (size_t)(end - bytes.bytes) - start};
        if (!head && !read_head(line, journal)) return false;
        if (head && !read_fact(line, (struct text){bytes.bytes, start}, journal)) break;
        head = true;
        start += line.length + 1;
    }
    return head;
}

void journal_staged_name(const struct journal *journal, uint32_t index, struct text target,
                         struct buffer *out) {
    size_t folder = target.length;
    while (folder && target.bytes[folder - 1] != '/') folder--;
    out->length = 0;
    buffer_append(out, target.bytes, folder);
    buffer_printf(out, ".galley-%" PRIu32 "-%" PRIu32 ".tmp",
                  journal->undoes ? journal->undoes : journal->number, index);
    buffer_string(out);
}
