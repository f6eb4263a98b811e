#include "read/yaml.h"

#include "unit.h"

#include <time.h>

static struct limits limits;

static void show(struct buffer *out, const char *label, struct text source, struct span span) {
    if (!span.length) return;
    buffer_printf(out, " %s<", label);
    for (size_t i = span.offset; i < span.offset + span.length; i++)
        if (source.bytes[i] == '\n')
            buffer_append_string(out, "\\n");
        else if (source.bytes[i] == '\r')
            buffer_append_string(out, "\\r");
        else
            buffer_append_byte(out, source.bytes[i]);
    buffer_append_byte(out, '>');
}

/* One line a value: indentation, key, type, text, then place, before and after. */
static void dump(const struct values *values, struct buffer *out) {
    static const char types[] = "nbifsLM";
    static const char styles[] = "-p'\"|>BF";
    struct text source = values->strings.source;
    uint32_t depth = 0;
    for (value_id id = ROOT_VALUE; id;) {
        const struct value *value = &values->items[id];
        buffer_printf(out, "%*s%.*s:%c%c", (int)depth * 2, "", (int)value->key.length,
                      value_key(values, id).bytes, types[value->type], styles[value->style]);
        if (value->flags & VALUE_ALIAS) buffer_append_string(out, " alias");
        if (value->flags & VALUE_ANCHORED) buffer_append_string(out, " anchored");
        if (value->flags & VALUE_DUPLICATE) buffer_append_string(out, " duplicate");
        if (value->type < VALUE_LIST && value->type)
            buffer_printf(out, " =%.*s", (int)value->text.length, value_text(values, id).bytes);
        show(out, "key", source, value->key_place);
        show(out, "place", source, value->place);
        show(out, "before", source, value->before);
        show(out, "after", source, value->after);
        buffer_append_byte(out, '\n');
        value_id next = value->first;
        depth += next != 0;
        while (!next && id) {
            next = values->items[id].next;
            if (next) break;
            id = values->items[id].parent;
            depth--;
        }
        id = next;
    }
}

static void reads_bytes(const char *bytes, size_t length, const char *wanted) {
    struct values values;
    struct diagnostics diagnostics = {0};
    struct buffer out = {0};
    struct text source = {bytes, length};
    values_open(&values, source, VALUE_MAP);
    bool good = yaml_read(TEXT("a.md"), source, (struct span){0, (uint32_t)length}, &limits,
                          &values, &diagnostics);
    CHECK(good == (diagnostics.errors == 0));
    if (good) dump(&values, &out);
    for (uint32_t i = 0; i < diagnostics.count; i++) {
        diagnostic_write(&diagnostics.items[i], &out);
        buffer_append_byte(&out, '\n');
    }
    CHECK_TEXT(buffer_text(&out), wanted);
    buffer_free(&out);
    values_free(&values);
    diagnostics_free(&diagnostics);
}

static void reads(const char *yaml, const char *wanted) {
    reads_bytes(yaml, strlen(yaml), wanted);
}

static void styles_and_types(void) {
    reads("a: no\nb: 014\nc: 'it''s'\nd: \"x\\ty\"\ne: ~\nf:\ng: 1e3\nh: true\ni: 2024-01-02\n",
          ":MB place<a: no\\nb: 014\\nc: 'it''s'\\nd: \"x\\ty\"\\ne: ~\\nf:\\ng: 1e3\\nh: "
          "true\\ni: 2024-01-02>\n"
          "  a:sp =no key<a> place<no>\n"
          "  b:ip =014 key<b> place<014>\n"
          "  c:s' =it's key<c> place<'it''s'>\n"
          "  d:s\" =x\ty key<d> place<\"x\\ty\">\n"
          "  e:np key<e> place<~>\n"
          "  f:np key<f>\n"
          "  g:fp =1e3 key<g> place<1e3>\n"
          "  h:bp =true key<h> place<true>\n"
          "  i:sp =2024-01-02 key<i> place<2024-01-02>\n");
}

static void comments_and_items(void) {
    reads(
        "# top\n\na: 1 # one\n\n# two\nb:   # list\n  # first\n  - x # ex\n\n  # second\n  - y\n  "
        "# tail\nc: [p, q] # flow\nd:\n- k: v\n  # in\n  l: w\n-\n- z\n# end\n",
        ":MB place<a: 1 # one\\n\\n# two\\nb:   # list\\n  # first\\n  - x # ex\\n\\n  # second\\n "
        " - y\\n  # tail\\nc: [p, q] # flow\\nd:\\n- k: v\\n  # in\\n  l: w\\n-\\n- z> after<# "
        "end\\n>\n"
        "  a:ip =1 key<a> place<1> before<# top\\n\\n> after<# one>\n"
        "  b:LB key<b> place<- x # ex\\n\\n  # second\\n  - y> before<\\n# two\\n> after<# list>\n"
        "    :sp =x key<-> place<x> before<  # first\\n> after<# ex>\n"
        "    :sp =y key<-> place<y> before<\\n  # second\\n>\n"
        "  c:LF key<c> place<[p, q]> before<  # tail\\n> after<# flow>\n"
        "    :sp =p place<p>\n"
        "    :sp =q place<q>\n"
        "  d:LB key<d> place<- k: v\\n  # in\\n  l: w\\n-\\n- z>\n"
        "    :MB key<-> place<k: v\\n  # in\\n  l: w>\n"
        "      k:sp =v key<k> place<v>\n"
        "      l:sp =w key<l> place<w> before<  # in\\n>\n"
        "    :np key<->\n"
        "    :sp =z key<-> place<z>\n");
}

