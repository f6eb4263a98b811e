#include "lua/sqlite_api.h"

#include "lua/api.h"
#include "lua/scratch.h"
#include "lua/sqlite_room.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#define SQLITE "galley.sqlite"

enum { KEPT_STATEMENTS = 8, CHUNK = 1 << 20 };

struct database {
    sqlite3 *db; /* NULL: ended */
    struct {
        sqlite3_stmt *statement;
        uint64_t hash;
    } kept[KEPT_STATEMENTS];
    unsigned oldest;
    unsigned char *bytes;        /* serialised, where the database's own cannot be read */
    const unsigned char *memory; /* its bytes, of which `at` were given, unless it is in a room */
    size_t length, at;
    bool in_room; /* rather than in memory */
    bool given;   /* to a loop over its chunks: nothing may change it */
};

static void end_statements(struct database *database) {
    for (unsigned i = 0; i < KEPT_STATEMENTS; i++) {
        sqlite3_finalize(database->kept[i].statement);
        database->kept[i].statement = NULL;
    }
}

static void end_database(lua_State *L, struct database *database) {
    end_statements(database);
    sqlite3_free(database->bytes);
    sqlite3_close_v2(database->db);
    if (database->in_room) sqlite_room_leave(L);
    *database = (struct database){0};
}

static int db_collect(lua_State *L) {
    end_database(L, luaL_checkudata(L, 1, SQLITE));
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
    database->in_room = sqlite_room_open(L, &database->db);
    /* The file system in memory rather than ":memory:": its bytes can be read where they are. */
    if (!database->in_room)
        sqlite3_open_v2("galley", &database->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        "memdb");
    if (sqlite3_errcode(database->db) != SQLITE_OK)
        api_error(L, "the database cannot be made: %s", sqlite3_errmsg(database->db));
    /* Also keeps VACUUM INTO from opening a file. */
    sqlite3_limit(database->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_exec(database->db,
                 "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = OFF; PRAGMA page_size = 4096",
                 NULL, NULL, NULL);
    return 1;
}

/* What the library says, or what to do about a full disk. */
static _Noreturn void fail(lua_State *L, const struct database *database) {
    int code = sqlite3_errcode(database->db) & 0xFF;
    if (database->in_room && (code == SQLITE_FULL || code == SQLITE_IOERR)) {
        sqlite_room_break(L);
        api_error(L,
                  "the database's temporary file cannot be written (%s); check the disk, or set "
                  "TMPDIR",
                  sqlite3_errmsg(database->db));
    }
    api_error(L, "%s", sqlite3_errmsg(database->db));
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
        fail(L, database);
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
        if (sqlite3_exec(database->db, sql.bytes, NULL, NULL, NULL) != SQLITE_OK) fail(L, database);
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
    if (result != SQLITE_DONE) fail(L, database);
    return 0;
}

/* Nothing more comes: what was begun is done, and all of it is where it can be read. */
static void finish(lua_State *L, struct database *database) {
    end_statements(database);
    if (!sqlite3_get_autocommit(database->db) &&
        sqlite3_exec(database->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        fail(L, database);
    database->given = true;
    if (database->in_room) return;
    sqlite3_int64 length = 0;
    database->memory = sqlite3_serialize(database->db, "main", &length, SQLITE_SERIALIZE_NOCOPY);
    if (!database->memory)
        database->memory = database->bytes = sqlite3_serialize(database->db, "main", &length, 0);
    if (!database->memory) api_error(L, "there is not enough memory for the database");
    database->length = (size_t)length;
}

/* Appends the next bytes of what was finished; how many. */
static size_t next_bytes(lua_State *L, struct database *database, struct buffer *out) {
    size_t left = database->length - database->at, length = left < CHUNK ? left : CHUNK;
    if (database->in_room) {
        buffer_grow(out, CHUNK);
        ptrdiff_t got = sqlite_room_read(L, database->at, out->bytes + out->length, CHUNK);
        if (got < 0) api_error(L, "the database cannot be read: %s", strerror(errno));
        length = (size_t)got;
        out->length += length;
    } else {
        buffer_append(out, (const char *)database->memory + database->at, length);
    }
    database->at += length;
    return length;
}

/* bytes(): the whole file; the database ends. */
static int db_bytes(lua_State *L) {
    struct database *database = check_database(L);
    struct buffer *out = scratch_open(L);
    finish(L, database);
    while (next_bytes(L, database, out)) {
    }
    end_database(L, database);
    return scratch_give(L, out);
}

static int next_chunk(lua_State *L) {
    struct database *database = lua_touserdata(L, lua_upvalueindex(1));
    if (!database->db) return 0;
    struct buffer *out = scratch_open(L);
    if (next_bytes(L, database, out)) return scratch_give(L, out);
    end_database(L, database);
    return 0;
}

/* for chunk in db:chunks() do: the file in pieces; behind the last the database ends. */
static int db_chunks(lua_State *L) {
    struct database *database = check_database(L);
    finish(L, database);
    lua_settop(L, 1);
    lua_pushcclosure(L, next_chunk, 1);
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
