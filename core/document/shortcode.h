/* shortcode.h: what stands in a shortcode of another generator: {{< figure src="a.png" >}},
 * {% include card.html title="A" %}, {% note "one", 2 %}.
 *
 * Nothing is allocated: names and values lie in the text. Values are in quotes (" ' or `) or run to
 * the next blank; a comma before a blank only parts two of them. A shortcode of several lines, such
 * as {% highlight %} with its code, has the arguments of its beginning.
 */
#ifndef GALLEY_SHORTCODE_H
#define GALLEY_SHORTCODE_H

#include "base/text.h"

#include <stdbool.h>

/* The first word: "include" of {% include a.html %} and {%- include %}, "figure" of {{< figure >}}
 * and {{< /figure >}}, "site.title" of {{ site.title }}. Without bytes where there is none. */
struct text shortcode_name(struct text shortcode);
/* Whether it ends what another began: {{< /figure >}}, {% endnote %}. */
bool shortcode_is_closing(struct text shortcode);

struct shortcode_argument {
    struct text name;  /* without bytes where it has none */
    struct text value; /* between quotes, where there are some */
    char quote;        /* which; 0: none. \" in "..." and \' in '...' stand for the quote alone */
};

/* The argument behind *at, which begins with 0 and moves on; false behind the last. */
bool shortcode_next_argument(struct text shortcode, size_t *at,
                             struct shortcode_argument *argument);

#endif
