#include "lua/date_api.h"

#include "article/date_pattern.h"
#include "article/zone.h"
#include "lua/api.h"
#include "lua/scratch.h"

#define DATE "galley.date"

void date_api_push(lua_State *L, const struct date *date) {
    if (!date->year) {
        lua_pushnil(L);
        return;
    }
    struct date *copy = lua_newuserdatauv(L, sizeof *copy, 0);
    *copy = *date;
    luaL_setmetatable(L, DATE);
}

static int date_tostring(lua_State *L) {
    const struct date *date = api_self(L, DATE, "a date");
    char bytes[64];
    struct buffer out = {.bytes = bytes, .capacity = sizeof bytes};
    date_write(date, &out); /* at most 26 bytes: the buffer never grows */
    lua_pushlstring(L, out.bytes, out.length);
    return 1;
}

static int date_index(lua_State *L) {
    const struct date *date = api_self(L, DATE, "a date");
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1; /* a method */
    struct text key = lua_type(L, 2) == LUA_TSTRING ? api_string(L, 2) : TEXT("");
    if (text_is(key, "year"))
        lua_pushinteger(L, date->year);
    else if (text_is(key, "month"))
        lua_pushinteger(L, date->month);
    else if (text_is(key, "day"))
        lua_pushinteger(L, date->day);
    else if (text_is(key, "hour"))
        lua_pushinteger(L, date->hour);
    else if (text_is(key, "minute"))
        lua_pushinteger(L, date->minute);
    else if (text_is(key, "second"))
        lua_pushinteger(L, date->second);
    else if (text_is(key, "weekday"))
        lua_pushinteger(L, date_weekday(date));
    else if (text_is(key, "yearday"))
        lua_pushinteger(L, date_day_of_year(date));
    else if (text_is(key, "instant"))
        lua_pushinteger(L, date_instant(date));
    else if (text_is(key, "has_time"))
        lua_pushboolean(L, date->has_time);
    else if (text_is(key, "zone")) {
        if (!date->has_zone) return 0;
        lua_pushinteger(L, date->zone);
    } else if (text_is(key, "iso")) {
        return date_tostring(L);
    } else {
        static const char *const names[] = {"year",    "month",   "day",     "hour",    "minute",
                                            "second",  "weekday", "yearday", "instant", "has_time",
                                            "zone",    "iso",     "format",  "in_zone", "add_days",
                                            "days_to", NULL};
        api_no_field(L, "a date", 2, names);
    }
    return 1;
}

static int date_format_method(lua_State *L) {
    const struct date *date = api_self(L, DATE, "a date");
    struct text format = api_text(L, 2, "the format");
    char bad;
    /* Two that mail and feeds want. */
    if (text_is(format, "rfc2822")) format = TEXT("%a, %d %b %Y %H:%M:%S %z");
    if (text_is(format, "rfc3339")) {
        struct date whole = *date;
        whole.has_time = whole.has_zone = true;
        struct buffer *written = scratch_open(L);
        date_write(&whole, written);
        return scratch_give(L, written);
    }
    if (format.length > 200) api_error(L, "the format is longer than 200 bytes");
    char bytes[200 * 12 + 64]; /* no letter gives more than 12: the buffer never grows */
    struct buffer out = {.bytes = bytes, .capacity = sizeof bytes};
    if (!date_format(date, format, &out, &bad))
        api_error(
            L,
            "'%%%c' is not a letter of a date format; the letters are aAbBdeFHIjklmMnpPRsSTuwyYzZ",
            bad ? bad : '%');
    lua_pushlstring(L, out.bytes, out.length);
    return 1;
}

/* The bytes of the zone whose name is at `index`, kept on the stack; 0 or the results of a failure.
 */
static int push_zone(lua_State *L, int index, struct text *bytes) {
    struct text name = api_text(L, index, "the zone");
    struct buffer *file = scratch_open(L);
    int16_t minutes;
    if (!zone_read(name, file) || !zone_offset(buffer_text(file), 0, &minutes))
        return api_fail(L, "missing",
                        "there is no time zone '%s' on this system; names are as \"Europe/London\"",
                        name.bytes);
    *bytes = buffer_text(file);
    return 0;
}

/* The same instant in another zone, given by name or in minutes east of UTC. */
static int date_in_zone(lua_State *L) {
    const struct date *date = api_self(L, DATE, "a date");
    int16_t minutes = 0;
    if (lua_type(L, 2) == LUA_TSTRING) {
        struct text bytes;
        int failed = push_zone(L, 2, &bytes);
        if (failed) return failed;
        zone_offset(bytes, date_instant(date), &minutes);
    } else {
        if (!lua_isinteger(L, 2))
            api_error(L, "a zone is a name such as \"Europe/London\" or minutes, not %s",
                      api_kind(L, 2));
        lua_Integer zone = lua_tointeger(L, 2);
        if (zone < -14 * 60 || zone > 14 * 60) api_error(L, "a zone is -840 to 840 minutes");
        minutes = (int16_t)zone;
    }
    struct date moved = date_of_instant(date_instant(date), minutes);
    date_api_push(L, &moved);
    return 1;
}

/* How many days of the calendar lie between two dates, each as its own zone counts them. */
static int date_days_to(lua_State *L) {
    const struct date *from = api_self(L, DATE, "a date");
    const struct date *to = api_object(L, 2, DATE, "days_to: another date");
    struct date a = {.year = from->year, .month = from->month, .day = from->day};
    struct date b = {.year = to->year, .month = to->month, .day = to->day};
    lua_pushinteger(L, (date_instant(&b) - date_instant(&a)) / 86400);
    return 1;
}

