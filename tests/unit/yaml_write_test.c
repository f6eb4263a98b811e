#include "read/yaml_write.h"

#include "read/yaml.h"
#include "unit.h"

static struct limits limits;

static void writes(const char *text, enum value_style wanted, bool flow, const char *expected) {
    struct buffer out = {0};
    yaml_write_scalar(text_of(text), wanted, flow, 2, &out);
    CHECK_TEXT(buffer_text(&out), expected);
    buffer_free(&out);
}

static void styles(void) {
    writes("plain text", STYLE_PLAIN, false, "plain text");
    writes("plain text", STYLE_SINGLE, false, "'plain text'");
    writes("it's", STYLE_SINGLE, false, "'it''s'");
    writes("it's", STYLE_PLAIN, false, "it's");
    writes("a: b", STYLE_PLAIN, false, "'a: b'");
    writes("a, b", STYLE_PLAIN, false, "a, b");
    writes("a, b", STYLE_PLAIN, true, "'a, b'");
    writes("no", STYLE_PLAIN, false, "'no'");
    writes("12", STYLE_NONE, false, "'12'");
    writes("2024-01-02", STYLE_PLAIN, false, "2024-01-02");
    writes("2024-01-02", STYLE_NONE, false, "'2024-01-02'");
    writes("", STYLE_PLAIN, false, "''");
    writes("a\tb", STYLE_PLAIN, false, "'a\tb'");
    writes("a\x07"
           "b",
           STYLE_SINGLE, false, "\"a\\x07b\"");
    writes("a\n\"b\"", STYLE_DOUBLE, false, "\"a\\n\\\"b\\\"\"");
    writes("a\nb\n", STYLE_PLAIN, false, "|\n    a\n    b");
    writes("a\nb", STYLE_NONE, false, "|-\n    a\n    b");
    writes("a\nb", STYLE_NONE, true, "\"a\\nb\"");
    writes("a\nb\n", STYLE_FOLDED, false, ">\n    a\n\n    b");
    writes("one line", STYLE_FOLDED, false, ">-\n    one line");
    writes(" a", STYLE_LITERAL, false, "' a'");
    writes("http://a.b/#c", STYLE_PLAIN, false, "http://a.b/#c");
}

static uint64_t state;
static uint32_t chance(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static struct text nasty(struct buffer *out) {
    static const char *const pieces[] = {" ",
                                         "#",
                                         ": ",
                                         ":",
                                         "- ",
                                         "-",
                                         "\t",
                                         "\n",
                                         "\n\n",
                                         "\r",
                                         "é",
                                         "😀",
                                         "\xC2\x85",
                                         "\xE2\x80\xA8",
                                         "\xEF\xBB\xBF",
                                         "'",
                                         "\"",
                                         "\\",
                                         "---",
                                         "...",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         ",",
                                         "&",
                                         "*",
                                         "!",
                                         "|",
                                         ">",
                                         "%",
                                         "@",
                                         "`",
                                         "?",
                                         "=",
                                         "<<",
                                         "~",
                                         "null",
                                         "yes",
                                         "12",
                                         "0x1F",
                                         "1e3",
                                         "2024-01-02",
                                         "a",
                                         "word",
                                         "two words",
                                         "\x01",
                                         "\xC2\xA0",
                                         "\x7F",
                                         "_",
                                         ".",
                                         "+"};
    out->length = 0;
    for (uint32_t i = chance(7); i; i--)
        buffer_append_string(out, pieces[chance(sizeof pieces / sizeof *pieces)]);
    return buffer_text(out);
}

static value_id random_value(struct values *values, struct buffer *scratch, uint32_t kinds) {
    switch (chance(kinds)) {
    case 0: return values_add(values, VALUE_NULL);
    case 1: return values_add_boolean(values, chance(2));
    case 2: return values_add_integer(values, (int64_t)chance(100000) - 50000);
    case 3: return values_add_number(values, chance(1000) / 7.0);
    case 4: return values_add(values, VALUE_LIST);
    case 5: return values_add(values, VALUE_MAP);
    default: {
        value_id id = values_add_string(values, nasty(scratch));
        values->items[id].style = (uint8_t)chance(6);
        return id;
    }
    }
}

static void grow(struct values *values, struct buffer *scratch) {
    for (uint32_t i = chance(20); i; i--) {
        value_id parent = 1 + chance(values->count - 1);
        if (values->items[parent].type < VALUE_LIST) parent = ROOT_VALUE;
        value_id id = random_value(values, scratch, 12);
        if (values->items[parent].type == VALUE_MAP) {
            struct text key = nasty(scratch);
            if (value_get(values, parent, key)) continue;
            value_set_key(values, id, key);
        }
        value_append(values, parent, id);
    }
}

static void what_is_written_reads_the_same(void) {
    struct values values, again;
    struct buffer scratch = {0}, out = {0};
    struct diagnostics diagnostics = {0};
    values_open(&values, TEXT(""), VALUE_MAP);
    values_open(&again, TEXT(""), VALUE_MAP);
    for (uint32_t i = 0; i < 20000 && !unit_failed; i++) {
        state = i;
        values_reuse(&values, TEXT(""), chance(4) ? VALUE_MAP : VALUE_LIST);
        grow(&values, &scratch);
        out.length = 0;
        yaml_write_value(&values, ROOT_VALUE, 0, &out);
        values_reuse(&again, buffer_text(&out), VALUE_MAP);
        bool good = yaml_read(TEXT("a"), buffer_text(&out), (struct span){0, (uint32_t)out.length},
                              &limits, &again, &diagnostics);
        CHECK(good && diagnostics.count == 0 && values_equal(&values, 1, &again, 1));
        if (unit_failed) {
            printf("# seed %u\n%.*s\n", i, (int)out.length, out.bytes);
            out.length = 0;
            if (diagnostics.count) diagnostic_write(&diagnostics.items[0], &out);
            printf("# %.*s\n", (int)out.length, out.bytes);
        }
    }
    values_free(&values);
    values_free(&again);
    buffer_free(&scratch);
    buffer_free(&out);
    diagnostics_free(&diagnostics);
}

int main(void) {
    limits = limits_default();
    RUN(styles);
    RUN(what_is_written_reads_the_same);
    return unit_end();
}
