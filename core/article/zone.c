#include "article/zone.h"

#include "article/date.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { HEADER = 44, LONGEST_FILE = 1 << 16 };

static bool is_name(struct text name) {
    if (!name.length || name.length > 60 || name.bytes[0] == '/') return false;
    for (size_t i = 0; i < name.length; i++) {
        int byte = name.bytes[i], letter = byte | 32;
        if (!((letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
              byte == '/' || byte == '+' || byte == '-'))
            return false; /* no dots, so no way out of the folder */
    }
    return true;
}

bool zone_read(struct text name, struct buffer *bytes) {
    char path[96];
    bytes->length = 0;
    if (!is_name(name)) return false;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", (int)name.length, name.bytes);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    buffer_grow(bytes, LONGEST_FILE);
    ssize_t count;
    while (bytes->length < LONGEST_FILE &&
           (count = read(file, bytes->bytes + bytes->length, LONGEST_FILE - bytes->length)) > 0)
        bytes->length += (size_t)count;
    close(file);
    return bytes->length > HEADER && memcmp(bytes->bytes, "TZif", 4) == 0;
}

static int64_t number(const char *bytes, int size) {
    uint64_t value = (unsigned char)bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < size; i++) value = value << 8 | (unsigned char)bytes[i];
    return (int64_t)value;
}

struct counts {
    uint32_t utc, standard, leaps, changes, types, letters;
};

static struct counts read_counts(const char *header) {
    uint32_t values[6];
    for (int i = 0; i < 6; i++) values[i] = (uint32_t)number(header + 20 + 4 * i, 4);
    return (struct counts){values[0], values[1], values[2], values[3], values[4], values[5]};
}

static uint64_t size_of(struct counts counts, unsigned time) {
    return (uint64_t)counts.changes * (time + 1) + (uint64_t)counts.types * 6 + counts.letters +
           (uint64_t)counts.leaps * (time + 4) + counts.standard + counts.utc;
}

/* ---- the rule at the end: std offset [dst [offset] , start , end] ---- */

struct rule_reader {
    const char *at, *end;
};

static void skip_letters(struct rule_reader *reader) {
    bool quoted = reader->at < reader->end && *reader->at == '<';
    while (reader->at < reader->end &&
           (quoted ? *reader->at != '>' : (*reader->at | 32) >= 'a' && (*reader->at | 32) <= 'z'))
        reader->at++;
    if (quoted && reader->at < reader->end) reader->at++;
}

static int read_digits(struct rule_reader *reader) {
    int value = 0;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9' && value < 100000)
        value = value * 10 + *reader->at++ - '0';
    return value;
}

static bool take(struct rule_reader *reader, char byte) {
    if (reader->at >= reader->end || *reader->at != byte) return false;
    reader->at++;
    return true;
}

/* [+-]hh[:mm[:ss]] as seconds. */
static int read_time(struct rule_reader *reader) {
    bool negative = take(reader, '-');
    if (!negative) take(reader, '+');
    int seconds = read_digits(reader) * 3600;
    if (take(reader, ':')) seconds += read_digits(reader) * 60;
    if (take(reader, ':')) seconds += read_digits(reader);
    return negative ? -seconds : seconds;
}

/* ,Mm.w.d[/time]: the second of the year's wall clock at which it happens, as an instant. */
static bool read_change(struct rule_reader *reader, int year, int64_t *wall) {
    if (!take(reader, ',') || !take(reader, 'M')) return false;
    int month = read_digits(reader), week = take(reader, '.') ? read_digits(reader) : 0;
    int weekday = take(reader, '.') ? read_digits(reader) : 0;
    int time = take(reader, '/') ? read_time(reader) : 7200;
    if (month < 1 || month > 12 || week < 1 || week > 5 || weekday > 6) return false;
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int length =
        days[month - 1] + (month == 2 && (year % 4 == 0 && (year % 100 || year % 400 == 0)));
    struct date first = {.year = (int16_t)year, .month = (uint8_t)month, .day = 1};
    int day = 1 + (weekday - date_weekday(&first) % 7 + 7) % 7 + 7 * (week - 1);
    while (day > length) day -= 7;
    *wall = date_instant(&first) + (int64_t)(day - 1) * 86400 + time;
    return true;
}

static bool rule_offset(struct text rule, int64_t instant, int *seconds) {
    struct rule_reader reader = {rule.bytes, rule.bytes + rule.length};
    skip_letters(&reader);
    int standard = -read_time(&reader), summer = standard + 3600;
    *seconds = standard;
    if (reader.at == reader.end) return true;
    skip_letters(&reader);
    if (reader.at < reader.end && *reader.at != ',') summer = -read_time(&reader);
    int year = date_of_instant(instant + standard, 0).year;
    int64_t begin, end;
    if (!read_change(&reader, year, &begin) || !read_change(&reader, year, &end)) return true;
    begin -= standard, end -= summer;
    bool is_summer =
        begin < end ? instant >= begin && instant < end : instant >= begin || instant < end;
    if (is_summer) *seconds = summer;
    return true;
}

bool zone_offset(struct text bytes, int64_t instant, int16_t *minutes) {
    if (bytes.length < HEADER || memcmp(bytes.bytes, "TZif", 4) != 0 || bytes.bytes[4] < '2')
        return false;
    /* The first part has 32-bit times; the second is the one to read. */
    uint64_t start = HEADER + size_of(read_counts(bytes.bytes), 4);
    if (start + HEADER > bytes.length || memcmp(bytes.bytes + start, "TZif", 4) != 0) return false;
    struct counts counts = read_counts(bytes.bytes + start);
    uint64_t data = start + HEADER, end = data + size_of(counts, 8);
    if (end > bytes.length || !counts.types) return false;
    const char *times = bytes.bytes + data, *indexes = times + (size_t)counts.changes * 8;
    const char *types = indexes + counts.changes;
    uint32_t low = 0, high = counts.changes; /* changes[low - 1] <= instant < changes[low] */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (number(times + (size_t)middle * 8, 8) <= instant)
            low = middle + 1;
        else
            high = middle;
    }
    int seconds;
    struct text rule = {bytes.bytes + end + 1,
                        bytes.length > end + 2 ? bytes.length - (size_t)end - 2 : 0};
    if (low == counts.changes && rule.length) {
        if (!rule_offset(rule, instant, &seconds)) return false;
    } else {
        uint32_t type = low ? (unsigned char)indexes[low - 1] : 0;
        if (type >= counts.types) return false;
        seconds = (int)number(types + (size_t)type * 6, 4);
    }
    if (seconds < -86400 || seconds > 86400) return false;
    *minutes = (int16_t)((seconds + (seconds < 0 ? -30 : 30)) / 60);
    return true;
}

bool zone_offset_at_wall(struct text bytes, int64_t wall, int16_t *minutes) {
    int16_t before, after;
    if (!zone_offset(bytes, wall - 86400, &before) || !zone_offset(bytes, wall + 86400, &after))
        return false;
    *minutes = before;
    int16_t found;
    if (before != after && zone_offset(bytes, wall - (int64_t)before * 60, &found) &&
        found == after && zone_offset(bytes, wall - (int64_t)after * 60, &found) && found == after)
        *minutes = after;
    return true;
}
