/* date_pattern.h: reading dates of a given form, as exports of other systems have them.
 *
 * A pattern has the letters of date_format that can be read: Y y m d e H I M S p B b A a z %, in
 * English, names in full or by three letters without regard to case. Numbers may lack their leading
 * zero. A blank stands for any run of blanks, or none; any other character for itself. %y means the
 * years 1970 to 2069. A day of the week is read and not checked.
 */
#ifndef GALLEY_DATE_PATTERN_H
#define GALLEY_DATE_PATTERN_H

#include "article/date.h"

/* False when the text is not such a date; then *bad is 0, or the pattern's letter that is unknown.
 */
bool date_pattern_read(struct text text, struct text pattern, struct date *date, char *bad);

#endif
