/* Inputs on which Markdown parsers are slow, each of 400 KB: HTML within a second, or an error that
 * names the limit. The kinds are those of cmark's pathological tests, and more. */
#include "clock.h"
#include "document/dialect.h"
#include "document/html.h"
#include "document/markdown.h"
#include "unit.h"

enum { SIZE = 400000 };

/* before, then `again` until the size is reached, `middle`, then `after` as often. "%d" in `again`
 * is the number of the repetition. */
static const struct {
    const char *name, *before, *again, *middle, *after;
} cases[] = {
    {"nested strong emphasis", "", "*a **a ", "b", " a** a*"},
    {"emphasis closers without openers", "", "a_ ", "", ""},
    {"emphasis openers without closers", "", "_a ", "", ""},
    {"strong closers without openers", "", "a** ", "", ""},
    {"link closers without openers", "", "a]", "", ""},
    {"link openers without closers", "", "[a", "", ""},
    {"mismatched openers and closers", "", "*a_ ", "", ""},
    {"openers and closers, multiple of three", "a**b", "c* ", "", ""},
    {"link openers and emphasis closers", "", "[ a_", "", ""},
    {"pattern [ (]( repeated", "", "[ (](", "", ""},
    {"pattern ![[]() repeated", "", "![[]()", "", ""},
    {"hard link and emphasis", "", "**x [a*b**c*](d) ", "", ""},
    {"nested brackets", "", "[", "a", "]"},
    {"nested brackets, balanced pairs", "", "[]", "", ""},
    {"nested block quotes", "", "> ", "a", ""},
    {"tight block quotes", "", ">", "a", ""},
    {"quotes and emphasis", "", ">", "", "a*"},
    {"deeply nested lists on one line", "", "- ", "x", "\n"},
    {"deeply nested ordered lists", "", "1. ", "x", "\n"},
    {"mixed containers", "", "> - 1. ", "x", "\n"},
    {"NUL replaced", "abc", "\1", "de", "\1"}, /* \1 stands for NUL */
    {"backticks of growing length", "", "e%`", "", ""},
    {"backticks", "", "`a``", "", ""},
    {"one long run of backticks", "", "`", "", ""},
    {"unclosed links <", "", "[a](<b", "", ""},
    {"unclosed links (", "", "[a](b", "", ""},
    {"unclosed link titles", "", "[a](b \"", "", ""},
    {"unclosed reference links", "", "[a][b", "", ""},
    {"many references", "", "[%d]: /url\n", "\n", "[0] "},
    {"colliding references", "", "[a]: u\n", "\n", "[a] "},
    {"reference labels", "", "[a]: \\\n", "", ""},
    {"unclosed comments", "x", "<!-- a", "", ""},
    {"unclosed instructions", "x", "<?a ", "", ""},
    {"unclosed CDATA", "x", "<![CDATA[a ", "", ""},
    {"unclosed declarations", "x", "<!A ", "", ""},
    {"comments on lines", "", "a <!--\n", "", ""},
    {"unclosed tags", "", "<a b=\"", "", ""},
    {"less-than signs", "", "<", "", ""},
    {"tag-like", "", "<a", "", ""},
    {"tables", "|a|b|\n|-|-|\n", "|a|b|\n", "", ""},
    {"wide table", "", "|a", "|\n", "|-"},
    {"tall table with many columns", "|a|a|a|a|a|a|a|a|a|a|\n|-|-|-|-|-|-|-|-|-|-|\n", "a\n", "",
     ""},
    {"many tables", "", "a|b\n-|-\n\n", "", ""},
    {"pipes", "", "|", "", ""},
    {"pipes on lines", "", "|\n", "", ""},
    {"delimiter rows", "", "|-|\n", "", ""},
    {"runs of stars", "", "***a", "", ""},
    {"one run of stars", "", "*", "a", "*"},
    {"one run of underscores", "", "_", "a", "_"},
    {"star underscore", "", "*_* ", "", ""},
    {"entities", "", "&amp;&#x41;&nosuch;", "", ""},
    {"unclosed entities", "", "&", "", ""},
    {"backslashes", "", "\\", "", ""},
    {"headings of marks", "", "# # #\n", "", ""},
    {"one line of hashes", "# ", "#", "a", "#"},
    {"equal headings", "", "# a\n", "", ""},
    {"setext underlines", "", "a\n=\n", "", ""},
    {"fences", "", "```\na\n", "", ""},
    {"lists of one", "", "- a\n\n\n1. b\n\n", "", ""},
    {"indented staircase", "", "- a\n  - b\n    - c\n", "", ""},
    {"blank lines in a list", "- a\n", "\n", "b", ""},
    {"tabs", "", "\t", "a", "\t"},
    {"carriage returns", "", "a\r", "", ""},
    {"carriage returns and nothing else", "", "\r", "", ""},
    {"shortcodes that do not close in a row", "|a|\n|-|\n|", "{{}a ", "", ""},
    {"spaces", "a", " ", "b", " "},
    {"spaces before line ends", "", "a        \n", "", ""},
    {"long line", "", "word ", "", ""},
    /* the dialect's */
    {"footnote references", "", "[^", "", ""},
    {"footnotes", "", "[^%d]: a\n\n", "", "[^0]"},
    {"footnotes in footnotes", "", "[^%d]: a [^%d]\n", "\n", ""},
    {"nested footnote definitions", "", "[^1]: ", "a", "\n"},
    {"lists in a footnote", "[^1]: ", "- ", "x", "\n"},
    {"quotes in a definition", "a\n: ", "> 1. ", "x", "\n"},
    {"footnote labels", "[^a]: x\n\n", "[^a]", "", ""},
    {"tildes", "", "~", "", ""},
    {"carets on lines", "", "^^\n", "", ""},
    {"tildes on lines", "", "~~~a\n", "", ""},
    {"tildes with text", "", "~a~~b", "", ""},
    {"tilde openers", "", "~~a ", "", ""},
    {"tilde closers", "", "a~~ ", "", ""},
    {"braces", "", "{", "", ""},
    {"shortcode openers", "", "{{< ", "", ""},
    {"shortcode openers of all kinds", "", "{{ {% {{% ", "", ""},
    {"shortcodes", "", "{{ a }}", "", ""},
    {"shortcodes on lines", "", "{% a %}\n", "", ""},
    {"attributes", "", "{.a}", "", ""},
    {"attribute openers", "", "{.a ", "", ""},
    {"attributes of one block", "a\n\n", "{: .a b=c}\n\n", "", ""},
    {"attributes of a directive", "", ":::{.a}", "", ""},
    {"attributes of directives", "", ":::{.a1}{.b2 c=d}{.e3}{.f4}{.g5}\n", "", ""},
    {"attributes of one word", "*a*", "{.a}", "", ""},
    {"spans", "", "[a]{.a}", "", ""},
    {"nested spans", "", "[", "a", "]{.a}"},
    {"directives", "", "::: a\n", "", ""},
    {"directive ends", "", ":::\n", "", ""},
    {"directives and ends", "", "::: a\n", "", ":::\n"},
    {"leaf directives", "", "::a[b]{c=d}\n", "", ""},
    {"inline directives", "", ":a[b]{c=d} ", "", ""},
    {"inline directive openers", "", ":a[", "", ""},
    {"colons", "", ":", "", ""},
    {"bare URLs", "", "http://", "", ""},
    {"bare URLs with parentheses", "http://a.b/", "(", "", ")"},
    {"bare URLs with punctuation", "http://a.b/", ".", "", ""},
    {"bare URLs and entities", "http://a.b/", "&amp;", "", ""},
    {"www", "", "www.", "", ""},
    {"addresses", "", "a@", "", ""},
    {"address without an end", "", "a.", "@", "a."},
    {"quotation marks", "", "\"", "", ""},
    {"mixed quotation marks", "", "\"'a ", "", ""},
    {"hyphens", "", "-", "", "."},
    {"carets", "", "^a", "", ""},
    {"definition lists", "", "a\n: b\n\n", "", ""},
    {"definitions", "a\n", ": b\n", "", ""},
    {"quotations", "", "> a\n> — b, c\n\n", "", ""},
    {"images alone", "", "![a](b)\n\n", "", ""},
    {"tasks", "", "- [ ] a\n", "", ""},
    {"ENDS", "", "ENDS\n\n", "", ""},
    {"more", "", "<!-- more -->\n", "", ""},
    {"all openers", "", "| [^ ~ { ::: < http:// ", "", ""},
    {"all openers on lines", "", "|\n[^a]:\n~~\n{{<\n::: a\n<\nhttp://\n", "", ""},
};

