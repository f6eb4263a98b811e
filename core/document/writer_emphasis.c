/* Which marks of emphasis open and close, and marks and neighbours chosen so that they do as the
 * tree says.
 *
 * The algorithm of CommonMark 0.30, section 6.2 and appendix A ("process emphasis"), is run over
 * the row of inlines as it would be written. When its pairs are not those of the tree, the next of
 * the attempts is made: the author's marks; the same with all marks in the text escaped; "*" and
 * "_" in turn, from either.
 */
#include "document/writer_state.h"

struct range {
    uint32_t first, last;
};

/* cmark 0.30's punctuation beyond ASCII, as found by asking it about every code point. */
static const struct range punctuation[] = {
    {0xA1, 0xA1},       {0xA7, 0xA7},       {0xAB, 0xAB},       {0xB6, 0xB7},
    {0xBB, 0xBB},       {0xBF, 0xBF},       {0x37E, 0x37E},     {0x387, 0x387},
    {0x55A, 0x55F},     {0x589, 0x58A},     {0x5BE, 0x5BE},     {0x5C0, 0x5C0},
    {0x5C3, 0x5C3},     {0x5C6, 0x5C6},     {0x5F3, 0x5F4},     {0x609, 0x60A},
    {0x60C, 0x60D},     {0x61B, 0x61B},     {0x61E, 0x61F},     {0x66A, 0x66D},
    {0x6D4, 0x6D4},     {0x700, 0x70D},     {0x7F7, 0x7F9},     {0x830, 0x83E},
    {0x85E, 0x85E},     {0x964, 0x965},     {0x970, 0x970},     {0xAF0, 0xAF0},
    {0xDF4, 0xDF4},     {0xE4F, 0xE4F},     {0xE5A, 0xE5B},     {0xF04, 0xF12},
    {0xF14, 0xF14},     {0xF3A, 0xF3D},     {0xF85, 0xF85},     {0xFD0, 0xFD4},
    {0xFD9, 0xFDA},     {0x104A, 0x104F},   {0x10FB, 0x10FB},   {0x1360, 0x1368},
    {0x1400, 0x1400},   {0x166D, 0x166E},   {0x169B, 0x169C},   {0x16EB, 0x16ED},
    {0x1735, 0x1736},   {0x17D4, 0x17D6},   {0x17D8, 0x17DA},   {0x1800, 0x180A},
    {0x1944, 0x1945},   {0x1A1E, 0x1A1F},   {0x1AA0, 0x1AA6},   {0x1AA8, 0x1AAD},
    {0x1B5A, 0x1B60},   {0x1BFC, 0x1BFF},   {0x1C3B, 0x1C3F},   {0x1C7E, 0x1C7F},
    {0x1CC0, 0x1CC7},   {0x1CD3, 0x1CD3},   {0x2010, 0x2027},   {0x2030, 0x2043},
    {0x2045, 0x2051},   {0x2053, 0x205E},   {0x207D, 0x207E},   {0x208D, 0x208E},
    {0x2308, 0x230B},   {0x2329, 0x232A},   {0x2768, 0x2775},   {0x27C5, 0x27C6},
    {0x27E6, 0x27EF},   {0x2983, 0x2998},   {0x29D8, 0x29DB},   {0x29FC, 0x29FD},
    {0x2CF9, 0x2CFC},   {0x2CFE, 0x2CFF},   {0x2D70, 0x2D70},   {0x2E00, 0x2E2E},
    {0x2E30, 0x2E42},   {0x3001, 0x3003},   {0x3008, 0x3011},   {0x3014, 0x301F},
    {0x3030, 0x3030},   {0x303D, 0x303D},   {0x30A0, 0x30A0},   {0x30FB, 0x30FB},
    {0xA4FE, 0xA4FF},   {0xA60D, 0xA60F},   {0xA673, 0xA673},   {0xA67E, 0xA67E},
    {0xA6F2, 0xA6F7},   {0xA874, 0xA877},   {0xA8CE, 0xA8CF},   {0xA8F8, 0xA8FA},
    {0xA92E, 0xA92F},   {0xA95F, 0xA95F},   {0xA9C1, 0xA9CD},   {0xA9DE, 0xA9DF},
    {0xAA5C, 0xAA5F},   {0xAADE, 0xAADF},   {0xAAF0, 0xAAF1},   {0xABEB, 0xABEB},
    {0xFD3E, 0xFD3F},   {0xFE10, 0xFE19},   {0xFE30, 0xFE52},   {0xFE54, 0xFE61},
    {0xFE63, 0xFE63},   {0xFE68, 0xFE68},   {0xFE6A, 0xFE6B},   {0xFF01, 0xFF03},
    {0xFF05, 0xFF0A},   {0xFF0C, 0xFF0F},   {0xFF1A, 0xFF1B},   {0xFF1F, 0xFF20},
    {0xFF3B, 0xFF3D},   {0xFF3F, 0xFF3F},   {0xFF5B, 0xFF5B},   {0xFF5D, 0xFF5D},
    {0xFF5F, 0xFF65},   {0x10100, 0x10102}, {0x1039F, 0x1039F}, {0x103D0, 0x103D0},
    {0x1056F, 0x1056F}, {0x10857, 0x10857}, {0x1091F, 0x1091F}, {0x1093F, 0x1093F},
    {0x10A50, 0x10A58}, {0x10A7F, 0x10A7F}, {0x10AF0, 0x10AF6}, {0x10B39, 0x10B3F},
    {0x10B99, 0x10B9C}, {0x11047, 0x1104D}, {0x110BB, 0x110BC}, {0x110BE, 0x110C1},
    {0x11140, 0x11143}, {0x11174, 0x11175}, {0x111C5, 0x111C8}, {0x111CD, 0x111CD},
    {0x11238, 0x1123D}, {0x114C6, 0x114C6}, {0x115C1, 0x115C9}, {0x11641, 0x11643},
    {0x12470, 0x12474}, {0x16A6E, 0x16A6F}, {0x16AF5, 0x16AF5}, {0x16B37, 0x16B3B},
    {0x16B44, 0x16B44}, {0x1BC9F, 0x1BC9F},
};

