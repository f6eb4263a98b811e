#include "read/yaml.h"

#include "unit.h"

static struct limits limits;

/* What is said of a front matter, each with the line and column of the slip. */
static void says(const char *yaml, const char *wanted) {
    struct values values;
    struct diagnostics diagnostics = {0};
    struct buffer out = {0};
    struct text source = text_of(yaml);
    values_open(&values, source, VALUE_MAP);
    yaml_read_map(TEXT("a"), source, (struct span){0, (uint32_t)source.length}, &limits, &values,
                  &diagnostics);
    for (uint32_t i = 0; i < diagnostics.count; i++) {
        if (i) buffer_append_byte(&out, '\n');
        diagnostic_write(&diagnostics.items[i], &out);
    }
    CHECK_TEXT(buffer_text(&out), wanted);
    buffer_free(&out);
    diagnostics_free(&diagnostics);
    values_free(&values);
}

static void colons(void) {
    says("date: 1\ntitle: Wards: new\n",
         "a:2:13: error: the value holds \": \" without quotes; put the value in quotes");
    says("title: \u201cWards: new\u201d\n", "a:1:8: error: curly quotation marks do not quote in "
                                            "YAML, and this value holds \": \"; put "
                                            "straight ones (\" or ') around it");
    says("a: 1\ntitle:Wards\nb: 2\n",
         "a:2:7: error: a space is missing behind the colon of \"title\"; write \"title: \"");
    says("title:Wards\nb: 2\n",
         "a:1:7: error: a space is missing behind the colon of \"title\"; write \"title: \"");
    says("title:Wards",
         "a:1:7: error: a space is missing behind the colon of \"title\"; write \"title: \"");
    says("a: 1\ntitle:\u00a0Wards\nb: 2\n",
         "a:2:7: error: a no-break space stands behind the colon, which YAML takes for text; put a "
         "plain space in its place");
    says("a: 1\ntitle\uff1aWards\n",
         "a:2:6: error: this wide colon ends no key in YAML; write \":\" and a space");
    says("title = x\ndate = y\n", "a:1:7: error: \"=\" ends no key in YAML; write \"title: \"");
    says("title: x\n----\n",
         "a:2:1: error: the line that closes front matter is three dashes; write ---");
}

static void quotes(void) {
    says("a: 'It's new'\n", "a:1:7: error: the value in single quotes ends at this apostrophe; "
                            "write it twice (''), or put the value in double quotes");
    says("a: \"He said \"no\" to us\"\n",
         "a:1:13: error: the value in double quotes ends here, but its line goes on; put all of it "
         "in single quotes, or write \\\" for the marks inside");
    says("a: 'x' y\nb: 1\n", "a:1:6: error: the value in single quotes ends here, but its line "
                             "goes on; put all of it in double quotes");
    says("a: \"x\nb: \"y\"\n", "a:1:4: error: this quoted value is not closed on its line, and "
                               "ends at the quotation mark of line 2; add the closing one");
    says("a:\n  - 'x\n  - 'y'\n", "a:2:5: error: this quoted value is not closed on its line, and "
                                  "ends at the quotation mark of line 3; add the closing one");
    says("a: \"x\n  y\" # good\nb: 'it''s' # good\n", "");
}

static void signs(void) {
    says("a: 1\nb: *new*\nc: 2\n",
         "a:2:4: error: a value that begins with * is an alias to YAML; put the value in quotes");
    says("a: &. x\n",
         "a:1:4: error: a value that begins with & is an anchor to YAML; put the value in quotes");
    says("a: [Update] Wards\nb: 1\n",
         "a:1:4: error: a value that begins with \"[\" is a list, but this line goes on behind its "
         "\"]\"; put the whole value in quotes");
    says("a: [x, y]]\n",
         "a:1:10: error: one \"]\" too many; remove it, or put the value in quotes");
    says("a: [x, y\nb: 1\n",
         "a:1:4: error: this \"[\" is never closed; add \"]\", or put the value in quotes");
    says("a: {{ title }}\n", "a:1:4: error: a value cannot begin with \"{{\"; put it in quotes");
    says("a: > x\n", "a:1:4: error: text behind | or > must stand on the next lines; put it there, "
                     "or the value in quotes");
}

static void lists_and_indentation(void) {
    says("a:\n  - x\n  -y\n",
         "a:3:3: error: a space is missing behind the dash of this list item; write \"- \"");
    says("a:\n  * x\n  * y\n",
         "a:2:3: error: this sign begins no list item in YAML; write \"- \" in its place");
    says("title: x\n- y\n", "a:2:1: error: a list item stands below \"title\", which has a value "
                            "already; put a key of its own above the list");
    says("title: x\n date: y\n",
         "a:2:2: error: this line is indented below \"title\", which has a value already; begin it "
         "where that key begins, or put the value in quotes");
    says("a:\n  b: 1\n c: 2\n",
         "a:3:2: error: this line is indented less than the one above, but as much as none before; "
         "align it with the keys it belongs to");
}

/* Good YAML that says something else. */
static void silent_slips(void) {
    const char *comment = "a \"#\" behind a space begins a comment, which the value ends before; "
                          "put the value in quotes, or a space behind the \"#\" of a comment";
    char wanted[400];
    snprintf(wanted, sizeof wanted, "a:1:10: warning: %s\na:3:5: warning: %s", comment, comment);
    says("a: Issue #5\nb:\n  - #x\n", wanted);
    says("a: x # good\nb: # good\nc: 'x' #good\nd: 12 #good\n#e: good\nf: C#5\n", "");
    says("a:\n  -x\n  -y\n",
         "a:2:3: warning: this is text and no list; begin each item with a dash and a space");
    says("a:\n  \u2022 x\n  \u2022 y\n",
         "a:2:3: warning: this is text and no list; begin each item with a dash and a space");
    says("a: -x\nb:\n  -12\nc:\n  - -x\n", "");
    says(
        "\u00a0title: x\n",
        "a:1:1: warning: this key begins with a character that is not seen, and is another key for "
        "it; remove the character");
}

int main(void) {
    limits = limits_default();
    RUN(colons);
    RUN(quotes);
    RUN(signs);
    RUN(lists_and_indentation);
    RUN(silent_slips);
    return unit_end();
}
