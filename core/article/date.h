/* date.h: the dates that newsrooms write, without the clock and without a locale.
 *
 * Read: 2024-03-19, 2024-3-9, 2024-03-19T10:14:29-04:00, 2024-03-19 9:05, 2024-03-19 09:05:07
 * -0500, 20240319T101429Z, fractions of a second (dropped), a zone as Z, UTC, GMT, +HH, +HHMM or
 * +HH:MM. Days are checked against the calendar (Gregorian, years 1 to 9999).
 *
 * A date without a zone counts as UTC where instants are compared; one without a time is midnight.
 * Units: zone in minutes east of UTC; instants in seconds since 1970-01-01T00:00:00Z.
 * Source of the day arithmetic: the well-known algorithm on years that begin in March.
 */
#ifndef GALLEY_DATE_H
#define GALLEY_DATE_H

#include "base/memory.h"
#include "base/text.h"

struct date {
    int16_t year; /* 0: no date */
    uint8_t month, day, hour, minute, second;
    bool has_time, has_zone;
    int16_t zone;
};

/* False when the text, white space at its ends apart, is not a date; then *date is untouched. */
bool date_parse(struct text text, struct date *date);
int64_t date_instant(const struct date *date);
struct date date_of_instant(int64_t instant, int16_t zone);
/* 1 Monday .. 7 Sunday; and the day of the year from 1. */
int date_weekday(const struct date *date);
int date_day_of_year(const struct date *date);
/* ISO 8601 with what is known: 2024-03-19, 2024-03-19T10:14:29, 2024-03-19T10:14:29-04:00. */
void date_write(const struct date *date, struct buffer *out);
/* strftime's letters in English, aAbBdeFHIjklmMnpPRsSTuwyYzZ%, with "-" for no padding ("%-d").
 * False with *bad at the letter that is not known. */
bool date_format(const struct date *date, struct text format, struct buffer *out, char *bad);

#endif
