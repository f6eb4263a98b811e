#include "read/yaml_problem.h"

#include <stdio.h>

enum { LONGEST_KEY = 1024 }; /* libyaml looks no further for the colon */

/* What stands first in the list wins. `context` NULL: any. */
static const struct {
    const char *problem, *context, *message;
} explanations[] = {
    {"mapping values are not allowed in this context", NULL,
     "a value holds \": \" without quotes, or this line is indented too far; put the value in "
     "quotes "
     "or align the key with those above"},
    {"could not find expected ':'", NULL,
     "this line is neither \"key: value\" nor a list item, or its key is over 1,024 characters; "
     "add "
     "the colon, indent the line to continue the value above, or close the front matter with --- "
     "before it"},
    {"found unexpected end of stream", "while scanning a quoted scalar",
     "a quoted value is never closed; add the closing quotation mark"},
    {"found unexpected document indicator", NULL,
     "a quoted value is still open at this line; add the closing quotation mark before it"},
    {"found unknown escape character", NULL,
     "an unknown escape in a double-quoted value; write \\\\ for a backslash or use single quotes"},
    {"did not find expected hexdecimal number", NULL,
     "an escape such as \\x41 or \\u00e9 lacks hexadecimal digits; write \\\\ for a backslash or "
     "use "
     "single quotes"},
    {"found invalid Unicode character escape code", NULL,
     "an escape names a character that does not exist; correct its digits"},
    {"did not find expected key", "while parsing a block mapping",
     "this line does not continue the keys above: it is indented differently, or a quoted value "
     "ends too early; align it, or double the quotation marks inside the value"},
    {"did not find expected key", NULL, "a key is expected here; check indentation and quotes"},
    {"did not find expected '-' indicator", NULL,
     "this line does not continue the list above; begin it with \"- \" at the same indentation"},
    {"did not find expected ',' or ']'", NULL,
     "a list in square brackets is not closed or lacks a comma; add \"]\" or \",\", or put a value "
     "that begins with [ in quotes"},
    {"did not find expected ',' or '}'", NULL,
     "a map in braces is not closed or lacks a comma; add \"}\" or \",\", or put a value that "
     "begins "
     "with { in quotes"},
    {"did not find expected node content", NULL,
     "a value is expected here; remove the extra comma or put the value in quotes"},
    {"block sequence entries are not allowed in this context", NULL,
     "a list item cannot begin here; put it on a line of its own, or the value in quotes"},
    {"mapping keys are not allowed in this context", NULL,
     "a \"? \" cannot begin here; put the value in quotes"},
    {"did not find expected alphabetic or numeric character", NULL,
     "a value that begins with & or * is taken for an anchor or an alias; put it in quotes"},
    {"found a tab character that violates indentation", NULL,
     "a tab cannot indent YAML; use spaces"},
    {"found a tab character where an indentation space is expected", NULL,
     "a tab cannot indent YAML; use spaces"},
    {"did not find expected comment or line break", "while scanning a block scalar",
     "text behind | or > must stand on the next lines; put it there, or the value in quotes"},
    {"did not find expected <document start>", NULL,
     "this line does not belong to what stands above; indent all keys alike"},
    {"found undefined tag handle", NULL, "tags are not supported; remove it"},
    {"found duplicate %YAML directive", NULL, "directives are not supported; remove the line"},
};

static bool same(const char *wanted, const char *got) {
    return !wanted || (got && strcmp(wanted, got) == 0);
}

/* libyaml notices where these end; what is wrong stands where they began. */
static bool is_about_context(const char *problem) {
    return same("found unexpected end of stream", problem) ||
           same("found unexpected document indicator", problem) ||
           same("could not find expected ':'", problem) ||
           same("did not find expected comment or line break", problem);
}

/* The character that no token can begin with. */
static void report_character(struct text path, struct text source, size_t at,
                             struct diagnostics *diagnostics) {
    struct place place = text_place(source, at);
    if (at < source.length && source.bytes[at] == '\t') {
        diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                        "a tab cannot indent YAML; use spaces");
        return;
    }
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                    "a value cannot begin with \"%c\"; put it in quotes",
                    at < source.length ? source.bytes[at] : ' ');
}

void yaml_problem_report(struct text path, struct text source, struct yaml_problem problem,
                         struct diagnostics *diagnostics) {
    struct place place = text_place(source, problem.at);
    if (same("found character that cannot start any token", problem.problem)) {
        report_character(path, source, problem.at, diagnostics);
        return;
    }
    if (same("control characters are not allowed", problem.problem)) {
        size_t used;
        uint32_t code = problem.at < source.length ? utf8_decode(source.bytes + problem.at,
                                                                 source.length - problem.at, &used)
                                                   : 0;
        diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                        "the control character U+%04X cannot stand in YAML; remove it",
                        (unsigned)code);
        return;
    }
    if (same("mapping values are not allowed in this context", problem.problem) &&
        place.column > LONGEST_KEY) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                        "the key before this \":\" is over 1,024 characters; shorten it, or put a "
                        "value that holds \": \" in quotes");
        return;
    }
    for (size_t i = 0; i < sizeof explanations / sizeof *explanations; i++) {
        if (!same(explanations[i].problem, problem.problem) ||
            !same(explanations[i].context, problem.context))
            continue;
        struct place start = text_place(source, problem.context_at);
        if (is_about_context(problem.problem)) place = start;
        if (problem.context && problem.context_at < problem.at && start.line < place.line)
            diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                            "%s (what is open began on line %u)", explanations[i].message,
                            (unsigned)start.line);
        else
            diagnostics_add(diagnostics, SEVERITY_ERROR, path, place, "%s",
                            explanations[i].message);
        return;
    }
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                    "this is not YAML (%s%s%s); check indentation and quotes",
                    problem.context ? problem.context : "", problem.context ? ", " : "",
                    problem.problem ? problem.problem : "no reason given");
}
