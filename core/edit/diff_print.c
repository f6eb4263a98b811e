#include "edit/diff_print.h"

#include <stdio.h>

enum { CONTEXT = 3, MODE_FILE = 0100644, MODE_KIND = 0170000, MODE_EXECUTE = 0100 };

/* Words are marked only in changes of a size that a reader compares word by word. */
enum { WORDS_AT_MOST = 4000 };

#define RESET    "\x1b[m"
#define BOLD     "\x1b[1m"
#define RED      "\x1b[31m"
#define GREEN    "\x1b[32m"
#define CYAN     "\x1b[36m"
#define MARK_ON  "\x1b[7m"
#define MARK_OFF "\x1b[27m"

/* A path as git writes it: as it is, or in double quotes with C escapes. */
static void diff_quote_path(struct text prefix, struct text path, struct buffer *out) {
    static const char escapes[] = "abtnvfr";
    bool odd = false;
    for (size_t i = 0; i < path.length; i++) {
        unsigned char c = (unsigned char)path.bytes[i];
        odd |= c < 0x20 || c >= 0x7F || c == '"' || c == '\\';
    }
    if (odd) buffer_append_byte(out, '"');
    buffer_append_text(out, prefix);
    for (size_t i = 0; i < path.length; i++) {
        unsigned char c = (unsigned char)path.bytes[i];
        if (c >= 7 && c <= 13)
            buffer_printf(out, "\\%c", escapes[c - 7]);
        else if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c < 0x20 || c >= 0x7F)
            buffer_printf(out, "\\%03o", c);
        else
            buffer_append_byte(out, (char)c);
    }
    if (odd) buffer_append_byte(out, '"');
}

/* A change's lines of one side, cut into words, spaces and signs. */
struct words {
    struct text *items;
    uint8_t *changed;
    uint32_t count;
};

/* Curly quotes, dashes and the like: U+2000 to U+207F. */
static bool is_sign(struct text text, size_t at) {
    return at + 2 < text.length && text.bytes[at] == '\xE2' &&
           (text.bytes[at + 1] == '\x80' || text.bytes[at + 1] == '\x81');
}

static bool is_word_byte(struct text text, size_t at) {
    unsigned char c = (unsigned char)text.bytes[at];
    if (is_sign(text, at)) return false;
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_space_byte(unsigned char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool cut_words(struct text text, struct words *words, struct arena *arena) {
    words->items = arena_allocate(arena, WORDS_AT_MOST * sizeof *words->items);
    words->count = 0;
    for (size_t i = 0; i < text.length;) {
        if (words->count == WORDS_AT_MOST) return false;
        size_t start = i++;
        unsigned char c = (unsigned char)text.bytes[start];
        if (is_sign(text, start))
            i += 2;
        else if (is_word_byte(text, start))
            while (i < text.length && is_word_byte(text, i)) i++;
        else if (c == ' ' || c == '\t')
            while (i < text.length && (text.bytes[i] == ' ' || text.bytes[i] == '\t')) i++;
        words->items[words->count++] = (struct text){text.bytes + start, i - start};
    }
    words->changed = arena_allocate_zeroed(arena, words->count + 1);
    return true;
}

/* One mark over "old name", not one on each word with a gap between, and none of the blanks around
 * it. */
static void close_gaps(struct words *words) {
    for (uint32_t i = 1; i + 1 < words->count; i++) {
        if (words->items[i].bytes[0] != ' ' && words->items[i].bytes[0] != '\t') continue;
        bool before = words->changed[i - 1], behind = words->changed[i + 1];
        if (before != behind)
            words->changed[i] = 0;
        else if (before)
            words->changed[i] = 1;
    }
}

/* False where marks would say nothing: no word is common to both sides. */
static bool compare_words(struct words *olds, struct words *news, struct arena *arena) {
    uint32_t total = olds->count + news->count;
    struct text *texts = arena_allocate(arena, total * sizeof *texts);
    uint32_t *numbers = arena_allocate(arena, total * sizeof *numbers);
    memcpy(texts, olds->items, olds->count * sizeof *texts);
    memcpy(texts + olds->count, news->items, news->count * sizeof *texts);
    uint32_t limit = diff_number(texts, total, numbers, arena);
    diff_compare(numbers, olds->count, numbers + olds->count, news->count, limit, olds->changed,
                 news->changed, arena);
    bool common = false;
    for (uint32_t i = 0; i < olds->count; i++)
        common |= !olds->changed[i] && !is_space_byte((unsigned char)olds->items[i].bytes[0]);
    close_gaps(olds);
    close_gaps(news);
    return common;
}

struct printer {
    struct buffer *out;
    bool colour;
};

static void print_visible(struct printer *printer, struct text text) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F) {
            buffer_append_byte(printer->out, '^');
            buffer_append_byte(printer->out, (char)(c ^ 0x40));
        } else if (c == 0xC2 && i + 1 < text.length && (unsigned char)text.bytes[i + 1] >= 0x80 &&
                   (unsigned char)text.bytes[i + 1] < 0xA0) { /* a C1 control */
            buffer_printf(printer->out, "\\x%02X", (unsigned char)text.bytes[++i]);
        } else {
            buffer_append_byte(printer->out, (char)c);
        }
    }
}