/* A run of the same mark. What is left of it is start..end. */
struct run {
    uint32_t at, start, end;
    uint32_t length; /* as it was */
    uint32_t previous, next;
    char byte;
    bool can_open, can_close;
};

enum { BOTTOMS = 2 * 2 * 3 };

struct emphasis {
    struct writer *writer;
    struct inlines *inlines;
    struct run *runs; /* runs[0] is unused */
    uint32_t count, capacity;
    uint32_t top;     /* the last run that is still linked */
    uint32_t *scopes; /* for each open link: the top when it opened */
    uint32_t scope_count, scope_capacity;
    uint32_t pairs;
    bool one_floor; /* cmark 0.30 gives up on "_" sooner than the specification has it */
    node_id wrong;
};

static bool is_punctuation(uint32_t code) {
    if (code < 128)
        return (code > 32 && code < 48) || (code > 57 && code < 65) || (code > 90 && code < 97) ||
               (code > 122 && code < 127);
    size_t low = 0, high = sizeof punctuation / sizeof *punctuation;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > punctuation[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof punctuation / sizeof *punctuation && code >= punctuation[low].first;
}

static bool is_space(uint32_t code) {
    return code == 9 || code == 10 || code == 12 || code == 13 || code == 32 || code == 160 ||
           code == 5760 || (code >= 8192 && code <= 8202) || code == 8239 || code == 8287 ||
           code == 12288;
}

/* The character that will stand before or behind a place, as the reader will see it. */
static uint32_t character_before(const struct inlines *inlines, uint32_t at) {
    if (at == 0) return '\n';
    const char *bytes = inlines->bytes.bytes;
    uint32_t start = at - 1;
    while (start > 0 && at - start < 4 && ((unsigned char)bytes[start] & 0xC0) == 0x80) start--;
    if (inlines->kinds.bytes[start] == INLINE_ENTITY) return ';';
    size_t used;
    return utf8_decode(bytes + start, at - start, &used);
}

static uint32_t character_behind(const struct writer *writer, const struct inlines *inlines,
                                 uint32_t at) {
    if (at >= inlines->bytes.length) return '\n';
    switch (inlines->kinds.bytes[at]) {
    case INLINE_ENTITY: return '&';
    case INLINE_ESCAPED: return '\\';
    case INLINE_HARD:
    case INLINE_HARD_DEEP: return writer_breaks_by_spaces(writer, at) ? ' ' : '\\';
    default: break;
    }
    size_t used;
    return utf8_decode(inlines->bytes.bytes + at, inlines->bytes.length - at, &used);
}

static void flanks(const struct writer *writer, const struct inlines *inlines, uint32_t start,
                   uint32_t end, bool *can_open, bool *can_close) {
    uint32_t before = character_before(inlines, start);
    uint32_t behind = character_behind(writer, inlines, end);
    bool space_before = is_space(before), space_behind = is_space(behind);
    bool mark_before = is_punctuation(before), mark_behind = is_punctuation(behind);
    bool left = !space_behind && (!mark_behind || space_before || mark_before);
    bool right = !space_before && (!mark_before || space_behind || mark_behind);
    bool word = inlines->bytes.bytes[start] == '_';
    *can_open = left && (!word || !right || mark_before);
    *can_close = right && (!word || !left || mark_behind);
}

/* The end of the run of marks at `at`, which is a '*' or '_'. */
static uint32_t run_end(const struct inlines *inlines, uint32_t at) {
    const char *bytes = inlines->bytes.bytes, *kinds = inlines->kinds.bytes;
    uint32_t end = at + 1;
    while (end < inlines->bytes.length && bytes[end] == bytes[at] &&
           (kinds[end] == INLINE_TEXT || kinds[end] == INLINE_MARK))
        end++;
    return end;
}

/* The mark that holds the byte at `at`; NULL when it is text. */
static const struct inline_mark *mark_at(const struct inlines *inlines, uint32_t at) {
    uint32_t low = 0, high = inlines->mark_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (inlines->marks[middle].at + inlines->marks[middle].length <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < inlines->mark_count && inlines->marks[low].at <= at ? &inlines->marks[low] : NULL;
}

static void unlink_run(struct emphasis *emphasis, uint32_t run) {
    struct run *runs = emphasis->runs;
    if (runs[run].next)
        runs[runs[run].next].previous = runs[run].previous;
    else
        emphasis->top = runs[run].previous;
    if (runs[run].previous) runs[runs[run].previous].next = runs[run].next;
}

/* A pair that the reader will see; false when the tree has none there. */
static bool pair(struct emphasis *emphasis, uint32_t open, uint32_t close, uint32_t length) {
    const struct inlines *inlines = emphasis->inlines;
    const struct inline_mark *mark = mark_at(inlines, open);
    const struct inline_mark *end = mark_at(inlines, close);
    emphasis->pairs++;
    if (mark && end && mark->at == open && mark->length == length && end->at == close &&
        mark->opens && &inlines->marks[mark->partner] == end)
        return true;
    emphasis->wrong = mark ? mark->node : end ? end->node : inlines_node_at(inlines, open);
    return false;
}

/* CommonMark's "process emphasis" for the runs above `bottom`, which are then gone. */
static bool process(struct emphasis *emphasis, uint32_t bottom) {
    struct run *runs = emphasis->runs;
    uint32_t bottoms[BOTTOMS];
    for (int i = 0; i < BOTTOMS; i++) bottoms[i] = bottom;
    uint32_t closer = emphasis->top;
    if (closer == bottom) return true;
    while (runs[closer].previous != bottom) closer = runs[closer].previous;
    while (closer) {
        struct run *close = &runs[closer];
        if (!close->can_close) {
            closer = close->next;
            continue;
        }
        uint32_t group = (close->can_open ? 3 : 0) + close->length % 3;
        uint32_t *floor = &bottoms[close->byte == '*'    ? group
                                   : emphasis->one_floor ? 6
                                                         : 6 + group];
        uint32_t opener = close->previous;
        /* Runs are numbered in order, so that a floor that has gone still divides them. */
        for (; opener > *floor && opener != bottom; opener = runs[opener].previous) {
            const struct run *open = &runs[opener];
            bool odd = (close->can_open || open->can_close) && open->length % 3 != 0 &&
                       (open->length + close->length) % 3 == 0;
            if (open->byte == close->byte && open->can_open && !odd) break;
        }
        if (opener <= *floor || opener == bottom) {
            uint32_t next = close->next;
            *floor = close->previous;
            if (!close->can_open) unlink_run(emphasis, closer);
            closer = next;
            continue;
        }
        struct run *open = &runs[opener];
        uint32_t length = open->end - open->start >= 2 && close->end - close->start >= 2 ? 2 : 1;
        open->end -= length;
        if (!pair(emphasis, open->end, close->start, length)) return false;
        close->start += length;
        while (close->previous != opener) unlink_run(emphasis, close->previous);
        if (open->end == open->start) unlink_run(emphasis, opener);
        if (close->end == close->start) {
            uint32_t next = close->next;
            unlink_run(emphasis, closer);
            closer = next;
        }
    }
    while (emphasis->top != bottom) unlink_run(emphasis, emphasis->top);
    return true;
}

static bool simulate(struct emphasis *emphasis, bool one_floor) {
    const struct inlines *inlines = emphasis->inlines;
    const char *bytes = inlines->bytes.bytes, *kinds = inlines->kinds.bytes;
    emphasis->one_floor = one_floor;
    emphasis->count = 1;
    emphasis->top = emphasis->scope_count = emphasis->pairs = 0;
    emphasis->wrong = NO_NODE;
    for (uint32_t at = 0; at < inlines->bytes.length; at++) {
        if (kinds[at] == INLINE_OPEN) {
            memory_reserve(&emphasis->scopes, &emphasis->scope_capacity, emphasis->scope_count + 1);
            emphasis->scopes[emphasis->scope_count++] = emphasis->top;
        } else if (kinds[at] == INLINE_CLOSE) {
            if (!process(emphasis, emphasis->scopes[--emphasis->scope_count])) return false;
        } else if ((bytes[at] == '*' || bytes[at] == '_') &&
                   (kinds[at] == INLINE_TEXT || kinds[at] == INLINE_MARK)) {
            uint32_t end = run_end(inlines, at);
            memory_reserve(&emphasis->runs, &emphasis->capacity, emphasis->count + 1);
            struct run run = {.at = at,
                              .start = at,
                              .end = end,
                              .length = end - at,
                              .byte = bytes[at],
                              .previous = emphasis->top};
            flanks(emphasis->writer, inlines, at, end, &run.can_open, &run.can_close);
            if (run.can_open || run.can_close) {
                if (emphasis->top) emphasis->runs[emphasis->top].next = emphasis->count;
                emphasis->top = emphasis->count;
                emphasis->runs[emphasis->count++] = run;
            }
            at = end - 1;
        }
    }
    if (!process(emphasis, 0)) return false;
    if (emphasis->pairs * 2 == inlines->mark_count) return true;
    /* Some pair is missing; name the first that cannot be seen. */
    emphasis->wrong = inlines->marks[0].node;
    return false;
}

static bool is_text(const struct inlines *inlines, uint32_t at) {
    return at < inlines->bytes.length && inlines->kinds.bytes[at] == INLINE_TEXT;
}

/* Whether a letter or digit touches the mark from outside. */
static bool touches_word(const struct writer *writer, const struct inlines *inlines,
                         const struct inline_mark *mark) {
    uint32_t code = mark->opens ? character_before(inlines, mark->at)
                                : character_behind(writer, inlines, mark->at + mark->length);
    return !is_space(code) && !is_punctuation(code);
}

static void set_mark(struct inlines *inlines, struct inline_mark *mark, char byte) {
    mark->byte = byte;
    memset(inlines->bytes.bytes + mark->at, byte, mark->length);
}

static void set_pair(struct inlines *inlines, struct inline_mark *mark, char byte) {
    set_mark(inlines, mark, byte);
    set_mark(inlines, &inlines->marks[mark->partner], byte);
}

static void choose_marks(struct emphasis *emphasis, int attempt) {
    struct inlines *inlines = emphasis->inlines;
    const struct writer *writer = emphasis->writer;
    uint32_t previous = UINT32_MAX; /* the closing mark that ends where this one begins */
    for (uint32_t i = 0; i < inlines->mark_count; i++) {
        struct inline_mark *mark = &inlines->marks[i];
        if (!mark->opens) {
            previous = i;
            continue;
        }
        const struct node *node = document_node(writer->document, mark->node);
        struct inline_mark *partner = &inlines->marks[mark->partner];
        char habit = mark->length == 2 ? writer->habits.strong : writer->habits.emph;
        char byte = node->mark == '*' || node->mark == '_' ? (char)node->mark : habit;
        if (attempt >= 2) {
            byte = attempt == 2 ? '*' : '_';
            if (mark->parent) byte = inlines->marks[mark->parent - 1].byte == '*' ? '_' : '*';
            if (previous != UINT32_MAX &&
                inlines->marks[previous].at + inlines->marks[previous].length == mark->at)
                byte = inlines->marks[previous].byte == '*' ? '_' : '*';
        } else if (byte == '_' && (touches_word(writer, inlines, mark) ||
                                   touches_word(writer, inlines, partner))) {
            byte = '*';
        }
        set_pair(inlines, mark, byte);
    }
}

/* Makes the character before or behind a place an entity when it is text. */
static bool encode(struct inlines *inlines, uint32_t at, bool before) {
    if (before) {
        if (at == 0) return false;
        at--;
        while (at > 0 && ((unsigned char)inlines->bytes.bytes[at] & 0xC0) == 0x80) at--;
    }
    if (!is_text(inlines, at)) return false;
    inlines->kinds.bytes[at] = INLINE_ENTITY;
    return true;
}

/* Sees to it that each mark can do what it is for, as far as its neighbours allow. */
static void fit_neighbours(struct emphasis *emphasis) {
    struct inlines *inlines = emphasis->inlines;
    for (uint32_t i = 0; i < inlines->mark_count; i++) {
        const struct inline_mark *mark = &inlines->marks[i];
        uint32_t start = mark->at, end = mark->at + mark->length;
        while (start > 0 && inlines->bytes.bytes[start - 1] == mark->byte &&
               inlines->kinds.bytes[start - 1] == INLINE_MARK)
            start--;
        end = run_end(inlines, start);
        for (int round = 0; round < 2; round++) {
            bool can_open, can_close;
            flanks(emphasis->writer, inlines, start, end, &can_open, &can_close);
            if (mark->opens ? can_open : can_close) break;
            uint32_t inner = mark->opens ? character_behind(emphasis->writer, inlines, end)
                                         : character_before(inlines, start);
            if (is_space(inner))
                encode(inlines, mark->opens ? end : start, !mark->opens);
            else
                encode(inlines, mark->opens ? start : end, mark->opens);
        }
        /* The rest of a run that the same neighbours decide about. */
        while (i + 1 < inlines->mark_count && inlines->marks[i + 1].at < end &&
               inlines->marks[i + 1].opens == mark->opens)
            i++;
    }
}

/* Text that would lengthen a mark's run. */
static void escape_beside_marks(struct inlines *inlines) {
    for (uint32_t i = 0; i < inlines->mark_count; i++) {
        const struct inline_mark *mark = &inlines->marks[i];
        uint32_t end = mark->at + mark->length;
        if (mark->at > 0 && is_text(inlines, mark->at - 1) &&
            inlines->bytes.bytes[mark->at - 1] == mark->byte)
            inlines->kinds.bytes[mark->at - 1] = INLINE_ESCAPED;
        if (is_text(inlines, end) && inlines->bytes.bytes[end] == mark->byte)
            inlines->kinds.bytes[end] = INLINE_ESCAPED;
    }
}

static void escape_texts(struct emphasis *emphasis) {
    struct inlines *inlines = emphasis->inlines;
    for (uint32_t at = 0; at < inlines->bytes.length; at++) {
        char byte = inlines->bytes.bytes[at];
        if ((byte != '*' && byte != '_') || !is_text(inlines, at)) continue;
        uint32_t end = run_end(inlines, at);
        bool can_open, can_close;
        flanks(emphasis->writer, inlines, at, end, &can_open, &can_close);
        if (can_open || can_close) memset(inlines->kinds.bytes + at, INLINE_ESCAPED, end - at);
        at = end - 1;
    }
}

bool writer_emphasis(struct writer *writer) {
    struct inlines *inlines = &writer->inlines;
    struct emphasis emphasis = {.writer = writer, .inlines = inlines};
    const char *bytes = inlines->bytes.bytes;
    bool fits = !inlines->mark_count &&
                (!inlines->bytes.length || (!memchr(bytes, '*', inlines->bytes.length) &&
                                            !memchr(bytes, '_', inlines->bytes.length)));
    if (fits) return true;
    inlines->saved.length = 0;
    buffer_append_text(&inlines->saved, buffer_text(&inlines->kinds));
    for (int attempt = 0; attempt < 4 && !fits; attempt++) {
        memcpy(inlines->kinds.bytes, inlines->saved.bytes, inlines->saved.length);
        choose_marks(&emphasis, attempt);
        escape_beside_marks(inlines);
        fit_neighbours(&emphasis);
        if (attempt >= 1) escape_texts(&emphasis);
        fits = simulate(&emphasis, true) && simulate(&emphasis, false);
    }
    memory_free(emphasis.runs);
    memory_free(emphasis.scopes);
    if (!fits)
        return writer_fail(writer, emphasis.wrong,
                           "emphasis that Markdown cannot express here; put a space or a word "
                           "between it and its neighbours");
    return true;
}
