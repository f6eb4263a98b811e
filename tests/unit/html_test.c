#include "document/dialect.h"
#include "document/html.h"
#include "document/markdown.h"
#include "unit.h"

static struct markdown *markdown;

static struct text render(const char *source, uint64_t dialect, const struct html_options *options,
                          struct buffer *out) {
    struct document document;
    struct diagnostics diagnostics = {0};
    document_open(&document, text_of(source), 0);
    CHECK(markdown_parse(markdown, TEXT("a.md"), dialect, &document, &diagnostics));
    out->length = 0;
    html_write(&document, ROOT_NODE, options, out);
    document_free(&document);
    diagnostics_free(&diagnostics);
    return buffer_text(out);
}

static void schemes(void) {
    static const char *const kept[] = {"http://a.b", "HTTPS://a.b", "mailto:a@b.c",
                                       "tel:+44",    "/a",          "a/b.html",
                                       "#x",         "?q=a:b",      "",
                                       "//host/x",   "a/b:c",       "./javascript:x",
                                       "ht\ttp://a"};
    static const char *const refused[] = {"javascript:x",
                                          "JavaScript:x",
                                          " javascript:x",
                                          "java\nscript:x",
                                          "\001javascript:x",
                                          "java\tscript\t:x",
                                          "vbscript:x",
                                          "data:text/html,x",
                                          "data:image/png;base64,x",
                                          "blob:x",
                                          "feed:http://a",
                                          "file:///etc",
                                          "view-source:x",
                                          "jar:x",
                                          "unknown:x",
                                          ":x",
                                          "httpx:y",
                                          "http\xC3\xA9:x"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        CHECK(html_url_is_safe(text_of(kept[i])));
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        CHECK(!html_url_is_safe(text_of(refused[i])));
    }
}

static void safe_mode(void) {
    struct html_options safe = {0};
    struct buffer out = {0};
    CHECK_TEXT(render("<b>x</b>\n\n<div>\n", 0, &safe, &out),
               "<p><!-- raw HTML omitted -->x<!-- raw HTML omitted --></p>\n"
               "<!-- raw HTML omitted -->\n");
    CHECK_TEXT(
        render("[a](javascript&#58;x) ![b](data:x) <javascript:y>", 0, &safe, &out),
        "<p><a href=\"\">a</a> <img src=\"\" alt=\"b\" /> <a href=\"\">javascript:y</a></p>\n");
    CHECK_TEXT(render("[a](/u){onclick=x style=y srcdoc=z formaction=\"javascript:x\" rel=me}",
                      DIALECT_DEFAULT, &safe, &out),
               "<p><a href=\"/u\" rel=\"me\">a</a></p>\n");
    CHECK_TEXT(
        render("[a]({{ \"x:y\" | url }}) [b](javascript:{{ x }})", DIALECT_DEFAULT, &safe, &out),
        "<p><a href=\"{{ \"x:y\" | url }}\">a</a> <a href=\"\">b</a></p>\n");
    buffer_free(&out);
}

static void relative_urls(void) {
    static const char *const cases[][3] = {
        {"/news/a.html", "/news/b.html", "b.html"},
        {"/news/a.html", "/index.html", "../index.html"},
        {"/index.html", "/news/2025/a.html#x", "news/2025/a.html#x"},
        {"/news/2025/a.html", "/news/2024/b.html", "../2024/b.html"},
        {"/news/a.html", "/news/", "./"},
        {"/news/a/", "/news/", "../"},
        {"/news/a.html", "/", "../"},
        {"/a.html", "/", "./"},
        {"/news/a.html", "/news/a.html", "a.html"},
        {"/news/a.html", "/newsroom/b.html", "../newsroom/b.html"},
        {"/news/", "/news/#top", "./#top"},
        {"/a.html", "//host/x", "//host/x"},
        {"/a.html", "b.html", "b.html"},
    };
    struct buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        out.length = 0;
        html_relative_url(text_of(cases[i][0]), text_of(cases[i][1]), &out);
        CHECK_TEXT(buffer_text(&out), cases[i][2]);
    }
    buffer_free(&out);
}

