#include "serve/published.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* By the file name's ending. Types are those of IANA's registry, where it has one. */
static const struct {
    const char *ending, *type;
} types[] = {
    {"html", "text/html; charset=utf-8"},
    {"htm", "text/html; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"jsonld", "application/ld+json"},
    {"geojson", "application/geo+json"},
    {"ndjson", "application/x-ndjson"},
    {"webmanifest", "application/manifest+json"},
    {"xml", "application/xml; charset=utf-8"},
    {"xsl", "application/xslt+xml; charset=utf-8"},
    {"rss", "application/rss+xml; charset=utf-8"},
    {"atom", "application/atom+xml; charset=utf-8"},
    {"opml", "text/x-opml; charset=utf-8"},
    {"xhtml", "application/xhtml+xml; charset=utf-8"},
    {"txt", "text/plain; charset=utf-8"},
    {"text", "text/plain; charset=utf-8"},
    {"tex", "application/x-tex; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"markdown", "text/markdown; charset=utf-8"},
    {"gmi", "text/gemini; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"tsv", "text/tab-separated-values; charset=utf-8"},
    {"ics", "text/calendar; charset=utf-8"},
    {"vcf", "text/vcard; charset=utf-8"},
    {"vtt", "text/vtt; charset=utf-8"},
    {"yaml", "application/yaml; charset=utf-8"},
    {"yml", "application/yaml; charset=utf-8"},
    {"svg", "image/svg+xml; charset=utf-8"},
    {"png", "image/png"},
    {"apng", "image/apng"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"jxl", "image/jxl"},
    {"ico", "image/vnd.microsoft.icon"},
    {"bmp", "image/bmp"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"mp4", "video/mp4"},
    {"m4v", "video/mp4"},
    {"webm", "video/webm"},
    {"ogv", "video/ogg"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"m4a", "audio/mp4"},
    {"aac", "audio/aac"},
    {"ogg", "audio/ogg"},
    {"oga", "audio/ogg"},
    {"opus", "audio/ogg"},
    {"wav", "audio/wav"},
    {"flac", "audio/flac"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"ttf", "font/ttf"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"epub", "application/epub+zip"},
    {"zip", "application/zip"},
    {"gz", "application/gzip"},
    {"wasm", "application/wasm"},
    {"sqlite", "application/vnd.sqlite3"},
    {"db", "application/vnd.sqlite3"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

enum { LONGEST_ENDING = 16 };

const char *published_type(struct text path) {
    char ending[LONGEST_ENDING];
    size_t begin = path.length;
    while (begin > 0 && path.bytes[begin - 1] != '.' && path.bytes[begin - 1] != '/') begin--;
    /* CNAME, LICENSE: files that have no ending are meant to be read. */
    if (begin == 0 || path.bytes[begin - 1] == '/') return "text/plain; charset=utf-8";
    size_t length = path.length - begin;
    if (length >= sizeof ending) return "application/octet-stream";
    for (size_t i = 0; i < length; i++) {
        char c = path.bytes[begin + i];
        ending[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    ending[length] = '\0';
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].ending, ending) == 0) return types[i].type;
    return "application/octet-stream";
}

/* Opens `name` in `folder`, which is closed. */
static int step(int folder, const char *name, int flags) {
    int next = openat(folder, name, flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(folder);
    return next;
}

enum published_kind published_open(const char *root, struct text path,
                                   struct published_file *file) {
    static const char index[] = "index.html";
    int at = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) return PUBLISHED_NOTHING;
    bool of_folder = path.length == 0 || path.bytes[path.length - 1] == '/';
    for (size_t i = 0; i < path.length;) {
        char name[NAME_MAX + 1];
        size_t length = 0;
        while (i + length < path.length && path.bytes[i + length] != '/') length++;
        if (length >= sizeof name) {
            close(at);
            return PUBLISHED_MISSING;
        }
        memcpy(name, path.bytes + i, length);
        name[length] = '\0';
        i += length;
        bool last = i == path.length;
        at = step(at, name, last ? 0 : O_DIRECTORY);
        if (at < 0) return PUBLISHED_MISSING;
        if (!last) i++;
    }
    if (of_folder) at = step(at, index, 0);
    struct stat status;
    if (at < 0) return PUBLISHED_MISSING;
    if (fstat(at, &status) != 0 || !S_ISREG(status.st_mode)) {
        bool folder = !of_folder && S_ISDIR(status.st_mode);
        close(at);
        return folder ? PUBLISHED_FOLDER : PUBLISHED_MISSING;
    }
    const char *type = published_type(of_folder ? text_of(index) : path);
    *file = (struct published_file){.descriptor = at,
                                    .size = (uint64_t)status.st_size,
                                    .type = type,
                                    .is_page = strncmp(type, "text/html", 9) == 0};
    return PUBLISHED_FILE;
}
