/* unicode.h: case, width, characters as readers see them, and normal forms.
 *
 * By utf8proc where the build has it (Makefile). Without it case and width work for what names and
 * slugs need (Latin, Greek, Cyrillic, Armenian; the blocks of wide and combining
 * characters), and normal forms cannot be had: unicode_normalise says so.
 *
 * A character as readers see it is a grapheme cluster (UAX 29): a letter with its marks, an emoji
 * with its modifiers, a flag. Width is in columns of a terminal (UAX 11): 2 for East Asian wide and
 * emoji, 0 for marks and controls. Nothing here depends on the locale. Malformed bytes are U+FFFD.
 */
#ifndef GALLEY_UNICODE_H
#define GALLEY_UNICODE_H

#include "base/memory.h"
#include "base/text.h"

enum unicode_case { UNICODE_LOWER, UNICODE_UPPER, UNICODE_TITLE };
enum unicode_form { UNICODE_NFC, UNICODE_NFD, UNICODE_NFKC, UNICODE_NFKD };

/* Appends the text in another case. Title: each word's first letter upper, others as they are. A
 * sharp s becomes SS, a sigma at a word's end its final form. */
void unicode_change_case(struct text text, enum unicode_case to, struct buffer *out);
/* False, and nothing appended, in a build without utf8proc (unless the text is ASCII). */
bool unicode_normalise(struct text text, enum unicode_form form, struct buffer *out);

bool unicode_is_letter(uint32_t code); /* or digit */
bool unicode_is_word(uint32_t code);   /* or mark, or what connects words: "_" */
bool unicode_is_punctuation(uint32_t code);
bool unicode_is_mark(uint32_t code);
bool unicode_is_blank(uint32_t code); /* white space, line ends, but no no-break space */

/* The lower case of one code point by the simple mappings of Latin-1, Latin Extended-A, Greek,
 * Cyrillic and Armenian, the same in every build; any other code point is returned as it is. */
uint32_t unicode_lower_common(uint32_t code);

/* The length in bytes of the character at the text's start, which must not be empty, and its width
 * through *width (or NULL). */
size_t unicode_character(struct text text, unsigned *width);
struct characters unicode_count(struct text text);
size_t unicode_width(struct text text);

#endif