static void block_scalars(void) {
    reads("a: |\n  one\n  two\n\n# c\nb: >- # folded\n  x\n\n  y\n\n\nc: |+\n  keep\n\n\nd: |\n",
          ":MB place<a: |\\n  one\\n  two\\n\\n# c\\nb: >- # folded\\n  x\\n\\n  y\\n\\n\\nc: "
          "|+\\n  keep\\n\\n\\nd: |>\n"
          "  a:s| =one\n"
          "two\n"
          " key<a> place<|\\n  one\\n  two>\n"
          "  b:s> =x\n"
          "y key<b> place<>- # folded\\n  x\\n\\n  y> before<\\n# c\\n> after<# folded>\n"
          "  c:s| =keep\n"
          "\n"
          "\n"
          " key<c> place<|+\\n  keep\\n\\n> before<\\n\\n>\n"
          "  d:s| = key<d> place<|>\n");
}

static void anchors_and_aliases(void) {
    reads("a: &x {k: 1}\nb: *x\nc: &y\n  - 1\nd: *y\ne: &z\nf: *z\ng: &w text\nh: [*w, &v q]\n",
          ":MB place<a: &x {k: 1}\\nb: *x\\nc: &y\\n  - 1\\nd: *y\\ne: &z\\nf: *z\\ng: &w "
          "text\\nh: [*w, &v q]>\n"
          "  a:MF anchored key<a> place<{k: 1}>\n"
          "    k:ip =1 key<k> place<1>\n"
          "  b:MF alias key<b> place<*x>\n"
          "    k:ip alias =1 key<k> place<1>\n"
          "  c:LB anchored key<c> place<- 1>\n"
          "    :ip =1 key<-> place<1>\n"
          "  d:LB alias key<d> place<*y>\n"
          "    :ip alias =1 key<-> place<1>\n"
          "  e:np anchored key<e>\n"
          "  f:np alias key<f> place<*z>\n"
          "  g:sp anchored =text key<g> place<text>\n"
          "  h:LF key<h> place<[*w, &v q]>\n"
          "    :sp alias =text place<*w>\n"
          "    :sp anchored =q place<q>\n");
}

/* A later anchor of the same name takes the earlier one's place. */
static void anchors_again(void) {
    reads("a: &x 1\nb: &x 2\nc: *x\n", ":MB place<a: &x 1\\nb: &x 2\\nc: *x>\n"
                                       "  a:ip anchored =1 key<a> place<1>\n"
                                       "  b:ip anchored =2 key<b> place<2>\n"
                                       "  c:ip alias =2 key<c> place<*x>\n");
}

static void flow_and_empty_values(void) {
    reads("a: [b: c, {d, e: }, ]\n? x\n? y\n: z\n'q' : 1\n",
          ":MB place<a: [b: c, {d, e: }, ]\\n? x\\n? y\\n: z\\n'q' : 1>\n"
          "  a:LF key<a> place<[b: c, {d, e: }, ]>\n"
          "    :MF place<b: c>\n"
          "      b:sp =c key<b> place<c>\n"
          "    :MF place<{d, e: }>\n"
          "      d:np key<d>\n"
          "      e:np key<e>\n"
          "  x:np key<x>\n"
          "  y:sp =z key<y> place<z>\n"
          "  q:ip =1 key<'q'> place<1>\n");
}

static void line_breaks(void) {
    reads("é: ü # ö\nb: “x”\n\xE2\x80\xA8"
          "c: 1\xC2\x85"
          "d: 2\r\ne: 3\r\n",
          ":MB place<é: ü # ö\\nb: “x”\\n\xE2\x80\xA8"
          "c: 1\xC2\x85"
          "d: 2\\r\\ne: 3>\n"
          "  é:sp =ü key<é> place<ü> after<# ö>\n"
          "  b:sp =“x” key<b> place<“x”>\n"
          "  c:ip =1 key<c> place<1> before<\xE2\x80\xA8"
          ">\n"
          "  d:ip =2 key<d> place<2>\n"
          "  e:ip =3 key<e> place<3>\n");
}

