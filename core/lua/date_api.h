/* date_api.h: dates as Lua sees them.
 *
 * A date prints as ISO 8601 with what is known of it; has year, month, day, hour, minute, second,
 * zone (minutes east of UTC, or nil), weekday (1 Monday), instant (seconds since 1970 UTC), iso;
 * compares with == < <=; date:format("%d %B %Y") writes it in English, whatever the locale.
 */
#ifndef GALLEY_DATE_API_H
#define GALLEY_DATE_API_H

#include "article/date.h"

#include <lua.h>

/* Pushes the table of functions: parse, of_instant. */
void date_api_open(lua_State *L);
/* nil for a date without a year. */
void date_api_push(lua_State *L, const struct date *date);

#endif
