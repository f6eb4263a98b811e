#include "article/date.h"
#include "unit.h"

static const char *written(const char *text) {
    static char bytes[64];
    struct date date;
    struct buffer out = {0};
    if (!date_parse(text_of(text), &date)) return "no";
    date_write(&date, &out);
    snprintf(bytes, sizeof bytes, "%s", buffer_string(&out));
    buffer_free(&out);
    return bytes;
}

#define WRITTEN(text, wanted) CHECK(strcmp(written(text), wanted) == 0)

static void forms(void) {
    WRITTEN("2024-03-19", "2024-03-19");
    WRITTEN("2024-3-9", "2024-03-09");
    WRITTEN("  2024-03-19\t", "2024-03-19");
    WRITTEN("2014-03-19T10:14:29-04:00", "2014-03-19T10:14:29-04:00");
    WRITTEN("2016-03-22 14:00:00 -4", "2016-03-22T14:00:00-04:00");
    WRITTEN("2016-03-22 9:05:07 -0500", "2016-03-22T09:05:07-05:00");
    WRITTEN("2024-03-19 9:05", "2024-03-19T09:05:00");
    WRITTEN("2024-03-19T10:14:29.123456Z", "2024-03-19T10:14:29Z");
    WRITTEN("20240319T101429Z", "2024-03-19T10:14:29Z");
    WRITTEN("20240319", "2024-03-19");
    WRITTEN("2024-03-19 10:14 UTC", "2024-03-19T10:14:00Z");
}

static void not_dates(void) {
    static const char *const bad[] = {"",
                                      "2024",
                                      "2024-13-01",
                                      "2024-02-30",
                                      "2023-02-29",
                                      "19-03-2024",
                                      "next Tuesday",
                                      "2024-03-19T",
                                      "2024-03-19T25:00",
                                      "2024-03-19 10:61",
                                      "2024-03-19 10:00 +15",
                                      "2024-03-19x",
                                      "0000-01-01",
                                      "2024-03-19 10",
                                      "99999-01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(strcmp(written(bad[i]), "no") == 0);
    CHECK(strcmp(written("2024-02-29"), "2024-02-29") == 0);
    CHECK(strcmp(written("2000-02-29"), "2000-02-29") == 0);
    CHECK(strcmp(written("1900-02-29"), "no") == 0);
}

/* Every day of eight centuries, there and back; weekdays go round. */
static void instants(void) {
    struct date date = {.year = 1, .month = 1, .day = 1};
    int64_t first = date_instant(&date);
    CHECK(first == INT64_C(-62135596800));
    int weekday = date_weekday(&date);
    for (int64_t day = 0; day < 400 * 366 * 2; day++) {
        struct date back = date_of_instant(first + day * 86400 + 3661, 0);
        CHECK(date_instant(&back) == first + day * 86400 + 3661);
        CHECK(date_weekday(&back) == (int)((weekday - 1 + day) % 7) + 1);
    }
    struct date zoned = date_of_instant(0, -300);
    CHECK(zoned.year == 1969 && zoned.hour == 19 && date_instant(&zoned) == 0);
    date_parse(TEXT("1970-01-01"), &date);
    CHECK(date_instant(&date) == 0 && date_weekday(&date) == 4);
}

static void formats(void) {
    struct date date;
    struct buffer out = {0};
    char bad = 0;
    date_parse(TEXT("2024-03-09T08:05:00+01:00"), &date);
    CHECK(date_format(&date, TEXT("%A %-d %B %Y, %H:%M %p %z %j %%"), &out, &bad));
    CHECK_TEXT(buffer_text(&out), "Saturday 9 March 2024, 08:05 AM +0100 069 %");
    CHECK(!date_format(&date, TEXT("%Q"), &out, &bad) && bad == 'Q');
    CHECK(!date_format(&date, TEXT("%"), &out, &bad));
    buffer_free(&out);
}

int main(void) {
    RUN(forms);
    RUN(not_dates);
    RUN(instants);
    RUN(formats);
    return unit_end();
}
