/* floor CONTENT [OUTPUT]: the least work that a generator on these libraries can do, on one core.
 *
 * For every .md file below CONTENT: read it, run libyaml's events over its front matter and take
 * the title, parse and render the body with cmark and the default allocator, put the result into a
 * fixed page, write it. No corpus, no dates, no links between articles, no archives, no checks of
 * what is there already. What `galley build` takes is told as a multiple of what this takes.
 *
 * Without OUTPUT: every file is read and its body parsed by cmark, and that is all; what edits take
 * is told as a multiple of it.
 */
#include <cmark.h>
#include <yaml.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char before_title[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
static const char after_title[] =
    "</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n"
    "<body>\n<main>\n<article>\n";
static const char after_body[] = "</article>\n</main>\n</body>\n</html>\n";

static char bytes[1 << 20], page[4 << 20];

/* The value of the first key `title`, copied to `title`. */
static size_t front_matter(const char *front, size_t length, char *title, size_t most) {
    yaml_parser_t parser;
    yaml_event_t event;
    size_t found = 0;
    bool at_title = false, over = false;
    if (!yaml_parser_initialize(&parser)) exit(1);
    yaml_parser_set_input_string(&parser, (const unsigned char *)front, length);
    while (!over && yaml_parser_parse(&parser, &event)) {
        if (event.type == YAML_SCALAR_EVENT) {
            if (at_title && !found && event.data.scalar.length < most) {
                found = event.data.scalar.length;
                memcpy(title, event.data.scalar.value, found);
            }
            at_title =
                event.data.scalar.length == 5 && !memcmp(event.data.scalar.value, "title", 5);
        }
        over = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return found;
}

static char *put(char *at, const char *text, size_t length) {
    memcpy(at, text, length);
    return at + length;
}

/* `to` is -1 where nothing is written. */
static void article(int from, int to, const char *name) {
    char title[1024], path[512];
    int file = openat(from, name, O_RDONLY);
    ssize_t length = file < 0 ? -1 : read(file, bytes, sizeof bytes);
    close(file);
    if (length < 0) exit(1);
    const char *body = bytes, *end = bytes + length;
    size_t title_length = 0;
    if (length > 4 && !memcmp(bytes, "---\n", 4)) {
        const char *fence = memmem(bytes + 3, (size_t)length - 3, "\n---\n", 5);
        if (fence && to < 0) body = fence + 5;
        if (fence && to >= 0) {
            title_length = front_matter(bytes + 4, (size_t)(fence + 1 - bytes) - 4, title, 1024);
            body = fence + 5;
        }
    }
    cmark_node *document = cmark_parse_document(body, (size_t)(end - body), CMARK_OPT_DEFAULT);
    if (to < 0) {
        cmark_node_free(document);
        return;
    }
    char *html = cmark_render_html(document, CMARK_OPT_DEFAULT);
    size_t html_length = strlen(html);
    if (html_length > sizeof page / 2) exit(1);
    char *at = put(page, before_title, sizeof before_title - 1);
    at = put(at, title, title_length);
    at = put(at, after_title, sizeof after_title - 1);
    at = put(at, html, html_length);
    at = put(at, after_body, sizeof after_body - 1);
    free(html);
    cmark_node_free(document);
    snprintf(path, sizeof path, "%.*s.html", (int)strlen(name) - 3, name);
    file = openat(to, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || write(file, page, (size_t)(at - page)) != at - page) exit(1);
    close(file);
}

static void folder(int from, int to) {
    DIR *list = fdopendir(from);
    for (struct dirent *entry; list && (entry = readdir(list));) {
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.') continue;
        if (length > 3 && !strcmp(entry->d_name + length - 3, ".md")) {
            article(from, to, entry->d_name);
        } else if (entry->d_type == DT_DIR) {
            if (to >= 0) mkdirat(to, entry->d_name, 0777);
            folder(openat(from, entry->d_name, O_RDONLY | O_DIRECTORY),
                   to < 0 ? -1 : openat(to, entry->d_name, O_RDONLY | O_DIRECTORY));
        }
    }
    closedir(list);
    if (to >= 0) close(to);
}

int main(int count, char **arguments) {
    if (count < 2 || count > 3) return fputs("usage: floor CONTENT [OUTPUT]\n", stderr), 2;
    bool writes = count == 3;
    if (writes) mkdir(arguments[2], 0777);
    int from = open(arguments[1], O_RDONLY | O_DIRECTORY);
    int to = writes ? open(arguments[2], O_RDONLY | O_DIRECTORY) : -1;
    if (from < 0 || (writes && to < 0)) return perror("floor"), 3;
    folder(from, to);
    return 0;
}
