#include "base/unicode.h"

#ifdef HAVE_LIBUTF8PROC
#include <stdlib.h>
#include <utf8proc.h>
#endif

enum { ZERO_WIDTH_JOINER = 0x200D, EMOJI_STYLE = 0xFE0F };

uint32_t unicode_lower_common(uint32_t code) {
    if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
    if (code >= 0xC0 && code <= 0xDE && code != 0xD7) return code + 32;
    if (code >= 0x100 && code <= 0x177 && code != 0x130 && code != 0x131 && code != 0x138)
        return (code >= 0x139 && code <= 0x148) ? code + (code & 1) : code | 1;
    if (code == 0x178) return 0xFF;
    if (code >= 0x179 && code <= 0x17E) return code + (code & 1);
    if (code >= 0x391 && code <= 0x3A9 && code != 0x3A2) return code + 32;
    if (code >= 0x410 && code <= 0x42F) return code + 32;
    if (code >= 0x400 && code <= 0x40F) return code + 80;
    if (code >= 0x460 && code <= 0x481) return code | 1;
    if (code >= 0x531 && code <= 0x556) return code + 48;
    return code;
}

static uint32_t simple_lower(uint32_t code);
static uint32_t simple_upper(uint32_t code);
static unsigned code_width(uint32_t code);
/* Whether a character ends between two code points; *state is 0 at its start. */
static bool breaks(uint32_t before, uint32_t after, int32_t *state);

#ifdef HAVE_LIBUTF8PROC

static uint32_t simple_lower(uint32_t code) {
    return (uint32_t)utf8proc_tolower((int32_t)code);
}
static uint32_t simple_upper(uint32_t code) {
    return (uint32_t)utf8proc_toupper((int32_t)code);
}

