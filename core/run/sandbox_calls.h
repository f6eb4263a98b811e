/* sandbox_calls.h: the filters of system calls that sandbox.h speaks of. Not for anybody else.
 *
 * Both return false where this machine or kernel has no filter.
 */
#ifndef GALLEY_SANDBOX_CALLS_H
#define GALLEY_SANDBOX_CALLS_H

#include "run/sandbox.h"

/* Of a worker: a list of what it needs; everything else fails. */
bool sandbox_enter_calls(void);
/* Of a program: a list of what it must not; everything else goes. `signals`: it may signal others,
 * since something else sees to it that these are its own. */
bool sandbox_enter_program_calls(bool signals);
bool sandbox_calls_offered(void);

#endif
