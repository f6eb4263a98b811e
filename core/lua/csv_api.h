/* csv_api.h: galley.csv: parse and write tables as comma-separated values (RFC 4180). */
#ifndef GALLEY_CSV_API_H
#define GALLEY_CSV_API_H

#include <lua.h>

void csv_api_open(lua_State *L);

#endif
