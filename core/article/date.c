#include "article/date.h"

static int days_in_month(int year, int month) {
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static int64_t days_of_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

struct reader {
    const char *at, *end;
};

static bool at_digit(const struct reader *reader) {
    return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

static bool read_digits(struct reader *reader, int least, int most, int *number) {
    int value = 0, count = 0;
    for (; count < most && at_digit(reader); count++) value = value * 10 + (*reader->at++ - '0');
    *number = value;
    return count >= least;
}

static bool read_byte(struct reader *reader, char byte) {
    if (reader->at == reader->end || *reader->at != byte) return false;
    reader->at++;
    return true;
}

static bool read_zone(struct reader *reader, struct date *date) {
    while (read_byte(reader, ' ')) continue;
    if (reader->at == reader->end) return true;
    date->has_zone = true;
    if (read_byte(reader, 'Z') || read_byte(reader, 'z')) return true;
    struct text rest = {reader->at, (size_t)(reader->end - reader->at)};
    if (text_is(rest, "UTC") || text_is(rest, "GMT")) {
        reader->at = reader->end;
        return true;
    }
    int sign = read_byte(reader, '+') ? 1 : read_byte(reader, '-') ? -1 : 0;
    int hours, minutes = 0;
    if (!sign || !read_digits(reader, 1, 2, &hours)) return false;
    bool colon = read_byte(reader, ':');
    if ((colon || reader->at < reader->end) && !read_digits(reader, 2, 2, &minutes)) return false;
    if (hours > 14 || minutes > 59) return false;
    date->zone = (int16_t)(sign * (hours * 60 + minutes));
    return true;
}

static bool read_time(struct reader *reader, bool colons, struct date *date) {
    int hour, minute, second = 0, fraction;
    while (read_byte(reader, ' ')) continue;
    if (!read_digits(reader, 1, 2, &hour)) return false;
    bool colon = read_byte(reader, ':');
    if ((colons && !colon) || !read_digits(reader, 2, 2, &minute)) return false;
    if (colon ? read_byte(reader, ':') : at_digit(reader)) {
        if (!read_digits(reader, 2, 2, &second)) return false;
        if (read_byte(reader, '.') || read_byte(reader, ','))
            if (!read_digits(reader, 1, 9, &fraction)) return false;
    }
    if (hour > 23 || minute > 59 || second > 60) return false;
    date->hour = (uint8_t)hour, date->minute = (uint8_t)minute, date->second = (uint8_t)second;
    date->has_time = true;
    return read_zone(reader, date);
}

bool date_parse(struct text text, struct date *result) {
    text = text_trim(text);
    if (!text.length || text.length > 64) return false;
    struct reader reader = {text.bytes, text.bytes + text.length};
    struct date date = {0};
    int year, month, day;
    if (!read_digits(&reader, 4, 4, &year)) return false;
    bool dashes = read_byte(&reader, '-');
    int least = dashes ? 1 : 2;
    if (!read_digits(&reader, least, 2, &month)) return false;
    if (dashes && !read_byte(&reader, '-')) return false;
    if (!read_digits(&reader, least, 2, &day)) return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    date.year = (int16_t)year, date.month = (uint8_t)month, date.day = (uint8_t)day;
    bool timed = read_byte(&reader, 'T') || read_byte(&reader, 't') || read_byte(&reader, ' ');
    if (timed && !read_time(&reader, dashes, &date)) return false;
    if (reader.at != reader.end) return false;
    *result = date;
    return true;
}

int64_t date_instant(const struct date *date) {
    return days_of_civil(date->year, date->month, date->day) * 86400 + date->hour * 3600 +
           date->minute * 60 + date->second - date->zone * 60;
}

struct date date_of_instant(int64_t instant, int16_t zone) {
    int64_t local = instant + zone * 60;
    int64_t days = local / 86400, seconds = local % 86400;
    if (seconds < 0) seconds += 86400, days--;
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    int month = (int)(shifted + (shifted < 10 ? 3 : -9));
    return (struct date){.year = (int16_t)(year_of_era + era * 400 + (month <= 2)),
                         .month = (uint8_t)month,
                         .day = (uint8_t)(day_of_year - (153 * shifted + 2) / 5 + 1),
                         .hour = (uint8_t)(seconds / 3600),
                         .minute = (uint8_t)(seconds / 60 % 60),
                         .second = (uint8_t)(seconds % 60),
                         .has_time = true,
                         .has_zone = true,
                         .zone = zone};
}

int date_weekday(const struct date *date) {
    int64_t days = days_of_civil(date->year, date->month, date->day);
    return (int)((days % 7 + 10) % 7) + 1; /* 1970-01-01 was a Thursday */
}

int date_day_of_year(const struct date *date) {
    return (int)(days_of_civil(date->year, date->month, date->day) -
                 days_of_civil(date->year, 1, 1)) +
           1;
}

/* A number that is not negative, in decimal, filled up in front to `width` (at most 10). */
static void write_number(struct buffer *out, int number, int width, char filling) {
    char digits[10];
    int at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) && at > 0);
    while ((int)sizeof digits - at < width) digits[--at] = filling;
    buffer_append(out, digits + at, sizeof digits - (size_t)at);
}