static void print_coloured_line(struct printer *printer, char sign, struct text line,
                                const struct words *words) {
    struct text body = line;
    if (body.length && body.bytes[body.length - 1] == '\n') body.length--;
    if (body.length && body.bytes[body.length - 1] == '\r' && sign == ' ') body.length--;
    const char *colour = sign == '-' ? RED : sign == '+' ? GREEN : "";
    buffer_append_string(printer->out, colour);
    buffer_append_byte(printer->out, sign);
    const char *end = body.bytes + body.length;
    bool marked = false;
    if (!words) print_visible(printer, body);
    for (uint32_t i = 0; words && i < words->count; i++) {
        const char *start = words->items[i].bytes;
        if (start < body.bytes || start >= end) continue;
        if (marked != words->changed[i]) {
            marked = words->changed[i];
            buffer_append_string(printer->out, marked ? MARK_ON : MARK_OFF);
        }
        print_visible(printer, words->items[i]);
    }
    if (sign != ' ') buffer_append_string(printer->out, RESET);
    buffer_append_byte(printer->out, '\n');
}

static void print_line(struct printer *printer, char sign, struct text line,
                       const struct words *words) {
    if (printer->colour) {
        print_coloured_line(printer, sign, line, words);
    } else {
        buffer_append_byte(printer->out, sign);
        buffer_append_text(printer->out, line);
    }
    if (line.bytes[line.length - 1] == '\n') return;
    if (!printer->colour) buffer_append_byte(printer->out, '\n');
    buffer_append_string(printer->out, "\\ No newline at end of file\n");
}

static struct text lines_text(const struct diff_lines *lines, uint32_t first, uint32_t count) {
    uint32_t start = lines->starts[first];
    return (struct text){lines->text.bytes + start, lines->starts[first + count] - start};
}

static void print_change(struct printer *printer, const struct diff *diff,
                         struct diff_change change) {
    const struct diff_lines *olds = &diff->old_lines, *news = &diff->new_lines;
    struct arena arena = {0};
    struct words old_words, new_words;
    bool marked =
        printer->colour && change.old_count && change.new_count &&
        cut_words(lines_text(olds, change.old_line, change.old_count), &old_words, &arena) &&
        cut_words(lines_text(news, change.new_line, change.new_count), &new_words, &arena) &&
        compare_words(&old_words, &new_words, &arena);
    for (uint32_t i = 0; i < change.old_count; i++)
        print_line(printer, '-', diff_line(olds, change.old_line + i), marked ? &old_words : NULL);
    for (uint32_t i = 0; i < change.new_count; i++)
        print_line(printer, '+', diff_line(news, change.new_line + i), marked ? &new_words : NULL);
    arena_free(&arena);
}

