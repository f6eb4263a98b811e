#include "article/words.h"

#include "article/slug.h"

/* In the order of their first letters; the longest has seven. */
static bool is_common(struct text word) {
    static const char *const common[] = {
        "about", "after",  "also",  "been",  "before", "between", "could", "from",  "have",
        "here",  "into",   "just",  "more",  "most",   "much",    "only",  "other", "over",
        "said",  "should", "some",  "such",  "than",   "that",    "their", "them",  "then",
        "there", "these",  "they",  "this",  "those",  "through", "under", "very",  "were",
        "what",  "when",   "where", "which", "while",  "will",    "with",  "would", "your"};
    if (word.length > 7) return false;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (common[i][0] > word.bytes[0]) return false;
        if (common[i][0] == word.bytes[0] && text_is(word, common[i])) return true;
    }
    return false;
}

static uint32_t insert(uint32_t hash, uint32_t *words, uint32_t count) {
    uint32_t at = count;
    while (at > 0 && words[at - 1] > hash) at--;
    if (at > 0 && words[at - 1] == hash) return count;
    memmove(words + at + 1, words + at, (count - at) * sizeof *words);
    words[at] = hash;
    return count + 1;
}

uint32_t words_add(struct text text, uint32_t *words, uint32_t count) {
    char word[64];
    size_t length = 0;
    for (size_t i = 0; i <= text.length && count < MOST_WORDS;) {
        size_t used = 1;
        char c = i < text.length ? text.bytes[i] : ' ';
        char lower = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')) { /* as below, quicker */
            if (length + 4 <= sizeof word) word[length++] = lower;
            i++;
            continue;
        }
        uint32_t code = i < text.length ? utf8_decode(text.bytes + i, text.length - i, &used) : ' ';
        i += used;
        bool letter = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
                      (code >= 'A' && code <= 'Z') || (code >= 0xC0 && code < 0x2000) ||
                      code >= 0x3040;
        if (letter && length + 4 <= sizeof word)
            length += utf8_encode(slug_lower(code), word + length);
        if (letter) continue;
        struct text whole = {word, length};
        if (length >= 4 && !is_common(whole))
            count = insert((uint32_t)text_hash(whole), words, count);
        length = 0;
    }
    return count;
}

struct word_signature words_signature(const uint32_t *words, uint32_t count) {
    struct word_signature signature = {{0}};
    for (uint32_t i = 0; i < count; i++)
        signature.bits[(words[i] & 255) / 64] |= UINT64_C(1) << words[i] % 64;
    return signature;
}
