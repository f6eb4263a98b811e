/* splice_scalar.h: one YAML scalar's text changed within the scalar as it is written.
 *
 * The scalar keeps its style, its line breaks, its indentation and its escapes; only the part of
 * the text that differs is written anew. Where that cannot be told, nothing is proposed. What is
 * proposed may still read back as something else: the caller parses it.
 * Source: YAML 1.2.2, chapters 6.5, 7.3 and 8.1.
 */
#ifndef GALLEY_SPLICE_SCALAR_H
#define GALLEY_SPLICE_SCALAR_H

#include "document/value.h"

/* `raw` is the scalar as written (its place), `from` its text, `to` the text wanted. *at and
 * *length are bytes of `raw`, to be replaced by what is put into `out`. False: nothing proposed. */
bool splice_scalar(struct text raw, enum value_style style, bool flow, struct text from,
                   struct text to, uint32_t *at, uint32_t *length, struct buffer *out);

#endif
