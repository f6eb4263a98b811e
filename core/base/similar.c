#include "base/similar.h"

#include "base/memory.h"

/* The code points of a text, or fewer than there are when these are more than SIMILAR_MOST. */
static size_t decode(struct text text, uint32_t *codes) {
    size_t count = 0;
    for (size_t i = 0, used; i < text.length && count <= SIMILAR_MOST; i += used) {
        uint32_t code = utf8_decode(text.bytes + i, text.length - i, &used);
        if (count < SIMILAR_MOST) codes[count] = code;
        count++;
    }
    return count;
}

int32_t similar_distance(struct text a, struct text b) {
    uint32_t a_codes[SIMILAR_MOST], b_codes[SIMILAR_MOST];
    int32_t row[SIMILAR_MOST + 1];
    size_t a_count = decode(a, a_codes), b_count = decode(b, b_codes);
    if (a_count > SIMILAR_MOST || b_count > SIMILAR_MOST) return -1;
    for (size_t j = 0; j <= b_count; j++) row[j] = (int32_t)j;
    for (size_t i = 0; i < a_count; i++) {
        int32_t diagonal = row[0];
        row[0] = (int32_t)i + 1;
        for (size_t j = 0; j < b_count; j++) {
            int32_t change = diagonal + (a_codes[i] != b_codes[j]);
            int32_t insert = row[j] + 1, remove = row[j + 1] + 1;
            diagonal = row[j + 1];
            int32_t least = insert < remove ? insert : remove;
            row[j + 1] = change < least ? change : least;
        }
    }
    return row[b_count];
}

double similar_likeness(struct text a, struct text b) {
    uint32_t a_codes[SIMILAR_MOST], b_codes[SIMILAR_MOST];
    bool a_used[SIMILAR_MOST] = {false}, b_used[SIMILAR_MOST] = {false};
    size_t a_count = decode(a, a_codes), b_count = decode(b, b_codes);
    if (a_count > SIMILAR_MOST || b_count > SIMILAR_MOST) return -1;
    if (!a_count || !b_count) return a_count == b_count;
    size_t longer = a_count > b_count ? a_count : b_count, near = longer / 2;
    if (near) near--;
    size_t shared = 0, moved = 0, prefix = 0;
    for (size_t i = 0; i < a_count; i++) {
        size_t end = i + near + 1 < b_count ? i + near + 1 : b_count;
        for (size_t j = i > near ? i - near : 0; j < end; j++) {
            if (b_used[j] || a_codes[i] != b_codes[j]) continue;
            a_used[i] = b_used[j] = true;
            shared++;
            break;
        }
    }
    if (!shared) return 0;
    for (size_t i = 0, j = 0; i < a_count; i++) {
        if (!a_used[i]) continue;
        while (!b_used[j]) j++;
        moved += a_codes[i] != b_codes[j++];
    }
    double m = (double)shared;
    double jaro = (m / (double)a_count + m / (double)b_count + (m - (double)moved / 2) / m) / 3;
    while (prefix < 4 && prefix < a_count && prefix < b_count && a_codes[prefix] == b_codes[prefix])
        prefix++;
    return jaro + (double)prefix * 0.1 * (1 - jaro);
}