static void write_zone(const struct date *date, bool colon, struct buffer *out) {
    int minutes = date->zone < 0 ? -date->zone : date->zone;
    buffer_append_byte(out, date->zone < 0 ? '-' : '+');
    write_number(out, minutes / 60, 2, '0');
    if (colon) buffer_append_byte(out, ':');
    write_number(out, minutes % 60, 2, '0');
}

static void write_day(const struct date *date, struct buffer *out) {
    write_number(out, date->year, 4, '0');
    buffer_append_byte(out, '-');
    write_number(out, date->month, 2, '0');
    buffer_append_byte(out, '-');
    write_number(out, date->day, 2, '0');
}

static void write_hour(const struct date *date, struct buffer *out) {
    write_number(out, date->hour, 2, '0');
    buffer_append_byte(out, ':');
    write_number(out, date->minute, 2, '0');
}

static void write_time(const struct date *date, struct buffer *out) {
    write_hour(date, out);
    buffer_append_byte(out, ':');
    write_number(out, date->second, 2, '0');
}

void date_write(const struct date *date, struct buffer *out) {
    write_day(date, out);
    if (!date->has_time) return;
    buffer_append_byte(out, 'T');
    write_time(date, out);
    if (!date->has_zone) return;
    if (date->zone == 0)
        buffer_append_byte(out, 'Z');
    else
        write_zone(date, true, out);
}

static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

bool date_format(const struct date *date, struct text format, struct buffer *out, char *bad) {
    int hour12 = date->hour % 12 ? date->hour % 12 : 12;
    const char *weekday = weekdays[date_weekday(date) - 1], *month = months[date->month - 1];
    for (size_t i = 0; i < format.length; i++) {
        if (format.bytes[i] != '%') {
            buffer_append_byte(out, format.bytes[i]);
            continue;
        }
        bool bare = i + 1 < format.length && format.bytes[i + 1] == '-';
        i += 1 + bare;
        char letter = i < format.length ? format.bytes[i] : '\0';
        switch (letter) {
        case 'a': buffer_append(out, weekday, 3); break;
        case 'A': buffer_append_string(out, weekday); break;
        case 'b': buffer_append(out, month, 3); break;
        case 'B': buffer_append_string(out, month); break;
        case 'd': write_number(out, date->day, bare ? 0 : 2, '0'); break;
        case 'e': write_number(out, date->day, bare ? 0 : 2, ' '); break;
        case 'F': write_day(date, out); break;
        case 'H': write_number(out, date->hour, bare ? 0 : 2, '0'); break;
        case 'I': write_number(out, hour12, bare ? 0 : 2, '0'); break;
        case 'j': write_number(out, date_day_of_year(date), bare ? 0 : 3, '0'); break;
        case 'k': write_number(out, date->hour, bare ? 0 : 2, ' '); break;
        case 'l': write_number(out, hour12, bare ? 0 : 2, ' '); break;
        case 'm': write_number(out, date->month, bare ? 0 : 2, '0'); break;
        case 'M': write_number(out, date->minute, bare ? 0 : 2, '0'); break;
        case 'n': buffer_append_byte(out, '\n'); break;
        case 'p': buffer_append_string(out, date->hour < 12 ? "AM" : "PM"); break;
        case 'P': buffer_append_string(out, date->hour < 12 ? "am" : "pm"); break;
        case 'R': write_hour(date, out); break;
        case 's': buffer_printf(out, "%lld", (long long)date_instant(date)); break;
        case 'S': write_number(out, date->second, bare ? 0 : 2, '0'); break;
        case 'T': write_time(date, out); break;
        case 'u': write_number(out, date_weekday(date), bare ? 0 : 1, '0'); break;
        case 'w': write_number(out, date_weekday(date) % 7, bare ? 0 : 1, '0'); break;
        case 'y': write_number(out, date->year % 100, bare ? 0 : 2, '0'); break;
        case 'Y': write_number(out, date->year, bare ? 0 : 4, '0'); break;
        case 'z': write_zone(date, false, out); break;
        case 'Z':
            if (date->zone == 0)
                buffer_append_string(out, "UTC");
            else
                write_zone(date, true, out);
            break;
        case '%': buffer_append_byte(out, '%'); break;
        default: *bad = letter; return false;
        }
    }
    return true;
}