/* A number of days later (or earlier), with time and zone kept. */
static int date_add_days(lua_State *L) {
    const struct date *date = api_self(L, DATE, "a date");
    lua_Integer days = api_integer(L, 2, "the number of days");
    if (days < -4000000 || days > 4000000) api_error(L, "that is too many days");
    struct date moved = date_of_instant(date_instant(date) + days * 86400, date->zone);
    moved.has_time = date->has_time, moved.has_zone = date->has_zone;
    if (moved.year < 1 || moved.year > 9999) api_error(L, "the year would not be from 1 to 9999");
    date_api_push(L, &moved);
    return 1;
}

static int date_equal(lua_State *L) {
    const struct date *a = luaL_testudata(L, 1, DATE), *b = luaL_testudata(L, 2, DATE);
    lua_pushboolean(L, a && b && date_instant(a) == date_instant(b));
    return 1;
}

static int date_less(lua_State *L) {
    const struct date *a = api_object(L, 1, DATE, "a date"), *b = api_object(L, 2, DATE, "a date");
    lua_pushboolean(L, date_instant(a) < date_instant(b));
    return 1;
}

static int date_not_greater(lua_State *L) {
    const struct date *a = api_object(L, 1, DATE, "a date"), *b = api_object(L, 2, DATE, "a date");
    lua_pushboolean(L, date_instant(a) <= date_instant(b));
    return 1;
}

/* By a pattern or by the name of a form that date:format has. */
static bool read_by(struct text text, struct text pattern, struct date *date, char *bad) {
    static const char *const mail[] = {"%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z",
                                       "%a, %d %b %Y %H:%M %z", "%d %b %Y %H:%M %z", NULL};
    if (text_is(pattern, "rfc3339")) return date_parse(text, date) && date->has_zone;
    if (!text_is(pattern, "rfc2822")) return date_pattern_read(text, pattern, date, bad);
    for (int i = 0; mail[i]; i++)
        if (date_pattern_read(text, text_of(mail[i]), date, bad)) return true;
    return false;
}

/* parse(text [, pattern or { pattern =, zone = }]): the zone is that of a text which has none. */
static int parse(lua_State *L) {
    struct date date = {0};
    lua_settop(L, 2);
    if (luaL_testudata(L, 1, DATE)) {
        lua_settop(L, 1);
        return 1;
    }
    struct text text = api_bytes(L, 1, "the date"), pattern = {NULL, 0};
    lua_pushnil(L); /* 3: the pattern, 4: the zone */
    lua_pushnil(L);
    if (lua_type(L, 2) == LUA_TSTRING) {
        lua_pushvalue(L, 2);
        lua_replace(L, 3);
    } else if (lua_istable(L, 2)) {
        lua_getfield(L, 2, "pattern");
        lua_replace(L, 3);
        lua_getfield(L, 2, "zone");
        lua_replace(L, 4);
    } else if (!lua_isnil(L, 2)) {
        api_error(L, "date.parse: a pattern or options are expected, not %s", api_kind(L, 2));
    }
    if (!lua_isnil(L, 3)) pattern = api_text(L, 3, "date.parse: the pattern");
    char bad = 0;
    bool right = pattern.bytes ? read_by(text, pattern, &date, &bad) : date_parse(text, &date);
    if (bad) api_error(L, "date.parse: '%%%c' is not a letter of a pattern for reading", bad);
    if (!right && pattern.bytes)
        return api_fail(L, "malformed", "'%s' is not a date of the form '%s'", text.bytes,
                        pattern.bytes);
    if (!right)
        return api_fail(L, "malformed", "'%s' is not a date; write it as 2024-03-19", text.bytes);
    if (!lua_isnil(L, 4) && !date.has_zone) {
        struct text bytes;
        int failed = push_zone(L, 4, &bytes);
        if (failed) return failed;
        if (zone_offset_at_wall(bytes, date_instant(&date), &date.zone)) date.has_zone = true;
    }
    date_api_push(L, &date);
    return 1;
}

static int of_instant(lua_State *L) {
    lua_Integer instant = api_integer(L, 1, "the instant");
    lua_Integer zone = api_integer_or(L, 2, "the zone", 0);
    /* the years 1 to 9999 */
    if (instant < -62135596800 || instant > 253402300799 || zone < -840 || zone > 840)
        api_error(L, "the instant is outside the years 1 to 9999");
    struct date date = date_of_instant(instant, (int16_t)zone);
    date_api_push(L, &date);
    return 1;
}

void date_api_open(lua_State *L) {
    static const luaL_Reg methods[] = {{"format", date_format_method},
                                       {"in_zone", date_in_zone},
                                       {"add_days", date_add_days},
                                       {"days_to", date_days_to},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__tostring", date_tostring},
                                    {"__eq", date_equal},
                                    {"__lt", date_less},
                                    {"__le", date_not_greater},
                                    {NULL, NULL}};
    static const luaL_Reg functions[] = {
        {"parse", parse}, {"of_instant", of_instant}, {NULL, NULL}};
    luaL_newmetatable(L, DATE);
    lua_pushliteral(L, "a date");
    lua_setfield(L, -2, "__name");
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_pushcclosure(L, date_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}
