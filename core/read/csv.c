#include "read/csv.h"

void csv_open(struct csv *csv, struct text source, char separator) {
    *csv = (struct csv){.source = source, .separator = separator};
    if (text_starts(source, TEXT("\xEF\xBB\xBF"))) csv->at = 3;
}

void csv_close(struct csv *csv) {
    buffer_free(&csv->buffer);
}

static int peek(const struct csv *csv) {
    return csv->at < csv->source.length ? (unsigned char)csv->source.bytes[csv->at] : -1;
}

static bool ends_line(int byte) {
    return byte == '\n' || byte == '\r' || byte < 0;
}

static void skip_line_end(struct csv *csv) {
    bool cr = peek(csv) == '\r';
    if (csv->at < csv->source.length) csv->at++;
    if (cr && peek(csv) == '\n') csv->at++;
}

/* csv->at is on the opening quote. */
static bool read_quoted(struct csv *csv) {
    size_t start = csv->at++;
    bool copied = false;
    csv->buffer.length = 0;
    for (;;) {
        struct text rest = {csv->source.bytes + csv->at, csv->source.length - csv->at};
        const char *quote = rest.length ? memchr(rest.bytes, '"', rest.length) : NULL;
        if (!quote) {
            csv->at = start;
            csv->problem =
                "the quoted field that begins here has no end; a quote inside is doubled";
            return false;
        }
        struct text plain = {rest.bytes, (size_t)(quote - rest.bytes)};
        csv->at += plain.length + 1;
        bool doubled = peek(csv) == '"';
        if (!doubled && !copied) {
            csv->field = plain;
            return true;
        }
        buffer_append_text(&csv->buffer, plain);
        copied = true;
        if (!doubled) {
            csv->field = buffer_text(&csv->buffer);
            return true;
        }
        buffer_append_byte(&csv->buffer, '"');
        csv->at++;
    }
}

enum csv_event csv_next(struct csv *csv) {
    if (csv->problem) return CSV_ERROR;
    if (!csv->inside) {
        while (peek(csv) == '\n' || peek(csv) == '\r') csv->at++;
        if (peek(csv) < 0) return CSV_END;
    }
    csv->start = csv->at;
    if (peek(csv) == '"') {
        if (!read_quoted(csv)) return CSV_ERROR;
        if (!ends_line(peek(csv)) && peek(csv) != (unsigned char)csv->separator) {
            csv->problem =
                "there is text behind a closing quote; a quote inside a field is doubled";
            return CSV_ERROR;
        }
    } else {
        size_t start = csv->at;
        while (!ends_line(peek(csv)) && peek(csv) != (unsigned char)csv->separator) csv->at++;
        csv->field = (struct text){csv->source.bytes + start, csv->at - start};
    }
    csv->last = ends_line(peek(csv));
    csv->inside = !csv->last;
    if (csv->last)
        skip_line_end(csv);
    else
        csv->at++;
    return CSV_FIELD;
}
