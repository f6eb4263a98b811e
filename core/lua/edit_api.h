/* edit_api.h: edits of source files, for shipped Lua only.
 *
 * In a worker, functions of the engine's table: edit_open(number) makes the live article of a file
 * as it is on disk; edit_result() says what the script's changes come to: "unchanged" | "refused" |
 * "changed", the new text, a hash of the text that was read edit_reopen(text) makes the live
 * article of a text instead, to run the script on its own result.
 *
 * In the parent, galley.batch: open(site, label), whose result has replace, create, remove, move,
 * commit, close; read(path): a file's bytes and stamp; recover(site), undos(site), undo(site [,
 * number]), undo_texts; and diff(old, new, old_path, new_path, color), stat{...}. Those that fail
 * return nil, a list of messages (see engine:diagnostics) and "refused" or "failed".
 */
#ifndef GALLEY_EDIT_API_H
#define GALLEY_EDIT_API_H

#include "lua/engine_api.h"

/* Adds the worker's functions to the table on top; the job is their upvalue. */
void edit_api_add_worker(lua_State *L, struct engine_job *job);
/* Pushes galley.batch. */
void edit_api_open_batch(lua_State *L);

#endif
