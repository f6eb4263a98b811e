/* Inputs on which YAML parsers are slow or run out of memory, each of 400 KB with the limit on
 * bytes raised: values within a second, or an error that names what is too much or wrong. */
#include "clock.h"
#include "read/yaml.h"
#include "unit.h"

enum { SIZE = 400000 };

/* before, then `again` until the size is reached, `middle`, then `after` as often. "%d" is the
 * number of the repetition, "%i" as many spaces. `says`: what the error has, "" where there is
 * none. */
static const struct {
    const char *name, *before, *again, *middle, *after, *says;
} cases[] = {
    {"flow lists", "a: ", "[", "", "", "nested deeper than 64"},
    {"closed flow lists", "a: ", "[", "", "]", "nested deeper than 64"},
    {"flow maps", "a: ", "{a: ", "", "}", "nested deeper than 64"},
    {"flow maps without keys", "a: ", "{", "", "", "put it in quotes"},
    {"lists on one line", "", "- ", "x", "", "nested deeper than 64"},
    {"complex keys", "", "? ", "x", "", "as a key is not supported"},
    {"a staircase of maps", "", "%ia:\n", "", "", "nested deeper than 64"},
    {"a staircase of lists", "", "%i-\n", "", "", "nested deeper than 64"},
    {"sibling lists", "a: [", "[], ", "]", "", ""},
    {"sibling maps", "a: [", "{}, ", "]", "", ""},
    {"pairs in a list", "a: [", "b: c, ", "]", "", ""},
    {"items", "", "- a\n", "", "", ""},
    {"empty items", "", "-\n", "", "", ""},
    {"keys", "", "k%d: v\n", "", "", ""},
    {"one key again and again", "", "k: v\n", "", "", ""},
    {"keys in a flow map", "a: {", "k%d: v, ", "}", "", ""},
    {"tag directives", "", "%TAG ! a\n", "", "", "directive"},
    {"directives behind a comment", "#\n", "%YAML 1.2\n", "", "", "directive"},
    {"directives behind the document", "a: b\n...\n", "%TAG ! a\n", "", "", "directives"},
    {"documents", "", "---\n", "", "", "second YAML document"},
    {"document ends", "a: b\n", "...\n", "", "", ""},
    {"tags", "a: ", "!!str ", "", "", ""},
    {"long tag", "a: !", "a", " b", "", "not supported"},
    {"escapes in a tag", "a: !", "%41", " b", "", "not supported"},
    {"anchors", "", "k%d: &a%d x\n", "", "", ""},
    {"anchors of one name", "", "k%d: &a x\n", "", "", ""},
    {"anchors without values", "a: ", "&a ", "", "", ""},
    {"long anchor", "a: &", "a", " b", "", ""},
    {"aliases", "a: &a x\nb: [", "*a, ", "]", "", "more than 10000 values"},
    {"aliases of a list", "a: &a [x, x, x, x, x, x, x, x]\nb: [", "*a, ", "]", "",
     "more than 10000 values"},
    {"aliases of nothing", "b: [", "*a, ", "]", "", "no anchor"},
    {"a long key", "", "k", ": v", "", "1,024 characters"},
    {"a long quoted key", "\"", "k", "\": v", "", "1,024 characters"},
    {"a long complex key", "? ", "k", "\n: v", "", "over the limit of 1000"},
    {"colons", "a: ", ":", "", "", ""},
    {"colons and spaces", "a", ": ", "", "", "without quotes"},
    {"commas", "a: [", ",", "]", "", ""},
    {"question marks", "a: [", "?", "]", "", ""},
    {"stars", "a: ", "*", "", "", ""},
    {"ampersands", "a: ", "&", "", "", ""},
    {"exclamation marks", "a: ", "!", "", "", ""},
    {"an open quotation", "a: \"", "x", "", "", "never closed"},
    {"open quotations", "", "a: \"\n", "", "", ""},
    {"empty quotations", "a: [", "\"\", ", "]", "", ""},
    {"doubled quotation marks", "a: '", "''", "'", "", ""},
    {"escapes", "a: \"", "\\n", "\"", "", ""},
    {"escapes of code points", "a: \"", "\\U0001F600", "\"", "", ""},
    {"folded lines of a quotation", "a: \"", " x\n", "\"", "", ""},
    {"blank lines in a quotation", "a: \"", "\n", " x\"", "", ""},
    {"escaped line ends", "a: \"", "\\\n", "\"", "", ""},
    {"a plain value of many lines", "a: x\n", "  y\n", "", "", ""},
    {"blank lines in a plain value", "a: x\n", "\n", "  y", "", ""},
    {"literal lines", "a: |\n", "  x\n", "", "", ""},
    {"folded lines", "a: >\n", "  x\n", "", "", ""},
    {"folded lines of growing depth", "a: >\n", "  x\n   y\n", "", "", ""},
    {"blank lines that are kept", "a: |+\n", "\n", "b: c", "", ""},
    {"blank lines that go", "a: |-\n  x\n", "\n", "b: c", "", ""},
    {"spaces on lines behind a block", "a: |\n x\n", " \n", "b: c", "", ""},
    {"spaces before a block's text", "a: |\n", " ", "x", "", ""},
    {"many block scalars", "", "k%d: |\n  x\n\n", "", "", ""},
    {"block scalars without text", "", "- |\n", "", "", ""},
    {"comments", "", "# c\n", "a: b", "", ""},
    {"comments behind values", "", "k%d: v # c\n", "", "", ""},
    {"comments between items", "a:\n", "  # c\n  - x\n", "", "", ""},
    {"comments in a flow list", "a: [\n", " x, # c\n", "]", "", ""},
    {"one long comment", "#", " #", "\na: b", "", ""},
    {"blank lines", "", "\n", "a: b", "", ""},
    {"carriage returns", "", "\r", "a: b", "", ""},
    {"next lines", "", "\xC2\x85", "a: b", "", ""},
    {"line separators", "", "\xE2\x80\xA8", "a: b", "", ""},
    {"spaces", "a:", " ", "b", "", ""},
    {"tabs", "a: ", "\t", "b", "", ""},
    {"byte order marks", "", "\xEF\xBB\xBF", "a: b", "", ""},
    {"accents", "", "é%d: ü # ö\n", "", "", ""},
    {"accents in one value", "a: ", "é", "", "", ""},
    {"digits", "a: ", "9", "", "", ""},
    {"hexadecimal digits", "a: 0x", "f", "", "", ""},
    {"an exponent", "a: 1e", "9", "", "", ""},
    {"percent signs", "a: ", "%%", "", "", ""},
    {"at signs", "", "@", "", "", "cannot begin with"},
    {"backticks", "a: ", "`", "", "", "cannot begin with"},
};

