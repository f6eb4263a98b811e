/* articles FOLDER COUNT [AUTHORS TOPICS]: a site of generated articles, the same bytes every time.
 *
 * The shape is that of real newsrooms: 4.4 KB an article with its front matter, 68 nodes in its
 * tree (32 texts, 6 or 7 links, 2 headings, quotations, a list, now and then code), one or two of
 * 670 authors, one to three of 50 topics, unevenly spread, a folder for every month. Words come
 * from a fixed vocabulary with the usual few that are everywhere.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { VOCABULARY = 2400, FOLDERS = 120, WORD = 24 };

static uint64_t state;

static uint32_t next(uint32_t below) { /* xorshift64* */
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 2685821657736338717u) >> 33) % below;
}

static const char *const common[] = {
    "the",  "of",  "and",  "to",     "a",      "in",       "for",      "that", "is",   "on",
    "with", "was", "as",   "by",     "at",     "from",     "said",     "be",   "has",  "have",
    "it",   "are", "will", "this",   "which",  "their",    "more",     "an",   "who",  "not",
    "its",  "one", "new",  "health", "people", "research", "patients", "care", "team", "work"};
enum { COMMON = sizeof common / sizeof common[0] };
static char vocabulary[VOCABULARY][WORD];

static void make_vocabulary(void) {
    static const char *const starts[] = {"br", "c",  "cl", "d", "f",  "g", "h",  "l", "m", "n",
                                         "p",  "pr", "r",  "s", "st", "t", "tr", "v", "w", "ch"};
    static const char *const vowels[] = {"a", "e", "i", "o", "u", "ea", "ou", "ai"};
    static const char *const ends[] = {"ng", "n", "r", "st", "l", "nd", "m", "ck", "t", "ss"};
    static const char *const tails[] = {"", "", "ing", "ed", "er", "ment", "ly", "tion", "al", "s"};
    for (uint32_t i = 0; i < VOCABULARY; i++) {
        if (i < COMMON) {
            snprintf(vocabulary[i], WORD, "%s", common[i]);
            continue;
        }
        snprintf(vocabulary[i], WORD, "%s%s%s%s%s%s", starts[next(20)], vowels[next(8)],
                 next(2) ? "" : starts[next(20)], next(2) ? "" : vowels[next(8)], ends[next(10)],
                 tails[next(10)]);
    }
}

/* Half of all words are among the 40 common ones, the rest lean to the front of the vocabulary. */
static const char *word(void) {
    if (next(2)) return vocabulary[next(COMMON)];
    uint32_t a = next(VOCABULARY), b = next(VOCABULARY);
    return vocabulary[a < b ? a : b];
}

static const char *rare(void) {
    return vocabulary[COMMON + next(VOCABULARY - COMMON)];
}

/* What is likelier at the front: authors and topics. */
static uint32_t uneven(uint32_t below) {
    uint32_t a = next(below), b = next(below);
    return a < b ? a : b;
}

struct out {
    char bytes[65536];
    size_t length;
};

static void put(struct out *out, const char *text) {
    size_t length = strlen(text);
    if (out->length + length >= sizeof out->bytes) abort();
    memcpy(out->bytes + out->length, text, length);
    out->length += length;
}

static void put_capital(struct out *out, const char *text) {
    size_t at = out->length;
    put(out, text);
    if (out->bytes[at] >= 'a' && out->bytes[at] <= 'z') out->bytes[at] -= 32;
}

static void words(struct out *out, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) put(out, " ");
        put(out, word());
    }
}

static void sentence(struct out *out, uint32_t count) {
    put_capital(out, word());
    for (uint32_t i = 1; i < count; i++) {
        put(out, i % 9 == 5 ? ", " : " ");
        put(out, word());
    }
    put(out, ".");
}

static void link(struct out *out) {
    char target[128];
    put(out, "[");
    words(out, 2 + next(3));
    snprintf(target, sizeof target, "](https://www.%s%s.example/%s/%s-%s)", rare(), rare(), rare(),
             rare(), rare());
    put(out, target);
}

/* Sentences with links and emphasis strewn in; lines are broken as editors break them in one of
 * four articles. */
static void paragraph(struct out *out, uint32_t sentences, uint32_t links, bool wrapped) {
    for (uint32_t i = 0; i < sentences; i++) {
        if (i) put(out, wrapped ? "\n" : " ");
        uint32_t kind = next(14);
        if (links) {
            put_capital(out, word());
            put(out, " ");
            words(out, 4 + next(6));
            put(out, " ");
            link(out);
            put(out, " ");
            words(out, 4 + next(6));
            put(out, ".");
            links--;
        } else if (kind == 0) {
            put_capital(out, word());
            put(out, " ");
            words(out, 6);
            put(out, " *");
            words(out, 2);
            put(out, "* ");
            words(out, 6);
            put(out, ".");
        } else if (kind == 1) {
            put(out, "**");
            put_capital(out, rare());
            put(out, "** ");
            words(out, 11);
            put(out, ".");
        } else if (kind == 2) {
            put(out, "\xE2\x80\x9C");
            sentence(out, 12 + next(6));
            put(out, "\xE2\x80\x9D ");
            words(out, 2);
            put(out, " said it\xE2\x80\x99s done.");
        } else {
            sentence(out, 11 + next(13));
        }
    }
    put(out, "\n\n");
}

