#include "read/yaml_places.h"

static bool is_ascii(const char *bytes, size_t length) {
    uint64_t seen = 0, word;
    for (; length >= 8; bytes += 8, length -= 8) {
        memcpy(&word, bytes, 8);
        seen |= word;
    }
    for (; length; bytes++, length--) seen |= (unsigned char)*bytes & 0x80u;
    return !(seen & 0x8080808080808080u);
}

struct yaml_places yaml_places_of(struct text source, struct span region) {
    size_t start = region.offset, end = start + region.length;
    if (region.length >= 3 && memcmp(source.bytes + start, "\xEF\xBB\xBF", 3) == 0) start += 3;
    return (struct yaml_places){.source = source,
                                .start = start,
                                .end = end,
                                .ascii = is_ascii(source.bytes + start, end - start),
                                .byte = start};
}

size_t yaml_byte_of(struct yaml_places *places, size_t character) {
    if (places->ascii) return places->start + character;
    const char *bytes = places->source.bytes;
    while (places->character < character && places->byte < places->end) {
        do places->byte++;
        while (places->byte < places->end && ((unsigned char)bytes[places->byte] & 0xC0) == 0x80);
        places->character++;
    }
    while (places->character > character) {
        do places->byte--;
        while (((unsigned char)bytes[places->byte] & 0xC0) == 0x80);
        places->character--;
    }
    return places->byte;
}

size_t yaml_line_end(const struct yaml_places *places, size_t at) {
    while (at < places->end && !yaml_line_break(places, at)) at++;
    return at;
}

bool yaml_begins_line(const struct yaml_places *places, size_t at) {
    const char *b = places->source.bytes;
    if (at == places->start) return true;
    if (b[at - 1] == '\n') return true;
    if (b[at - 1] == '\r') return at == places->end || b[at] != '\n';
    return (at >= places->start + 2 && yaml_line_break(places, at - 2) == 2) ||
           (at >= places->start + 3 && yaml_line_break(places, at - 3) == 3);
}

static size_t line_start(const struct yaml_places *places, size_t at) {
    while (at > places->start && !yaml_begins_line(places, at)) at--;
    return at;
}

size_t yaml_skip_empty(const struct yaml_places *places, size_t at, size_t end) {
    while (at < end) {
        size_t length = yaml_line_break(places, at);
        if (length)
            at += length;
        else if (yaml_is_blank(places->source.bytes[at]))
            at++;
        else if (places->source.bytes[at] == '#')
            at = yaml_line_end(places, at);
        else
            break;
    }
    return at < end ? at : end;
}

struct span yaml_comment_behind(const struct yaml_places *places, size_t from, size_t limit) {
    for (size_t at = from; at < limit && !yaml_line_break(places, at); at++)
        if (places->source.bytes[at] == '#' &&
            (at == places->start || yaml_is_blank(places->source.bytes[at - 1])))
            return yaml_span(at, yaml_line_end(places, at));
    return (struct span){0, 0};
}

bool yaml_block_scalar_keeps(const struct yaml_places *places, size_t at) {
    size_t header = yaml_line_end(places, at) - at;
    return memchr(places->source.bytes + at, '+', header < 3 ? header : 3) != NULL;
}

size_t yaml_block_scalar_end(const struct yaml_places *places, size_t at, size_t end) {
    const char *bytes = places->source.bytes;
    size_t header = yaml_line_end(places, at), indent = 0;
    size_t line = header + yaml_line_break(places, header);
    while (line < end) { /* the first line with content tells the indentation */
        size_t text = line;
        while (text < end && bytes[text] == ' ') text++;
        indent = text - line;
        if (text >= end || !yaml_line_break(places, text)) break;
        line = text + yaml_line_break(places, text);
    }
    bool keeps = yaml_block_scalar_keeps(places, at);
    while (end > header) {
        if (yaml_begins_line(places, end)) { /* before the line break */
            end--;
            while (end > header && !yaml_line_break(places, end)) end--;
            if (end > header && bytes[end] == '\n' && bytes[end - 1] == '\r') end--;
            if (keeps) break;
        }
        size_t start = line_start(places, end), text = start;
        while (text < end && bytes[text] == ' ') text++;
        if (text < end || end - start > indent || start <= header) break;
        end = start;
    }
    return end > header ? end : header;
}
