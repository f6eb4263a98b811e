/* export_api.h: what exports write, in the parent and in a worker.
 *
 * A worker's engine table gets
 *     out(path, plugin)   an output of the stage; with a number, or nothing for 1, that target of
 *                         the command
 *     extend()            time for one more article, for what goes through many without writing
 * and what `out` gives has write(text or number...), which returns itself, and close(), which
 * returns true or nil and a message. A failed write raises an error; `gone` says that it failed
 * because the reader of a pipe left. The table of methods is engine.methods("out"). Whoever writes
 * is given time for each article of the corpus, not for all together. Also
 *     piece(number, texts...)    what an export says of one article (run/pieces.h); nothing, or why
 *                                it cannot be written
 *     put(out, article, skip)    writes that without its first bytes; whether there is one
 *
 * The parent's engine gets target(path or nil), once for each: true, or false with the reasons in
 * diagnostics; and target_commit(), which commits all of them.
 */
#ifndef GALLEY_EXPORT_API_H
#define GALLEY_EXPORT_API_H

#include <lua.h>

struct engine_job;

/* Adds to the table on top of the stack. */
void export_api_open_worker(lua_State *L, struct engine_job *job);
void export_api_open_engine(lua_State *L);

#endif
