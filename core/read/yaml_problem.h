/* yaml_problem.h: libyaml's complaints in words that a person who writes articles understands.
 *
 * `problem` and `context` are libyaml's own (either may be NULL); `at` and `context_at` are byte
 * offsets in the source. Adds one error to `diagnostics`.
 */
#ifndef GALLEY_YAML_PROBLEM_H
#define GALLEY_YAML_PROBLEM_H

#include "base/diagnostic.h"

struct yaml_problem {
    const char *problem, *context;
    size_t at, context_at;
};

void yaml_problem_report(struct text path, struct text source, struct yaml_problem problem,
                         struct diagnostics *diagnostics);

#endif
