/* worker_api.h: what scripts/galley/worker.lua has of the engine.
 *
 * worker_task.c calls the script's phases, one task at a time; the functions of the table that it
 * gets are in worker_api.c: articles live and frozen, outputs, messages, what the parent said.
 */
#ifndef GALLEY_WORKER_API_H
#define GALLEY_WORKER_API_H

#include "lua/engine_api.h"

/* As Lua calls it, with the struct engine_job as a light userdata: gives the table. */
int worker_api_open(lua_State *L);
/* Hands the engine's diagnostics to the parent. */
void worker_api_report(struct engine *engine);
/* Whether an article's front matter has filters of its own. */
bool worker_api_names_filters(const struct article *article);

#endif