static void append(struct buffer *out, const char *text, size_t number) {
    for (; *text; text++) {
        if (*text == '%' && text[1] == 'd')
            buffer_printf(out, "%zu", number), text++;
        else if (*text == '%' && text[1] == 'i')
            for (text++; number > 0; number--) buffer_append_byte(out, ' ');
        else
            buffer_append_byte(out, *text);
    }
}

static void one_case(size_t index, const struct limits *limits) {
    struct buffer source = {0}, line = {0};
    struct diagnostics diagnostics = {0};
    struct values values;
    const char *says = cases[index].says;
    size_t half = *cases[index].after ? SIZE / 2 : SIZE, times = 0;
    append(&source, cases[index].before, 0);
    while (source.length < half) append(&source, cases[index].again, times++);
    append(&source, cases[index].middle, 0);
    for (size_t i = 0; i < times && source.length < SIZE; i++)
        append(&source, cases[index].after, i);
    struct span all = {0, (uint32_t)source.length};
    values_open(&values, buffer_text(&source), VALUE_MAP);
    double start = clock_processor();
    bool fine =
        yaml_read(TEXT("hostile.md"), buffer_text(&source), all, limits, &values, &diagnostics);
    double took = clock_processor() - start;
    unit_failed = 0;
    CHECK(took < 2 * clock_factor());
    CHECK(fine == (diagnostics.errors == 0) && diagnostics.errors < 2);
    CHECK(diagnostics.count <= 12); /* one error, and warnings that are counted */
    for (uint32_t i = 0; i < diagnostics.count; i++)
        if (diagnostics.items[i].severity == SEVERITY_ERROR)
            diagnostic_write(&diagnostics.items[i], &line);
    if (*says) CHECK(strstr(buffer_string(&line), says));
    if (getenv("GALLEY_SHOW_TIMES"))
        printf("# %.3f s, %u values %.150s\n", took, (unsigned)values.count,
               line.length ? buffer_string(&line) : "");
    unit_report(cases[index].name);
    values_free(&values);
    diagnostics_free(&diagnostics);
    buffer_free(&source);
    buffer_free(&line);
}

int main(void) {
    struct limits limits = limits_default();
    limits.front_matter_bytes = 2 * SIZE;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) one_case(i, &limits);
    return unit_end();
}
