#include "run/descriptors.h"

#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

static void close_range_of(unsigned first, unsigned last) {
    if (first > last) return;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > 65536) most = 65536;
    for (unsigned fd = first; fd <= last && fd < (unsigned)most; fd++) close((int)fd);
}

void descriptors_close_others(const int *kept, uint32_t count) {
    unsigned from = 3;
    for (;;) {
        int next = INT_MAX;
        for (uint32_t i = 0; i < count; i++)
            if (kept[i] >= (int)from && kept[i] < next) next = kept[i];
        if (next == INT_MAX) break;
        close_range_of(from, (unsigned)next - 1);
        from = (unsigned)next + 1;
    }
    close_range_of(from, UINT_MAX);
}
