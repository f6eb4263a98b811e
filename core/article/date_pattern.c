#include "article/date_pattern.h"

struct reader {
    struct text text;
    size_t at;
};

static const char *const months[] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};
static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

static void skip_blanks(struct reader *reader) {
    while (reader->at < reader->text.length && strchr(" \t\r\n", reader->text.bytes[reader->at]) &&
           reader->text.bytes[reader->at])
        reader->at++;
}

static bool read_number(struct reader *reader, int most_digits, int least, int most, int *number) {
    int value = 0, digits = 0;
    while (digits < most_digits && reader->at < reader->text.length &&
           reader->text.bytes[reader->at] >= '0' && reader->text.bytes[reader->at] <= '9') {
        value = value * 10 + reader->text.bytes[reader->at++] - '0';
        digits++;
    }
    *number = value;
    return digits && value >= least && value <= most;
}

/* The name at hand, in full or its first three letters: its number from 0, or -1. */
static int read_name(struct reader *reader, const char *const *names, int count) {
    for (int i = 0; i < count; i++) {
        size_t length = 0;
        while (names[i][length] && reader->at + length < reader->text.length &&
               (reader->text.bytes[reader->at + length] | 32) == names[i][length])
            length++;
        if (length < 3) continue;
        reader->at += names[i][length] ? 3 : length;
        return i;
    }
    return -1;
}

/* Z, UTC, GMT, +HHMM, +HH:MM or +HH. */
static bool read_zone(struct reader *reader, struct date *date) {
    struct text rest = {reader->text.bytes + reader->at, reader->text.length - reader->at};
    int hours, minutes = 0;
    date->has_zone = true;
    if (text_starts(rest, TEXT("UTC")) || text_starts(rest, TEXT("GMT"))) {
        reader->at += 3;
        return true;
    }
    if (!rest.length || !strchr("Z+-", rest.bytes[0]) || !rest.bytes[0]) return false;
    reader->at++;
    if (rest.bytes[0] == 'Z') return true;
    if (!read_number(reader, 2, 0, 14, &hours)) return false;
    if (reader->at < reader->text.length && reader->text.bytes[reader->at] == ':') reader->at++;
    if (reader->at < reader->text.length && !read_number(reader, 2, 0, 59, &minutes)) return false;
    date->zone = (int16_t)((hours * 60 + minutes) * (rest.bytes[0] == '-' ? -1 : 1));
    return true;
}

struct parts {
    int year, month, day, hour, minute, second;
    int half; /* 0: no am or pm, 1 am, 2 pm */
};

static bool read_letter(struct reader *reader, char letter, struct parts *parts, struct date *date,
                        char *bad) {
    static const char *const halves[] = {"am", "pm"};
    struct text rest = {reader->text.bytes + reader->at, reader->text.length - reader->at};
    switch (letter) {
    case 'Y': return read_number(reader, 4, 1, 9999, &parts->year);
    case 'y':
        if (!read_number(reader, 2, 0, 99, &parts->year)) return false;
        parts->year += parts->year < 70 ? 2000 : 1900;
        return true;
    case 'm': return read_number(reader, 2, 1, 12, &parts->month);
    case 'd':
    case 'e': return read_number(reader, 2, 1, 31, &parts->day);
    case 'H': date->has_time = true; return read_number(reader, 2, 0, 23, &parts->hour);
    case 'I': date->has_time = true; return read_number(reader, 2, 1, 12, &parts->hour);
    case 'M': return read_number(reader, 2, 0, 59, &parts->minute);
    case 'S': return read_number(reader, 2, 0, 59, &parts->second);
    case 'B':
    case 'b': parts->month = read_name(reader, months, 12) + 1; return parts->month > 0;
    case 'A':
    case 'a': return read_name(reader, weekdays, 7) >= 0;
    case 'p':
        for (int i = 0; i < 2; i++)
            if (rest.length >= 2 && (rest.bytes[0] | 32) == halves[i][0] &&
                (rest.bytes[1] | 32) == 'm') {
                parts->half = i + 1;
                reader->at += 2;
                return true;
            }
        return false;
    case 'z': return read_zone(reader, date);
    case '%':
        if (!text_starts(rest, TEXT("%"))) return false;
        reader->at++;
        return true;
    default: *bad = letter; return false;
    }
}

static bool finish(const struct parts *parts, struct date *date) {
    int hour = parts->half ? parts->hour % 12 + (parts->half == 2 ? 12 : 0) : parts->hour;
    date->year = (int16_t)parts->year, date->month = (uint8_t)parts->month,
    date->day = (uint8_t)parts->day;
    date->hour = (uint8_t)hour, date->minute = (uint8_t)parts->minute,
    date->second = (uint8_t)parts->second;
    /* A day that the month does not have becomes another one on the way there and back. */
    struct date same = date_of_instant(date_instant(date), date->zone);
    return same.month == date->month && same.day == date->day;
}

bool date_pattern_read(struct text text, struct text pattern, struct date *date, char *bad) {
    struct reader reader = {text_trim(text), 0};
    struct parts parts = {.month = 1, .day = 1};
    struct date made = {0};
    *bad = 0;
    for (size_t i = 0; i < pattern.length; i++) {
        char byte = pattern.bytes[i];
        if (byte == ' ') {
            skip_blanks(&reader);
        } else if (byte == '%') {
            i++;
            if (i < pattern.length && pattern.bytes[i] == '-') i++;
            char letter = i < pattern.length ? pattern.bytes[i] : '%';
            if (!read_letter(&reader, letter, &parts, &made, bad)) return false;
        } else if (reader.at < reader.text.length && reader.text.bytes[reader.at] == byte) {
            reader.at++;
        } else {
            return false;
        }
    }
    if (reader.at < reader.text.length || !parts.year || !finish(&parts, &made)) return false;
    *date = made;
    return true;
}