static void duplicate_keys(void) {
    reads("a: 1\nb: 2\na: 3\n", ":MB place<a: 1\\nb: 2\\na: 3>\n"
                                "  a:ip duplicate =1 key<a> place<1>\n"
                                "  b:ip =2 key<b> place<2>\n"
                                "  a:ip =3 key<a> place<3>\n"
                                "a.md:3:1: warning: the key \"a\" stands twice, first on line 1; "
                                "the last one counts, remove the other\n");
}

static void whole_documents(void) {
    reads("", ":MB\n");
    reads("# only\n", ":MB after<# only\\n>\n");
    reads("---\na: 1\n...\n", ":MB place<a: 1> after<...\\n>\n"
                              "  a:ip =1 key<a> place<1>\n");
    reads("---\na: 1\n---\nb: 2\n",
          "a.md:3:1: error: a second YAML document begins here; keep one in a file\n");
    reads("- 1\n- 2\n", ":LB place<- 1\\n- 2>\n"
                        "  :ip =1 key<-> place<1>\n"
                        "  :ip =2 key<-> place<2>\n");
}

static void refusals(void) {
    reads("%YAML 1.2\n---\na: 1",
          "a.md:1:1: error: the YAML directive \"%YAML 1.2\" is not supported; remove the line\n");
    reads("a: !!str 1",
          "a.md:1:4: error: the tag !!str is not supported; remove it, or put the value in "
          "quotes\n");
    reads("a: ! 1", "a.md:1:4: error: the tag ! is not supported; remove it, or put the value in "
                    "quotes\n");
    reads("! 'a': 1", "a.md:1:1: error: the tag ! is not supported; remove it\n");
    reads("a: ! [1]", "a.md:1:4: error: the tag ! is not supported; remove it, or put the value "
                      "in quotes\n");
    reads("a: ! 'x: y' # c\nb:\n- ! \"1\"\n- !  'it''s'\n",
          ":MB place<a: ! 'x: y' # c\\nb:\\n- ! \"1\"\\n- !  'it''s'>\n"
          "  a:s' =x: y key<a> place<'x: y'> after<# c>\n"
          "  b:LB key<b> place<- ! \"1\"\\n- !  'it''s'>\n"
          "    :s\" =1 key<-> place<\"1\">\n"
          "    :s' =it's key<-> place<'it''s'>\n");
    reads("a: x: y",
          "a.md:1:5: error: the value holds \": \" without quotes; put the value in quotes\n");
    reads("title: \"abc\nb: 1\n",
          "a.md:1:8: error: a quoted value is never closed; add the closing quotation mark\n");
    reads("a: @x\n", "a.md:1:4: error: a value cannot begin with \"@\"; put it in quotes\n");
    reads("a:\n\tb: 1\n", "a.md:2:1: error: a tab cannot indent YAML; use spaces\n");
    reads("a: *no\n", "a.md:1:4: error: no anchor &no stands before this alias; add one, or put "
                      "the value in quotes\n");
    reads("a: &x [*x]\n",
          "a.md:1:8: error: the alias *x stands inside its own anchor; remove it\n");
    reads(
        "[a, b]: 1\n",
        "a.md:1:1: error: a list as a key is not supported; use text, or put { and [ in quotes\n");
    reads("a: &an:chor x\n", "a.md:1:4: error: an anchor's name has letters, digits, - and _ only; "
                             "rename it, or put the value in quotes\n");
    reads("a: [x, ?y]\n",
          "a.md:1:8: error: a value in brackets begins with \"?\"; put it in quotes\n");
    reads("a: 1\nnot a key\nb: 2\n",
          "a.md:2:1: error: this line is neither \"key: value\" nor a list item, or its key is "
          "over 1,024 characters; add the colon, indent the line to continue the value above, or "
          "close the front matter with --- before it\n");
}

static void more_lines(void) {
    reads("a: \"\\0\"\n", "a.md:1:4: error: \"\\0\" puts a NUL into the text, which no output can "
                          "carry; remove it\n");
    reads("a: multi\n  line\n  plain  # c\nb: 'x\n  y'\n",
          ":MB place<a: multi\\n  line\\n  plain  # c\\nb: 'x\\n  y'>\n"
          "  a:sp =multi line plain key<a> place<multi\\n  line\\n  plain> after<# c>\n"
          "  b:s' =x y key<b> place<'x\\n  y'>\n");
}

int main(void) {
    limits = limits_default();
    RUN(styles_and_types);
    RUN(comments_and_items);
    RUN(block_scalars);
    RUN(anchors_and_aliases);
    RUN(anchors_again);
    RUN(flow_and_empty_values);
    RUN(line_breaks);
    RUN(duplicate_keys);
    RUN(whole_documents);
    RUN(refusals);
    RUN(more_lines);
    return unit_end();
}
