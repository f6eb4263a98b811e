/* foreign_names.h: what HTML and pandoc call the types and fields of nodes, for "did you mean": who
 * writes `a[href]` or `Header` should read `link`, `url` and `heading`.
 */
#ifndef GALLEY_FOREIGN_NAMES_H
#define GALLEY_FOREIGN_NAMES_H

#include "base/text.h"

/* {NULL, 0} for a name that is no other program's. */
struct text foreign_type(struct text name);
struct text foreign_field(struct text name);

#endif
