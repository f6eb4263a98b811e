#include "article/slug.h"

/* What Latin letters from U+00C0 to U+017F are without accents; "" where there is none. */
/* clang-format off */
static const char *const latin[] = {
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",  /* C0 */
    "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",  /* D0 */
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",  /* E0 */
    "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",   /* F0 */
    "a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",   /* 100 */
    "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",   /* 110 */
    "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",   /* 120 */
    "i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l", /* 130 */
    "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",   /* 140 */
    "o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s", /* 150 */
    "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",   /* 160 */
    "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",   /* 170 */
};

/* Those of U+0180 to U+024F and of U+1E00 to U+1EFF, one letter each; a dot where the letter stays. */
static const char latin_extended[] =
    "bbbb...ccdddd....ffg...ikkl..nno" /* 180 */
    "oo..pp.....ttttuu.vyyzz........." /* 1A0 */
    ".............aaiioouuuuuuuuuu.aa" /* 1C0 */
    "aa..ggggkkoooo..j...gg..nnaa..oo" /* 1E0 */
    "aaaaeeeeiiiioooorrrruuuusstt..hh" /* 200 */
    "nd..zzaaeeooooooooyylntj..acclts" /* 220 */
    "z..bu.eejj..rryy" /* 240 */;
static const char latin_additional[] =
    "aabbbbbbccddddddddddeeeeeeeeeeff" /* 1E00 */
    "gghhhhhhhhhhiiiikkkkkkllllllllmm" /* 1E20 */
    "mmmmnnnnnnnnoooooooopppprrrrrrrr" /* 1E40 */
    "ssssssssssttttttttuuuuuuuuuuvvvv" /* 1E60 */
    "wwwwwwwwwwxxxxyyzzzzzzhtwya....." /* 1E80 */
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee" /* 1EA0 */
    "eeeeeeeeiiiioooooooooooooooooooo" /* 1EC0 */
    "oooouuuuuuuuuuuuuuyyyyyyyy......" /* 1EE0 */;
/* clang-format on */

/* What a Latin letter is without accents; "" for what is no letter; {NULL, 0} for those that stay.
 */
static struct text plain_latin(uint32_t code) {
    static const char *const ligatures[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    const char *letter = NULL;
    if (code >= 0xC0 && code <= 0x17F) return text_of(latin[code - 0xC0]);
    if (code >= 0x180 && code <= 0x24F) letter = &latin_extended[code - 0x180];
    if (code >= 0x1E00 && code <= 0x1EFF) letter = &latin_additional[code - 0x1E00];
    if (letter && *letter != '.') return (struct text){letter, 1};
    if (code == 0x1E9E) return TEXT("ss");
    if (code >= 0xFB00 && code <= 0xFB06) return text_of(ligatures[code - 0xFB00]);
    return (struct text){NULL, 0};
}

/* Spaces, punctuation, symbols and invisible characters of the blocks that texts really use. */
static bool separates(uint32_t code) {
    return code < 0xAA || (code > 0xAA && code < 0xB5) || (code > 0xB5 && code < 0xBA) ||
           (code > 0xBA && code < 0xC0) || code == 0xD7 || code == 0xF7 ||
           (code >= 0x2000 && code <= 0x2BFF) || (code >= 0x3000 && code <= 0x3004) ||
           (code >= 0x3008 && code <= 0x3020) || (code >= 0xE000 && code <= 0xF8FF) ||
           (code >= 0xFE00 && code <= 0xFE6F) || code == 0xFEFF ||
           (code >= 0xFF00 && code <= 0xFF0F) || (code >= 0xFFF0 && code <= 0xFFFF) ||
           (code >= 0x1F000 && code <= 0x1FAFF) || code >= 0xE0000;
}

static bool is_plain(uint32_t code) {
    return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
           (code >= 'A' && code <= 'Z');
}

void slug_write(struct text text, size_t most, struct buffer *out) {
    size_t start = out->length;
    bool gap = false;
    for (size_t i = 0, used; i < text.length; i += used) {
        uint32_t code = utf8_decode(text.bytes + i, text.length - i, &used);
        char bytes[4];
        struct text letter = {bytes, 0};
        if (code == '\'' || code == 0x2019) continue; /* "don't" is one word */
        /* An accent of its own, as names of files from a Mac have it: "e" is all that is kept. */
        if (code >= 0x300 && code <= 0x36F && !gap && out->length > start &&
            is_plain((unsigned char)out->bytes[out->length - 1]))
            continue;
        if (is_plain(code)) {
            bytes[0] = (char)slug_lower(code);
            letter.length = 1;
        } else if (plain_latin(code).bytes) {
            letter = plain_latin(code);
        } else if (!separates(code)) {
            letter.length = utf8_encode(slug_lower(code), bytes);
        }
        if (!letter.length) {
            gap = out->length > start;
            continue;
        }
        if (out->length - start + gap + letter.length > most) {
            size_t cut = out->length;
            while (cut > start + most / 2 && out->bytes[cut - 1] != '-') cut--;
            if (!gap && cut > start + most / 2) out->length = cut - 1;
            return;
        }
        if (gap) buffer_append_byte(out, '-');
        gap = false;
        buffer_append_text(out, letter);
    }
}
