#include "base/closest.h"

enum { LONGEST = 40 };

static char fold(char byte) {
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

static unsigned distance_of(struct text a, struct text b) {
    unsigned rows[3][LONGEST + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (unsigned j = 0; j <= b.length; j++) above[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.length; j++) {
            bool same = fold(a.bytes[i - 1]) == fold(b.bytes[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && fold(a.bytes[i - 1]) == fold(b.bytes[j - 2]) &&
                fold(a.bytes[i - 2]) == fold(b.bytes[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        unsigned *free_row = before;
        before = above, above = row, row = free_row;
    }
    return above[b.length];
}

struct closest closest_to(struct text wanted) {
    return (struct closest){wanted, {NULL, 0}, LONGEST};
}

void closest_try(struct closest *closest, struct text name) {
    size_t a = closest->wanted.length, b = name.length, longer = a > b ? a : b;
    if (!a || !b || longer > LONGEST) return;
    unsigned distance = distance_of(closest->wanted, name);
    if (distance > 1 && distance > longer / 3) return;
    if (longer <= 1 || distance >= closest->distance) return;
    closest->best = name;
    closest->distance = distance;
}
