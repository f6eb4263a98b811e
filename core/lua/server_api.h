/* server_api.h: galley.server, for `galley serve` alone; plugins never see it.
 *
 *     server.available()        whether there is one in this build
 *     server.open{ address, port, last_port, polling, temporary, script }
 *                               a server; or nil, message, "taken" or "system"
 *     server:about()            { address =, port =, beyond =, folder =, others = }, see listener.h
 *     server:watch{ { path =, folder = true, ignored = { patterns } }, ... }
 *     server:wait()             "stopped", "changed" or "built"
 *     server:changes()          the paths, after "changed"
 *     server:pending()          whether something has changed since
 *     server:build(function [, quietly])
 *                               runs it in a new process; what it returns, a string, is the answer;
 *                               quietly: what it says on standard error is kept
 *     server:answer()           the string, after "built"; nil and why there is none
 *     server:said()             after "built": what was kept
 *     server:serve(folder, base, mark), server:missing(page), server:instead(page)
 *     server:tell(line)         see http.h
 *     server:complaint()        see watch.h: a line or nil
 *     server:close([gently])    also by <close>
 */
#ifndef GALLEY_SERVER_API_H
#define GALLEY_SERVER_API_H

#include <lua.h>

void server_api_open(lua_State *L);

#endif
