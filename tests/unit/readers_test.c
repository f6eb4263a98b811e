/* Readers of foreign data on damaged input: JSON, CSV, time zones, HTML, dates by a pattern. */
#include "article/date_pattern.h"
#include "article/zone.h"
#include "base/unicode.h"
#include "document/sanitise.h"
#include "read/csv.h"
#include "read/json.h"
#include "unit.h"

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* A copy of exactly its length, with some bytes changed or cut, so that sanitizers see every step
 * beyond it. */
static struct text damage(struct text sample, uint32_t *seed) {
    static const char odd[] = "\"\\{}[],:<>/&;=+-0e\0\xFF\xC3\n";
    size_t length = next_random(seed) % 4 ? sample.length : next_random(seed) % (sample.length + 1);
    char *bytes = malloc(length ? length : 1);
    memcpy(bytes, sample.bytes, length);
    for (uint32_t n = next_random(seed) % 4; length && n > 0; n--)
        bytes[next_random(seed) % length] = odd[next_random(seed) % (sizeof odd - 1)];
    return (struct text){bytes, length};
}

static void try_json(struct text text) {
    struct json json;
    enum json_event event;
    size_t events = 0;
    json_open(&json, text);
    while ((event = json_next(&json)) > JSON_END) events++;
    CHECK(events <= text.length * 2 + 2);
    CHECK(event == JSON_END || (json.problem && json.at <= text.length));
    json_close(&json);
}

static void try_csv(struct text text) {
    struct csv csv;
    enum csv_event event;
    size_t fields = 0;
    csv_open(&csv, text, ',');
    while ((event = csv_next(&csv)) == CSV_FIELD) fields++;
    CHECK(fields <= text.length + 1);
    CHECK(event == CSV_END || csv.problem);
    csv_close(&csv);
}

static void try_html(struct text text) {
    struct buffer once = {0}, twice = {0};
    enum sanitise_result result = sanitise_write(text, &sanitise_defaults, &once);
    if (result == SANITISE_DONE) {
        CHECK(!once.length || !memmem(once.bytes, once.length, "<script", 7));
        CHECK(sanitise_write(buffer_text(&once), &sanitise_defaults, &twice) == SANITISE_DONE);
    }
    buffer_free(&once);
    buffer_free(&twice);
}

static void try_unicode(struct text text) {
    struct buffer out = {0};
    for (int to = UNICODE_LOWER; to <= UNICODE_TITLE; to++)
        unicode_change_case(text, (enum unicode_case)to, &out);
    CHECK(unicode_count(text).count <= text.length);
    CHECK(unicode_width(text) <= 2 * text.length);
    CHECK(utf8_valid_length(buffer_text(&out)) == out.length);
    buffer_free(&out);
}

static void damaged(const char *bytes, size_t length, void (*try)(struct text)) {
    uint32_t seed = 1;
    for (int i = 0; i < 3000; i++) {
        struct text text = damage((struct text){bytes, length}, &seed);
        try(text);
        free((char *)text.bytes);
    }
}

static void json_damaged(void) {
    struct text sample =
        TEXT("{\"a\": [1, -2.5e+3, \"x\\u00e9\\ud83d\\ude00\\n\"], \"b\": {\"c\": null, "
             "\"d\": [true, false, {}]}}");
    damaged(sample.bytes, sample.length, try_json);
}

static void csv_damaged(void) {
    struct text sample = TEXT("a,\"b \"\"x\"\"\",c\r\n1,,\"l\nm\"\n\xC3\xA9,2,3\n");
    damaged(sample.bytes, sample.length, try_csv);
}

static void html_damaged(void) {
    struct text sample = TEXT("<p onclick='x'>a<b><i>c</b>d</i><table><p>x<tr><td>y</table><a "
                              "href='javascript:1'>z</a><svg><script>1</script></svg>&amp;&#x41;");
    struct buffer none = {0};
    if (sanitise_text(sample, &none) == SANITISE_MISSING)
        unit_skip("html_damaged", "built without gumbo");
    else
        damaged(sample.bytes, sample.length, try_html);
    buffer_free(&none);
}

static void unicode_damaged(void) {
    struct text sample = TEXT("\xC3\x89lan Stra\xC3\x9F"
                              "e \xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD e\xCC\x81 "
                              "\xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x87\xA9\xF0\x9F\x87\xAA");
    damaged(sample.bytes, sample.length, try_unicode);
}

static void zone_damaged(void) {
    struct buffer file = {0};
    if (!zone_read(TEXT("Europe/London"), &file)) {
        unit_skip("zone_damaged", "there is no tz database");
    } else {
        uint32_t seed = 1;
        for (int i = 0; i < 3000; i++) {
            struct text text = damage(buffer_text(&file), &seed);
            int16_t minutes;
            for (int64_t at = -62135596800; at < 253402300799; at += 31556952000)
                CHECK(!zone_offset(text, at, &minutes) || (minutes >= -1440 && minutes <= 1440));
            free((char *)text.bytes);
        }
    }
    buffer_free(&file);
}

static void pattern_damaged(void) {
    uint32_t seed = 1;
    struct text date = TEXT("Tue, 5 Mar 2024 09:05:07 PM -0530"),
                form = TEXT("%a, %d %b %Y %I:%M:%S %p %z");
    for (int i = 0; i < 3000; i++) {
        struct text text = damage(date, &seed), pattern = damage(form, &seed);
        struct date made;
        char bad;
        if (date_pattern_read(text, pattern, &made, &bad))
            CHECK(made.year >= 1 && made.month <= 12);
        free((char *)text.bytes);
        free((char *)pattern.bytes);
    }
}

int main(void) {
    RUN(json_damaged);
    RUN(csv_damaged);
    RUN(html_damaged);
    RUN(unicode_damaged);
    RUN(zone_damaged);
    RUN(pattern_damaged);
    return unit_end();
}