static void print_range(struct printer *printer, char sign, uint32_t start, uint32_t count) {
    /* An empty range is named by the line before it. */
    buffer_printf(printer->out, "%c%u", sign, count ? start + 1 : start);
    if (count != 1) buffer_printf(printer->out, ",%u", count);
}

/* Changes [first, last) share their context. */
static void print_hunk(struct printer *printer, const struct diff *diff, uint32_t first,
                       uint32_t last) {
    struct diff_change begin = diff->changes[first], end = diff->changes[last - 1];
    uint32_t before = begin.old_line < CONTEXT ? begin.old_line : CONTEXT;
    uint32_t left = diff->old_lines.count - (end.old_line + end.old_count);
    uint32_t after = left < CONTEXT ? left : CONTEXT;
    uint32_t old_start = begin.old_line - before, new_start = begin.new_line - before;
    if (printer->colour) buffer_append_string(printer->out, CYAN);
    buffer_append_string(printer->out, "@@ ");
    print_range(printer, '-', old_start, end.old_line + end.old_count + after - old_start);
    buffer_append_byte(printer->out, ' ');
    print_range(printer, '+', new_start, end.new_line + end.new_count + after - new_start);
    buffer_append_string(printer->out, printer->colour ? " @@" RESET "\n" : " @@\n");
    uint32_t line = old_start;
    for (uint32_t i = first; i < last; i++) {
        for (; line < diff->changes[i].old_line; line++)
            print_line(printer, ' ', diff_line(&diff->old_lines, line), NULL);
        print_change(printer, diff, diff->changes[i]);
        line += diff->changes[i].old_count;
    }
    for (uint32_t i = 0; i < after; i++)
        print_line(printer, ' ', diff_line(&diff->old_lines, line + i), NULL);
}

static void print_header_line(struct printer *printer, const char *format, struct text prefix,
                              struct text path) {
    if (printer->colour) buffer_append_string(printer->out, BOLD);
    buffer_append_string(printer->out, format);
    diff_quote_path(prefix, path, printer->out);
    /* What tools for patches other than git's own need to see where the name ends. */
    if (prefix.length && memchr(path.bytes, ' ', path.length))
        buffer_append_byte(printer->out, '\t');
    buffer_append_string(printer->out, printer->colour ? RESET "\n" : "\n");
}

static void print_header_text(struct printer *printer, const char *line) {
    buffer_append_string(printer->out, printer->colour ? BOLD : "");
    buffer_append_string(printer->out, line);
    buffer_append_string(printer->out, printer->colour ? RESET "\n" : "\n");
}

static void print_header(struct printer *printer, const struct diff *diff, struct diff_file file) {
    bool created = !file.old_path.length, removed = !file.new_path.length;
    struct text old_path = created ? file.new_path : file.old_path;
    struct text new_path = removed ? file.old_path : file.new_path;
    uint32_t mode = (file.mode & MODE_KIND) ? file.mode : MODE_FILE;
    mode = mode & MODE_EXECUTE ? MODE_FILE | 0111 : MODE_FILE;
    if (printer->colour) buffer_append_string(printer->out, BOLD);
    buffer_append_string(printer->out, "diff --git ");
    diff_quote_path(TEXT("a/"), old_path, printer->out);
    buffer_append_byte(printer->out, ' ');
    diff_quote_path(TEXT("b/"), new_path, printer->out);
    buffer_append_string(printer->out, printer->colour ? RESET "\n" : "\n");
    if (created || removed) {
        if (printer->colour) buffer_append_string(printer->out, BOLD);
        buffer_printf(printer->out, "%s file mode %o%s\n", created ? "new" : "deleted", mode,
                      printer->colour ? RESET : "");
    } else if (!text_equal(old_path, new_path)) {
        print_header_line(printer, "rename from ", TEXT(""), old_path);
        print_header_line(printer, "rename to ", TEXT(""), new_path);
    }
    if (!diff->count) return;
    if (created)
        print_header_text(printer, "--- /dev/null");
    else
        print_header_line(printer, "--- ", TEXT("a/"), old_path);
    if (removed)
        print_header_text(printer, "+++ /dev/null");
    else
        print_header_line(printer, "+++ ", TEXT("b/"), new_path);
}

