/* output.h: outputs are staged beside the output folder and published at the end, all or none.
 *
 *     parent   output_open            makes the stage: a folder ".NAME.galley-stage" beside NAME
 *     worker   output_write           compares with what is published; writes to the stage
 *              output_entry_pack      tells the parent what was written (a record, worker.h)
 *     parent   output_add(_packed)    for every entry
 *              output_check           clashes, twins, files of others: errors naming both sources
 *              output_publish         or output_abandon
 *              output_close
 *
 * Only what output_add was told of is published: what a worker left when it died is not. Into a
 * folder that does not exist, or is empty, the stage is renamed: one step. Else
 * files are renamed one by one, then outputs of the build before that are no longer made are
 * removed, and folders that this leaves empty. Which files are Galley's own says ".galley-outputs"
 * in the output folder, one path a line; it lists old and new together while files are being
 * renamed, so that a crash never leaves a file that nobody owns. Files not listed are never
 * touched. A crash leaves the old output, or a mixture of old and new whole files, and a stage that
 * the next output_open clears. The stage is locked (flock) while its process lives.
 *
 * Paths are relative to the output folder, with "/" between components, UTF-8. Refused: an empty
 * path or component, "." and "..", a leading "/", "\", control characters, malformed UTF-8, a
 * component over 255 bytes, a path over 1,024, and Galley's own names in the first component.
 * Twins: two paths that differ only by case or by Unicode composition, see twins.h for the rule.
 * Symbolic links inside the output folder are never written through.
 *
 * Ownership: output_open's result is freed by output_close. output_write may be called in forked
 * workers, which share nothing but the folders. Texts given to output_add are copied.
 * Errors: go to `diagnostics` as "path: error: what; what to do", with the output's path under the
 * folder's name; functions that return bool return false when they added one.
 */
#ifndef GALLEY_OUTPUT_H
#define GALLEY_OUTPUT_H

#include "base/diagnostic.h"
#include "base/memory.h"

#include <stdbool.h>

struct output;

enum output_state { OUTPUT_UNCHANGED, OUTPUT_WRITTEN, OUTPUT_REFUSED };

/* `source`: the article's path; `plugin`: "plugins/layouts/x/init.lua:7". Either may be empty. */
struct output_entry {
    struct text path, source, plugin;
    enum output_state state;
};

struct output_counts {
    uint32_t written, unchanged, removed;
};

/* NULL with an error added when the folder is not Galley's (it is not empty and has no manifest)
 * and not `forced`, when another build is writing to it, or when the world fails. */
struct output *output_open(const char *folder, bool forced, struct diagnostics *diagnostics);

/* The folders a worker must be able to write to (the stage) and to read (the published output; a
 * path that may not exist), and the descriptors it must keep; for worker_options. */
const char *output_stage_path(const struct output *output);
const char *output_published_path(const struct output *output);
uint32_t output_descriptors(const struct output *output, int descriptors[2]);

/* What is wrong with a path, or NULL. The text is constant: "has a component \"..\"; ...". */
const char *output_path_problem(struct text path);

/* In any process. OUTPUT_REFUSED: *problem is "what is wrong; what to do", valid until the next
 * call. Two writers of one path both get OUTPUT_WRITTEN; output_check names them. */
enum output_state output_write(struct output *output, struct text path, struct text bytes,
                               const char **problem);

/* In any process: how many outputs could not be written so far because of the system (the disk is
 * full, ...). Then nothing is published. */
uint32_t output_failed(const struct output *output);

/* Opens a new file of the stage for writing in pieces; the caller closes it. -1: *state is
 * OUTPUT_REFUSED, with a problem, or OUTPUT_WRITTEN where another output has this path. */
int output_create(struct output *output, struct text path, enum output_state *state,
                  const char **problem);

void output_entry_pack(const struct output_entry *entry, struct buffer *out);
void output_add(struct output *output, const struct output_entry *entry);
void output_add_packed(struct output *output, struct text packed);

/* True when everything may be published. */
bool output_check(struct output *output, struct diagnostics *diagnostics);
/* Of a build with errors: what the build before made stays, since its source may only have a slip
 * of the pen now; but not what is `gone` on purpose (drafts, expired articles). */
struct output_kept {
    const struct text *gone;
    uint32_t gone_count;
};

/* After output_check. kept NULL: outputs that are no longer made are removed. False: the system's
 * fault; the error says whether the published output is as it was. */
bool output_publish(struct output *output, const struct output_kept *kept,
                    struct output_counts *counts, struct diagnostics *diagnostics);
/* Whether all files of the last build are in the folder and none was changed after `since` (in
 * nanoseconds since 1970); how many there are. */
bool output_untouched(const char *folder, int64_t since, uint32_t *count);
/* The paths whose bytes are not those that are published, one a call, before output_publish.
 * *cursor is 0 at first. False: there are no more. */
bool output_next_written(const struct output *output, uint32_t *cursor, struct text *path);
/* Removes the stage; the published output is as before. */
void output_abandon(struct output *output);
/* Abandons what was not published. NULL is allowed. */
void output_close(struct output *output);

/* Removes a folder with everything in it; symbolic links are removed, not followed. */
void output_remove_tree(const char *path);

#endif
