/* descriptors.h: what a forked process does not take with it. */
#ifndef GALLEY_DESCRIPTORS_H
#define GALLEY_DESCRIPTORS_H

#include <stdint.h>

/* Closes every descriptor but 0, 1, 2 and those in `kept`, in any order; a negative one is none. */
void descriptors_close_others(const int *kept, uint32_t count);

#endif
