/* closest.h: "did you mean": the nearest of some names to a misspelt one.
 *
 * Distance is the number of letters to insert, delete, change or swap with a neighbour (optimal
 * string alignment), without regard to ASCII case. A name is only offered when it is near: at most
 * a third of the longer one's length, and at least one.
 *
 *     struct closest closest = closest_to(wanted);
 *     closest_try(&closest, name);            ... for each name there is
 *     if (closest.best.length) ...
 *
 * Ties go to the name tried first. Nothing is copied.
 */
#ifndef GALLEY_CLOSEST_H
#define GALLEY_CLOSEST_H

#include "base/text.h"

struct closest {
    struct text wanted, best;
    unsigned distance;
};

struct closest closest_to(struct text wanted);
void closest_try(struct closest *closest, struct text name);

#endif