void diff_print(const struct diff *diff, struct diff_file file, unsigned flags,
                struct buffer *out) {
    struct printer printer = {out, (flags & DIFF_COLOUR) != 0};
    if (!diff->count && text_equal(file.old_path, file.new_path)) return;
    print_header(&printer, diff, file);
    for (uint32_t first = 0; first < diff->count;) {
        uint32_t last = first + 1;
        while (last < diff->count &&
               diff->changes[last].old_line -
                       (diff->changes[last - 1].old_line + diff->changes[last - 1].old_count) <=
                   2 * CONTEXT)
            last++;
        print_hunk(&printer, diff, first, last);
        first = last;
    }
}

static void print_bar(struct printer *printer, char sign, uint64_t length) {
    if (!length) return;
    if (printer->colour) buffer_append_string(printer->out, sign == '-' ? RED : GREEN);
    while (length--) buffer_append_byte(printer->out, sign);
    if (printer->colour) buffer_append_string(printer->out, RESET);
}

static void print_total(struct buffer *out, uint64_t count, const char *what) {
    if (count)
        buffer_printf(out, ", %llu %s%s", (unsigned long long)count, what, count == 1 ? "" : "s");
}

void diff_print_stat(const struct diff_stat *stats, uint32_t count, uint32_t width, unsigned flags,
                     struct buffer *out) {
    struct printer printer = {out, (flags & DIFF_COLOUR) != 0};
    struct buffer name = {0};
    size_t widest_name = 0;
    uint64_t added = 0, removed = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        name.length = 0;
        diff_quote_path(TEXT(""), stats[i].path, &name);
        if (name.length > widest_name) widest_name = name.length;
        uint64_t changes = (uint64_t)stats[i].counts.added + stats[i].counts.removed;
        if (changes > most) most = changes;
        added += stats[i].counts.added;
        removed += stats[i].counts.removed;
    }
    int digits = snprintf(NULL, 0, "%llu", (unsigned long long)most);
    uint64_t used = widest_name + (uint64_t)digits + 5;
    uint64_t room = width > used + 10 ? width - used : 10;
    for (uint32_t i = 0; i < count; i++) {
        struct diff_counts counts = stats[i].counts;
        name.length = 0;
        diff_quote_path(TEXT(""), stats[i].path, &name);
        uint64_t changes = (uint64_t)counts.added + counts.removed;
        buffer_append_byte(out, ' ');
        buffer_append_text(out, buffer_text(&name));
        for (size_t k = name.length; k < widest_name; k++) buffer_append_byte(out, ' ');
        buffer_printf(out, " | %*llu ", digits, (unsigned long long)changes);
        uint64_t plus = counts.added, minus = counts.removed;
        if (most > room) { /* scaled, but never to nothing */
            plus = plus ? 1 + plus * (room - 2) / most : 0;
            minus = minus ? 1 + minus * (room - 2) / most : 0;
        }
        print_bar(&printer, '+', plus);
        print_bar(&printer, '-', minus);
        buffer_append_byte(out, '\n');
    }
    buffer_printf(out, " %u file%s changed", count, count == 1 ? "" : "s");
    print_total(out, added, "insertion");
    buffer_append_string(out, added ? "(+)" : "");
    print_total(out, removed, "deletion");
    buffer_append_string(out, removed ? "(-)\n" : "\n");
    buffer_free(&name);
}