static void absolute_urls(void) {
    static const char *const cases[][2] = {
        {"b.html", "https://h.example/sub/news/b.html"},
        {"../about/", "https://h.example/sub/about/"},
        {"../../x", "https://h.example/x"},
        {"../../../../x?a=../b", "https://h.example/x?a=../b"},
        {"./", "https://h.example/sub/news/"},
        {".", "https://h.example/sub/news/"},
        {"..", "https://h.example/sub/"},
        {"a/./b/../c#d/../e", "https://h.example/sub/news/a/c#d/../e"},
        {"?x=1", "https://h.example/sub/news/a.html?x=1"},
        {"/root/", "https://h.example/sub/root/"},
        {"#here", "#here"},
        {"", ""},
        {"//cdn.example/x", "https://cdn.example/x"},
        {"mailto:a@b.example", "mailto:a@b.example"},
        {"a b:c", "a b:c"},
        {"x/a:b", "https://h.example/sub/news/x/a:b"},
    };
    struct buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        out.length = 0;
        html_absolute_url(TEXT("https://h.example/sub"), TEXT("/news/a.html?p#q"),
                          text_of(cases[i][0]), &out);
        CHECK_TEXT(buffer_text(&out), cases[i][1]);
    }
    buffer_free(&out);
}

static void resolved_links(void) {
    struct document document;
    struct diagnostics diagnostics = {0};
    struct buffer out = {0};
    document_open(&document, TEXT("[a](b.md)"), 0);
    CHECK(markdown_parse(markdown, TEXT("a.md"), 0, &document, &diagnostics));
    node_id link = document_node(&document, document_node(&document, ROOT_NODE)->first)->first;
    node_set_field(&document, link, FIELD_URL, TEXT("/news/b & c.html"));
    document.fields[node_find_field(&document, link, FIELD_URL)].flags |= FIELD_RESOLVED;
    html_write(&document, ROOT_NODE, &(struct html_options){.page_url = TEXT("/x/a.html")}, &out);
    CHECK_TEXT(buffer_text(&out), "<p><a href=\"../news/b%20&amp;%20c.html\">a</a></p>\n");
    out.length = 0;
    html_write(&document, ROOT_NODE, &(struct html_options){.site_url = TEXT("https://e.org")},
               &out);
    CHECK_TEXT(buffer_text(&out),
               "<p><a href=\"https://e.org/news/b%20&amp;%20c.html\">a</a></p>\n");
    document_free(&document);
    diagnostics_free(&diagnostics);
    buffer_free(&out);
}

static bool shout(const struct document *document, node_id id, bool entering, struct buffer *out,
                  void *context) {
    if (document_node(document, id)->type != NODE_STRONG) return false;
    ++*(int *)context;
    CHECK(entering);
    buffer_append_string(out, "!");
    return true;
}

static void rendering_by_the_caller(void) {
    int calls = 0;
    struct html_options options = {.render = shout, .context = &calls};
    struct buffer out = {0};
    struct text html = render("a **b *c*** d", 0, &options, &out);
    CHECK_TEXT(html, "<p>a ! d</p>\n");
    CHECK(calls == 1);
    buffer_free(&out);
}

static void output_is_appended(void) {
    struct html_options options = {0};
    struct buffer out = {0};
    struct document document;
    struct diagnostics diagnostics = {0};
    buffer_append_string(&out, "before");
    document_open(&document, TEXT("a"), 0);
    CHECK(markdown_parse(markdown, TEXT("a.md"), 0, &document, &diagnostics));
    html_write(&document, ROOT_NODE, &options, &out);
    CHECK_TEXT(buffer_text(&out), "before<p>a</p>\n");
    document_free(&document);
    buffer_free(&out);
}

int main(void) {
    struct limits limits = limits_default();
    markdown = markdown_open(&limits);
    RUN(schemes);
    RUN(safe_mode);
    RUN(relative_urls);
    RUN(absolute_urls);
    RUN(resolved_links);
    RUN(rendering_by_the_caller);
    RUN(output_is_appended);
    markdown_close(markdown);
    return unit_end();
}