bool unicode_is_letter(uint32_t code) {
    utf8proc_category_t category = utf8proc_category((int32_t)code);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

bool unicode_is_mark(uint32_t code) {
    utf8proc_category_t category = utf8proc_category((int32_t)code);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

bool unicode_is_word(uint32_t code) {
    switch (utf8proc_category((int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC: return true;
    default: /* letters in circles and squares */
        return (code >= 0x24B6 && code <= 0x24E9) || (code >= 0x1F130 && code <= 0x1F149) ||
               (code >= 0x1F150 && code <= 0x1F169) || (code >= 0x1F170 && code <= 0x1F189);
    }
}

bool unicode_is_punctuation(uint32_t code) {
    utf8proc_category_t category = utf8proc_category((int32_t)code);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

static unsigned code_width(uint32_t code) {
    /* A letter without a width of its own (a soft hyphen, a jamo) takes none. */
    int width = utf8proc_charwidth((int32_t)code);
    return width > 0 ? (unsigned)width : 0;
}

static bool breaks(uint32_t before, uint32_t after, int32_t *state) {
    return utf8proc_grapheme_break_stateful((int32_t)before, (int32_t)after, state);
}

bool unicode_normalise(struct text text, enum unicode_form form, struct buffer *out) {
    static const utf8proc_option_t options[] = {
        [UNICODE_NFC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
        [UNICODE_NFD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
        [UNICODE_NFKC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
        [UNICODE_NFKD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT};
    utf8proc_uint8_t *result = NULL;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text.bytes,
                                           (utf8proc_ssize_t)text.length, &result, options[form]);
    if (length == UTF8PROC_ERROR_NOMEM) memory_exhausted(text.length);
    if (length >= 0) buffer_append(out, (const char *)result, (size_t)length);
    free(result);
    return length >= 0;
}

#else

static bool is_within(uint32_t code, const uint32_t (*ranges)[2], size_t count) {
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1]) return true;
    return false;
}

static uint32_t simple_lower(uint32_t code) {
    return unicode_lower_common(code);
}

static uint32_t simple_upper(uint32_t code) {
    static const uint32_t distances[] = {32, 1, 80, 48};
    if (code == 0xFF) return 0x178;
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        if (code > distances[i] && unicode_lower_common(code - distances[i]) == code)
            return code - distances[i];
    return code;
}

bool unicode_is_mark(uint32_t code) {
    static const uint32_t marks[][2] = {{0x300, 0x36F},   {0x483, 0x489},    {0x591, 0x5BD},
                                        {0x610, 0x61A},   {0x64B, 0x65F},    {0x1AB0, 0x1AFF},
                                        {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF},  {0xFE00, 0xFE0F},
                                        {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};
    return is_within(code, marks, sizeof marks / sizeof *marks);
}

bool unicode_is_letter(uint32_t code) {
    if (code < 0x80)
        return (code >= '0' && code <= '9') || ((code | 32) >= 'a' && (code | 32) <= 'z');
    static const uint32_t others[][2] = {
        {0x80, 0xA9},     {0xAB, 0xB1},      {0xB4, 0xB4},     {0xB6, 0xB8},     {0xBB, 0xBB},
        {0xBF, 0xBF},     {0xD7, 0xD7},      {0xF7, 0xF7},     {0x2000, 0x206F}, {0x20A0, 0x20CF},
        {0x2190, 0x2BFF}, {0x3000, 0x3004},  {0x3008, 0x3020}, {0xE000, 0xF8FF}, {0xFF00, 0xFF0F},
        {0xFFF0, 0xFFFF}, {0x1F000, 0x1FAFF}};
    return !unicode_is_mark(code) && !is_within(code, others, sizeof others / sizeof *others);
}

bool unicode_is_word(uint32_t code) {
    if (code == '_' || code == 0x203F || code == 0x2040) return true;
    if (code == 0xB2 || code == 0xB3 || code == 0xB9 || (code >= 0xBC && code <= 0xBE))
        return false;
    return unicode_is_letter(code) || unicode_is_mark(code);
}

bool unicode_is_punctuation(uint32_t code) {
    static const uint32_t signs[][2] = {
        {'!', '#'},       {'%', '*'},       {',', '/'},       {':', ';'},       {'?', '@'},
        {'[', ']'},       {'_', '_'},       {'{', '{'},       {'}', '}'},       {0xA1, 0xA1},
        {0xA7, 0xA7},     {0xAB, 0xAB},     {0xB6, 0xB7},     {0xBB, 0xBB},     {0xBF, 0xBF},
        {0x2010, 0x2027}, {0x2030, 0x205E}, {0x3001, 0x3003}, {0x3008, 0x3011}, {0x3014, 0x301F},
        {0xFF01, 0xFF03}, {0xFF05, 0xFF0A}, {0xFF0C, 0xFF0F}, {0xFF1A, 0xFF1B}, {0xFF1F, 0xFF20}};
    return is_within(code, signs, sizeof signs / sizeof *signs);
}

static unsigned code_width(uint32_t code) {
    static const uint32_t wide[][2] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
                                       {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                                       {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};
    if (code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
        code == 0xAD || code == 0xFEFF || unicode_is_mark(code))
        return 0;
    return is_within(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

static bool breaks(uint32_t before, uint32_t after, int32_t *state) {
    bool flags = before >= 0x1F1E6 && before <= 0x1F1FF && after >= 0x1F1E6 && after <= 0x1F1FF;
    if (flags && *state == 0) {
        *state = 1;
        return false;
    }
    return !(unicode_is_mark(after) || after == ZERO_WIDTH_JOINER || before == ZERO_WIDTH_JOINER ||
             (after >= 0x1F3FB && after <= 0x1F3FF) || (before == '\r' && after == '\n'));
}

bool unicode_normalise(struct text text, enum unicode_form form, struct buffer *out) {
    (void)form;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] >= 0x80) return false;
    buffer_append_text(out, text);
    return true;
}

#endif

bool unicode_is_blank(uint32_t code) {
    return code == ' ' || (code >= 9 && code <= 13) || code == 0x85 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200B && code != 0x2007) || code == 0x2028 ||
           code == 0x2029 || code == 0x205F || code == 0x3000;
}

static uint32_t next_code(struct text text, size_t at) {
    size_t used;
    return at < text.length ? utf8_decode(text.bytes + at, text.length - at, &used) : 0;
}

void unicode_change_case(struct text text, enum unicode_case to, struct buffer *out) {
    bool in_word = false;
    for (size_t i = 0, used; i < text.length; i += used) {
        uint32_t code = utf8_decode(text.bytes + i, text.length - i, &used), changed = code;
        bool letter = unicode_is_letter(code), first = letter && !in_word;
        bool upper = to == UNICODE_UPPER || (to == UNICODE_TITLE && first);
        char bytes[4];
        if (upper && code == 0xDF) { /* sharp s */
            buffer_append_string(out, to == UNICODE_UPPER ? "SS" : "Ss");
            in_word = true;
            continue;
        }
        if (to == UNICODE_LOWER && code == 0x130) { /* a capital I with a dot keeps it */
            buffer_append_string(out, "i\xCC\x87");
            in_word = true;
            continue;
        }
        if (upper)
            changed = simple_upper(code);
        else if (to == UNICODE_LOWER)
            changed = code == 0x3A3 && in_word && !unicode_is_letter(next_code(text, i + used))
                          ? 0x3C2
                          : simple_lower(code);
        /* An apostrophe between letters does not begin a word. */
        in_word = letter || (in_word && (unicode_is_mark(code) || code == '\'' || code == 0x2019));
        buffer_append(out, bytes, utf8_encode(changed, bytes));
    }
}

size_t unicode_character(struct text text, unsigned *width) {
    size_t used, at;
    uint32_t code = utf8_decode(text.bytes, text.length, &at), next;
    int32_t state = 0;
    unsigned columns = code_width(code);
    bool flag = code >= 0x1F1E6 && code <= 0x1F1FF;
    while (at < text.length) {
        next = utf8_decode(text.bytes + at, text.length - at, &used);
        if (breaks(code, next, &state)) break;
        if (next == EMOJI_STYLE || flag) columns = 2;
        if (!columns) columns = code_width(next);
        code = next;
        at += used;
    }
    if (width) *width = columns;
    return at;
}

struct characters unicode_count(struct text text) {
    struct characters characters = {0};
    for (size_t i = 0; i < text.length; characters.count++)
        i += unicode_character((struct text){text.bytes + i, text.length - i}, NULL);
    return characters;
}

size_t unicode_width(struct text text) {
    size_t sum = 0;
    for (size_t i = 0; i < text.length;) {
        unsigned width;
        i += unicode_character((struct text){text.bytes + i, text.length - i}, &width);
        sum += width;
    }
    return sum;
}