static struct markdown *markdown;

static void append(struct buffer *out, const char *text, size_t number) {
    for (; *text; text++) {
        if (*text == '%' && text[1] == 'd')
            buffer_printf(out, "%zu", number), text++;
        else if (*text == '%' && text[1] == '`')
            for (size_t i = 0; i <= number; i++) buffer_append_byte(out, i < number ? '`' : ' ');
        else if (*text == '%')
            ;
        else
            buffer_append_byte(out, (char)(*text == 1 ? 0 : *text));
    }
}

static void one_case(size_t index, uint64_t dialect, const char *with) {
    struct buffer source = {0}, out = {0}, line = {0};
    struct diagnostics diagnostics = {0};
    struct document document;
    size_t half = *cases[index].after ? SIZE / 2 : SIZE, times = 0;
    append(&source, cases[index].before, 0);
    while (source.length < half) append(&source, cases[index].again, times++);
    append(&source, cases[index].middle, 0);
    for (size_t i = 0; i < times && source.length < SIZE; i++)
        append(&source, cases[index].after, i);
    document_open(&document, buffer_text(&source), 0);
    double start = clock_processor();
    bool fine = markdown_parse(markdown, TEXT("hostile.md"), dialect, &document, &diagnostics);
    if (fine) html_write(&document, ROOT_NODE, &(struct html_options){.unsafe = true}, &out);
    double took = clock_processor() - start;
    unit_failed = 0;
    CHECK(took < 4 * clock_factor()); /* a tenth is usual; something quadratic takes longer */
    CHECK(fine || diagnostics.errors > 0);
    if (!fine && diagnostics.count) {
        diagnostic_write(&diagnostics.items[0], &line);
        CHECK(strstr(buffer_string(&line), "limits."));
        CHECK(text_starts(buffer_text(&line), TEXT("hostile.md:")));
    }
    if (getenv("GALLEY_SHOW_TIMES"))
        printf("# %.3f s, %zu bytes of HTML %s\n", took, out.length,
               line.length ? buffer_string(&line) : "");
    char name[128];
    snprintf(name, sizeof name, "%s, %s", cases[index].name, with);
    unit_report(name);
    document_free(&document);
    diagnostics_free(&diagnostics);
    buffer_free(&source);
    buffer_free(&out);
    buffer_free(&line);
}

int main(void) {
    struct limits limits = limits_default();
    markdown = markdown_open(&limits);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        one_case(i, DIALECT_NONE, "plain");
        one_case(i, DIALECT_ALL, "with the dialect");
    }
    markdown_close(markdown);
    return unit_end();
}
