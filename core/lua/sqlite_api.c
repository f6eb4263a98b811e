#include "lua/sqlite_api.h"

#include "lua/api.h"

#ifdef HAVE_SQLITE3

#include <sqlite3.h>

#define SQLITE "galley.sqlite"

enum { KEPT_STATEMENTS = 8, CHUNK = 1 << 20 };

struct database {
    sqlite3 *db; /* NULL: ended */
    struct {
        sqlite3_stmt *statement;
        uint64_t hash;
    } kept[KEPT_STATEMENTS];
    unsigned oldest;
    unsigned char *bytes; /* serialised, where the database's own cannot be read */
    bool given;           /* to a loop over its chunks: nothing may change it */
};

static void end_database(struct database *database) {
    for (unsigned i = 0; i < KEPT_STATEMENTS; i++) sqlite3_finalize(database->kept[i].statement);
    sqlite3_free(database->bytes);
    sqlite3_close_v2(database->db);
    *database = (struct database){0};
}

static int db_collect(lua_State *L) {
    end_database(luaL_checkudata(L, 1, SQLITE));
    return 0;
}

static struct database *check_database(lua_State *L) {
    struct database *database = api_self(L, SQLITE, "a database");
    if (!database->db || database->given) api_error(L, "this database is ended");
    return database;
}

static int db_new(lua_State *L) {
    struct database *database = lua_newuserdatauv(L, sizeof *database, 0);
    *database = (struct database){0};
    luaL_setmetatable(L, SQLITE);
    /* The file system in memory rather than ":memory:": its bytes can be read where they are. */
    if (sqlite3_open_v2("galley", &database->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        "memdb") != SQLITE_OK)
        api_error(L, "the database cannot be made: %s", sqlite3_errmsg(database->db));
    /* Also keeps VACUUM INTO from opening a file. */
    sqlite3_limit(database->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_exec(database->db,
                 "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = OFF; PRAGMA page_size = 4096",
                 NULL, NULL, NULL);
    return 1;
}

static sqlite3_stmt *prepare(lua_State *L, struct database *database, struct text sql) {
    uint64_t hash = text_hash(sql);
    for (unsigned i = 0; i < KEPT_STATEMENTS; i++) {
        sqlite3_stmt *statement = database->kept[i].statement;
        if (statement && database->kept[i].hash == hash &&
            text_equal(text_of(sqlite3_sql(statement)), sql))
            return statement;
    }
    unsigned at = database->oldest++ % KEPT_STATEMENTS;
    sqlite3_finalize(database->kept[at].statement);
    database->kept[at].statement = NULL;
    if (sqlite3_prepare_v2(database->db, sql.bytes, (int)sql.length, &database->kept[at].statement,
                           NULL) != SQLITE_OK)
        api_error(L, "%s", sqlite3_errmsg(database->db));
    if (!database->kept[at].statement) api_error(L, "there is no statement in the text");
    database->kept[at].hash = hash;
    return database->kept[at].statement;
}

static void bind(lua_State *L, sqlite3_stmt *statement, int position, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNIL: sqlite3_bind_null(statement, position); break;
    case LUA_TBOOLEAN: sqlite3_bind_int(statement, position, lua_toboolean(L, index)); break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index))
            sqlite3_bind_int64(statement, position, lua_tointeger(L, index));
        else
            sqlite3_bind_double(statement, position, lua_tonumber(L, index));
        break;
    case LUA_TSTRING: {
        struct text text = api_string(L, index);
        sqlite3_bind_text64(statement, position, text.bytes, text.length, SQLITE_STATIC,
                            SQLITE_UTF8);
        break;
    }
    default:
        api_error(L, "value %d must be text, a number, a boolean or nil, not %s", position,
                  api_kind(L, index));
    }
}

/* run(sql, values...) */
static int db_run(lua_State *L) {
    struct database *database = check_database(L);
    struct text sql = api_text(L, 2, "the SQL");
    int values = lua_gettop(L) - 2;
    if (sql.length > 1 << 20) api_error(L, "the SQL is longer than 1 MB");
    if (!values) {
        if (sqlite3_exec(database->db, sql.bytes, NULL, NULL, NULL) != SQLITE_OK)
            api_error(L, "%s", sqlite3_errmsg(database->db));
        return 0;
    }
    sqlite3_stmt *statement = prepare(L, database, sql);
    if (values != sqlite3_bind_parameter_count(statement))
        api_error(L, "the SQL wants %d values, not %d", sqlite3_bind_parameter_count(statement),
                  values);
    for (int i = 1; i <= values; i++) bind(L, statement, i, i + 2);
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (result != SQLITE_DONE) api_error(L, "%s", sqlite3_errmsg(database->db));
    return 0;
}

static const unsigned char *all_bytes(lua_State *L, struct database *database, size_t *size) {
    for (unsigned i = 0; i < KEPT_STATEMENTS; i++) {
        sqlite3_finalize(database->kept[i].statement);
        database->kept[i].statement = NULL;
    }
    sqlite3_int64 length = 0;
    const unsigned char *bytes =
        sqlite3_serialize(database->db, "main", &length, SQLITE_SERIALIZE_NOCOPY);
    if (!bytes) bytes = database->bytes = sqlite3_serialize(database->db, "main", &length, 0);
    if (!bytes) api_error(L, "there is not enough memory for the database");
    *size = (size_t)length;
    return bytes;
}

/* bytes(): the whole file; the database ends. */
static int db_bytes(lua_State *L) {
    struct database *database = check_database(L);
    size_t size;
    const unsigned char *bytes = all_bytes(L, database, &size);
    lua_pushlstring(L, (const char *)bytes, size);
    end_database(database);
    return 1;
}

static int next_chunk(lua_State *L) {
    struct database *database = lua_touserdata(L, lua_upvalueindex(1));
    size_t at = (size_t)lua_tointeger(L, lua_upvalueindex(3));
    size_t size = (size_t)lua_tointeger(L, lua_upvalueindex(4));
    if (!database->db) return 0;
    if (at >= size) {
        end_database(database);
        return 0;
    }
    size_t length = size - at < CHUNK ? size - at : CHUNK;
    lua_pushlstring(L, (const char *)lua_touserdata(L, lua_upvalueindex(2)) + at, length);
    lua_pushinteger(L, (lua_Integer)(at + length));
    lua_replace(L, lua_upvalueindex(3));
    return 1;
}

/* for chunk in db:chunks() do: the file in pieces; behind the last the database ends. */
static int db_chunks(lua_State *L) {
    struct database *database = check_database(L);
    size_t size;
    const unsigned char *bytes = all_bytes(L, database, &size);
    database->given = true;
    lua_settop(L, 1);
    lua_pushlightuserdata(L, (void *)bytes);
    lua_pushinteger(L, 0);
    lua_pushinteger(L, (lua_Integer)size);
    lua_pushcclosure(L, next_chunk, 4);
    return 1;
}

void sqlite_api_open(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"run", db_run}, {"bytes", db_bytes}, {"chunks", db_chunks}, {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", db_collect}, {"__close", db_collect}, {NULL, NULL}};
    static const luaL_Reg functions[] = {{"new", db_new}, {NULL, NULL}};
    luaL_newmetatable(L, SQLITE);
    lua_pushliteral(L, "a database");
    lua_setfield(L, -2, "__name");
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}

#else

static int db_new(lua_State *L) {
    return api_fail(
        L, "missing",
        "this galley was built without sqlite3; install libsqlite3-dev and build again");
}

void sqlite_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"new", db_new}, {NULL, NULL}};
    luaL_newlib(L, functions);
}

#endif