static void article(struct out *out, uint32_t number, uint32_t authors, uint32_t topics) {
    char text[256];
    out->length = 0;
    put(out, "---\ntitle: \"");
    put_capital(out, rare());
    for (uint32_t i = 0, count = 5 + next(4); i < count; i++) {
        put(out, " ");
        put(out, i % 2 ? word() : rare());
    }
    snprintf(text, sizeof text, "\"\ndate: %04u-%02u-%02u\nauthors: [", 2014 + number % 10,
             1 + number / 10 % 12, 1 + next(28));
    put(out, text);
    for (uint32_t i = 0, count = 1 + (next(4) == 0); i < count; i++) {
        snprintf(text, sizeof text, "%sauthor-%03u", i ? ", " : "", uneven(authors));
        put(out, text);
    }
    put(out, "]\ntopics:\n");
    uint32_t topic = uneven(topics);
    for (uint32_t i = 0, count = 1 + next(3); i < count; i++) {
        snprintf(text, sizeof text, "  - Topic %02u\n", (topic + i * 7) % topics);
        put(out, text);
    }
    put(out, "summary: ");
    sentence(out, 22);
    put(out, "\n---\n\n");
    bool wrapped = next(4) == 0;
    uint32_t parts = 7 + next(7), links = 4 + next(6);
    for (uint32_t i = 0; i < parts; i++) {
        uint32_t own = links > parts - i ? 2 : links > 0;
        if (own > links) own = links;
        links -= own;
        if (i && i % 5 == 3) {
            put(out, "## ");
            put_capital(out, rare());
            put(out, " ");
            words(out, 4);
            put(out, "\n\n");
        }
        if (i == 5 && next(2)) {
            put(out, "> ");
            sentence(out, 30);
            put(out, "\n>\n> \xE2\x80\x94 ");
            words(out, 4);
            put(out, "\n\n");
        }
        if (i == 7 && next(2)) {
            for (uint32_t item = 0, items = 3 + next(3); item < items; item++) {
                put(out, "- ");
                words(out, 6 + next(8));
                put(out, "\n");
            }
            put(out, "\n");
        }
        if (i == 8 && next(8) == 0) {
            put(out, "```\n");
            words(out, 20);
            put(out, "\n```\n\n");
        }
        paragraph(out, 2 + next(3), own, wrapped);
    }
    out->length--;
}

static bool save(const char *path, const char *bytes, size_t length) {
    FILE *file = fopen(path, "w");
    if (!file) return perror(path), false;
    bool whole = fwrite(bytes, 1, length, file) == length;
    return fclose(file) == 0 && whole;
}

int main(int count, char **arguments) {
    if (count < 3) return fputs("usage: articles FOLDER COUNT [AUTHORS TOPICS]\n", stderr), 2;
    const char *folder = arguments[1];
    uint32_t articles = (uint32_t)atoi(arguments[2]);
    uint32_t authors = count > 3 ? (uint32_t)atoi(arguments[3]) : 670;
    uint32_t topics = count > 4 ? (uint32_t)atoi(arguments[4]) : 50;
    static struct out out;
    char path[4096];
    uint64_t total = 0;
    mkdir(folder, 0777);
    snprintf(path, sizeof path, "%s/galley.yaml", folder);
    const char *settings = "title: The Bench\nurl: https://bench.example\nlanguage: en\n"
                           "layout: newsroom\npermalinks:\n  article: /:folder/:slug.html\n";
    if (!save(path, settings, strlen(settings))) return 1;
    snprintf(path, sizeof path, "%s/content", folder);
    mkdir(path, 0777);
    for (uint32_t i = 0; i < FOLDERS && i < articles; i++) {
        snprintf(path, sizeof path, "%s/content/%04u-%02u", folder, 2014 + i % 10, 1 + i / 10 % 12);
        mkdir(path, 0777);
    }
    state = 88172645463325252u;
    make_vocabulary();
    for (uint32_t i = 0; i < articles; i++) {
        state = 88172645463325252u + (uint64_t)(i + 1) * 2654435761u; /* article i, however many */
        for (int warm = 0; warm < 8; warm++) next(2);
        article(&out, i, authors, topics);
        snprintf(path, sizeof path, "%s/content/%04u-%02u/%s-%s-%05u.md", folder, 2014 + i % 10,
                 1 + i / 10 % 12, rare(), rare(), i);
        if (!save(path, out.bytes, out.length)) return 1;
        total += out.length;
    }
    printf("%u articles, %.2f KB on average\n", articles, (double)total / articles / 1000);
    return 0;
}
