/* engine.h: the way of an article, from file to frozen block, as the processes of a run share it.
 *
 * The parent fills an engine in (content folder, conventions, limits, dialect), lists the files,
 * opens the shared arena and forks the workers, which inherit the struct as it is. What comes later
 * (heads, the index, bodies) lies in the arena behind `corpus`.
 *
 *     parent   engine_open, engine_list                 worker   engine_load      file -> head
 *              engine_index (order, terms)                       engine_parse     head -> live
 * article engine_freeze    live -> body
 *
 * Ownership: engine_close frees everything; texts in conventions live in `arena`.
 * Errors: functions add to `diagnostics` (a worker sends them to the parent as records).
 */
#ifndef GALLEY_ENGINE_H
#define GALLEY_ENGINE_H

#include "corpus/corpus.h"
#include "document/html.h"
#include "document/markdown.h"
#include "read/files.h"
#include "run/output.h"
#include "run/pieces.h"
#include "run/steps.h"
#include "run/target.h"
#include "run/worker.h"

enum { ENGINE_MOST_TARGETS = 16 };

struct engine {
    struct arena arena;
    struct shared shared;
    struct shared_writer writer;
    struct corpus corpus;
    struct conventions conventions;
    struct limits limits;
    struct html_options html;
    uint64_t dialect;
    unsigned with;       /* states beside published that are in the corpus: bits of enum status */
    struct text content; /* the content folder's path, NUL-terminated */
    int folder;          /* and its descriptor */
    struct file_list files;
    uint32_t *articles; /* files.items by article number; assets by asset number */
    uint32_t *assets;
    struct output *output;
    /* The file that an export writes; those that an import's workers write. */
    struct target *targets[ENGINE_MOST_TARGETS];
    uint32_t target_count;
    struct pieces pieces;              /* what an export says of each article, made on any worker */
    struct pieces_gathering gathering; /* articles NULL: not in this run */
    struct workers *workers;
    struct diagnostics diagnostics;
    struct steps *steps; /* in the arena; NULL: nobody asked */

    /* In a worker (or in a parent that does the work itself): the article at hand. */
    struct worker *worker;
    struct markdown *markdown;
    struct article article;
    bool resolved;        /* its links are */
    bool source_again;    /* its head in the arena is without the body, which was read again */
    uint64_t source_room; /* so many bytes of bodies may still stay in the arena, by this process */
    struct buffer bytes, rendered;
};

/* Zeroed but for limits, conventions.permalink and the like, which the caller sets. False: errors
 * were added. */
bool engine_open(struct engine *engine, struct text content);
/* Walks the content folder and makes the corpus. `ignored`: file patterns; `described`: see
 * files_list. */
bool engine_list(struct engine *engine, const struct text *ignored, uint32_t ignored_count,
                 bool described);
/* A corpus of files that are given rather than found; for one file, or a text from standard input.
 */
void engine_list_given(struct engine *engine, const struct text *paths, uint32_t count);
void engine_close(struct engine *engine);

/* Reads article `number`, resolves its facts and freezes its head. */
bool engine_load(struct engine *engine, uint32_t number);
/* The same for bytes in memory. */
bool engine_load_bytes(struct engine *engine, uint32_t number, struct text bytes);
/* Makes engine->article the live article of a loaded file, its body parsed. */
bool engine_parse(struct engine *engine, uint32_t number);
/* For edits: engine->article becomes article `number` as its file says now (or, with bytes, as
 * those say), with nothing frozen and the body not parsed. What is odd about its meta is not
 * reported. */
bool engine_read_source(struct engine *engine, uint32_t number, struct text bytes);
/* And parses its body. */
bool engine_parse_source(struct engine *engine);
/* After the filters: facts of changed meta, links between files. A second time does nothing. */
void engine_resolve(struct engine *engine);
/* Resolves, renders, and freezes the body of engine->article, file `number`. */
void engine_freeze(struct engine *engine, uint32_t number);

#endif
