#include "article/permalink.h"

#include "article/slug.h"

struct text path_folder(struct text path) {
    size_t end = path.length;
    while (end > 0 && path.bytes[end - 1] != '/') end--;
    return (struct text){path.bytes, end ? end - 1 : 0};
}

const char *site_path_problem(struct text url) {
    if (url.length > 1000) return "is longer than 1000 bytes";
    size_t start = 0;
    for (size_t i = 0; i <= url.length; i++) {
        unsigned char c = i < url.length ? (unsigned char)url.bytes[i] : '/';
        if (c < 0x20 || c == 0x7F) return "has a control character";
        if (c == '\\') return "has a backslash";
        if (c == '?' || c == '#') return "has a '?' or '#'";
        if (c == '{' && i + 1 < url.length && url.bytes[i + 1] == '{')
            return "has '{{', which the generator it was written for fills in";
        if (c != '/') continue;
        size_t length = i - start;
        if (length == 2 && url.bytes[start] == '.' && url.bytes[start + 1] == '.')
            return "has a component '..'";
        if (length == 1 && url.bytes[start] == '.') return "has a component '.'";
        if (length == 0 && start > 0 && i < url.length) return "has an empty component";
        if (length > 255) return "has a component of more than 255 bytes";
        start = i + 1;
    }
    return utf8_valid_length(url) == url.length ? NULL : "is not valid UTF-8";
}

void output_path_of_url(struct text url, struct buffer *out) {
    while (url.length && url.bytes[0] == '/') url.bytes++, url.length--;
    buffer_append_text(out, url);
    bool folder = !url.length || url.bytes[url.length - 1] == '/';
    bool dotted = false;
    for (size_t i = url.length; i > 0 && url.bytes[i - 1] != '/'; i--)
        dotted |= url.bytes[i - 1] == '.';
    if (folder)
        buffer_append_string(out, "index.html");
    else if (!dotted)
        buffer_append_string(out, "/index.html");
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}

/* One placeholder; false when its name is not known. */
static bool write_part(struct text part, const struct permalink *link, struct buffer *out) {
    const struct date *date = link->date;
    if (text_is(part, "slug"))
        buffer_append_text(out, link->slug);
    else if (text_is(part, "title")) {
        size_t before = out->length;
        slug_write(link->title, 200, out);
        if (out->length == before) buffer_append_text(out, link->slug); /* nothing but symbols */
    } else if (text_is(part, "filename"))
        buffer_append_text(out, link->name);
    else if (text_is(part, "folder"))
        buffer_append_text(out, path_folder(link->path));
    else if (text_is(part, "lang"))
        buffer_append_text(out, link->lang);
    else if (text_is(part, "section")) {
        struct text folder = path_folder(link->path);
        const char *slash = folder.length ? memchr(folder.bytes, '/', folder.length) : NULL;
        if (slash) folder.length = (size_t)(slash - folder.bytes);
        buffer_append_text(out, folder);
    } else if (text_is(part, "year") && date)
        buffer_printf(out, "%04d", date->year);
    else if (text_is(part, "month") && date)
        buffer_printf(out, "%02d", date->month);
    else if (text_is(part, "day") && date)
        buffer_printf(out, "%02d", date->day);
    else
        return false;
    return true;
}

struct text permalink_write(struct text pattern, const struct permalink *link, struct buffer *out) {
    for (size_t i = 0; i < pattern.length;) {
        char c = pattern.bytes[i];
        /* A part that came out empty (no folder) takes its slash with it. */
        if (c == '/' && out->length && out->bytes[out->length - 1] == '/') {
            i++;
        } else if (c == ':' && i + 1 < pattern.length && is_letter(pattern.bytes[i + 1])) {
            size_t end = i + 1;
            while (end < pattern.length && is_letter(pattern.bytes[end])) end++;
            struct text part = {pattern.bytes + i + 1, end - i - 1};
            if (!write_part(part, link, out)) return part;
            i = end;
        } else {
            buffer_append_byte(out, c);
            i++;
        }
    }
    return (struct text){NULL, 0};
}
