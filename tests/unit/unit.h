/* unit.h: what a C test program needs: CHECK, and main's last line.
 *
 * A test program prints one line a check group: "ok - name", "not ok - name: why" or "skip - name:
 * why", and exits 1 when one is not ok. tests/run adds the lines up.
 *
 *     static void empty_file(void) { CHECK(size == 0); }
 *     int main(void) { RUN(empty_file); return unit_end(); }
 */
#ifndef GALLEY_UNIT_H
#define GALLEY_UNIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unit_failed, unit_failures;

#define CHECK(condition)                                                                           \
    ((condition) ? (void)0                                                                         \
                 : (unit_failed++, (void)(unit_failed == 1 && printf("# %s:%d: %s\n", __FILE__,    \
                                                                     __LINE__, #condition))))
#define CHECK_TEXT(got, wanted)                                                                    \
    unit_check_text(__FILE__, __LINE__, (got).bytes, (got).length, (wanted), strlen(wanted))

static inline void unit_check_text(const char *file, int line, const char *got, size_t got_length,
                                   const char *wanted, size_t length) {
    if (got_length == length && (length == 0 || memcmp(got, wanted, length) == 0)) return;
    unit_failed++;
    printf("# %s:%d:\n#   got    \"%.*s\"\n#   wanted \"%s\"\n", file, line, (int)got_length,
           got ? got : "", wanted);
}

#define RUN(test) (unit_failed = 0, test(), unit_report(#test))
static inline void unit_report(const char *name) {
    printf(unit_failed ? "not ok - %s: %d checks failed\n" : "ok - %s\n", name, unit_failed);
    unit_failures += unit_failed != 0;
}
static inline void unit_skip(const char *name, const char *why) {
    printf("skip - %s: %s\n", name, why);
}
static inline int unit_end(void) {
    return unit_failures ? 1 : 0;
}

#endif
