/* csv.h: reading comma-separated values field by field.
 *
 * RFC 4180, with what real files do besides: any one-byte separator, lines that end with LF, CRLF
 * or CR, a leading BOM, empty lines (passed over). A quote is doubled inside a quoted field; a
 * quote inside a field that is not quoted is a character like any other. Text behind a closing
 * quote, and a quoted field without end, are errors.
 */
#ifndef GALLEY_CSV_H
#define GALLEY_CSV_H

#include "base/memory.h"
#include "base/text.h"

enum csv_event { CSV_ERROR, CSV_END, CSV_FIELD };

struct csv {
    struct text source;
    char separator;
    size_t at;           /* where reading stands; of an error: where it is */
    size_t start;        /* of the field, with its quote */
    struct text field;   /* until the next event */
    bool last;           /* of its row */
    const char *problem; /* constant */
    bool inside;         /* a separator was read, so that a field follows, if only an empty one */
    struct buffer buffer;
};

void csv_open(struct csv *csv, struct text source, char separator);
enum csv_event csv_next(struct csv *csv);
void csv_close(struct csv *csv);

#endif
