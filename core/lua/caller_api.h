/* caller_api.h: which line of a plugin is at work, for messages, as shipped Lua asks for it.
 *
 * A worker's engine table has
 *
 *     raised_at(home, coroutine)
 *         "file:line" of the nearest running code that is not shipped, in scripts/ or plugins/ of
 *         `home`; of a coroutine, of where it stands or ended by an error. Where a tail call took
 *         the place of all such code, where the function begins that was called. Nil without.
 *
 *     written_at(f)
 *         "file:line" of where a function begins.
 *
 *     keeps_caller(f)
 *         a function that does what f does, and in which `return ctx.render(...)` of a plugin still
 *         has a line: Lua's tail call of a function in C leaves the caller where it is, so that one
 *         in C is itself the answer. Nothing may
 *         yield out of it.
 */
#ifndef GALLEY_CALLER_API_H
#define GALLEY_CALLER_API_H

#include <lua.h>

/* Adds to the worker's table of functions, which is on top of the stack. */
void caller_api_open_worker(lua_State *L);

#endif
