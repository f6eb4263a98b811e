/* program_api.h: programs that plugins were granted, as shipped Lua asks for them.
 *
 * start{ programs = { { programs = { "git" }, environment = { "HOME=/home/jane" },
 *                       read = { paths } }, ... }, folder = "site" }
 * says in the parent what each grant allows; a worker's engine table then has
 *
 *     run_program(grant, words, input, milliseconds)
 *         grant: a number in that list; words: the program's name and its arguments; input: a text
 *         or nil. "ended", "signalled", "late", "missing", "talks", "refused" or "lost", then the
 *         exit status (or signal, or errno's text), then what it wrote to standard output and to
 *         standard error.
 *
 * The time is never more than what the task in hand has left. See program.h for the rest.
 */
#ifndef GALLEY_PROGRAM_API_H
#define GALLEY_PROGRAM_API_H

#include "run/program.h"

#include <lua.h>

struct engine_job;

/* The grants of the table at an absolute index, kept as long as the engine; NULL: there are none.
 */
const struct program_grants *program_api_grants(lua_State *L, struct engine_job *job, int table);
/* Adds to the worker's table of functions, which is on top of the stack. */
void program_api_open_worker(lua_State *L, struct engine_job *job);

#endif
