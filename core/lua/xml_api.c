#include "lua/xml_api.h"

#include "base/memory.h"
#include "lua/api.h"
#include "lua/xml_escape.h"

#ifdef HAVE_EXPAT

#include <expat.h>
#include <strings.h>

#define READER "galley.xml"

enum { MOST_DEPTH = 256, MOST_NAMES = 32, MOST_RECORD = 64 << 20 };

struct reader {
    XML_Parser parser; /* NULL: closed */
    struct buffer text;
    struct text names[MOST_NAMES]; /* kept by the user value */
    uint32_t name_count;
    uint32_t depth, inside; /* elements that are open: in all; within a record */
    size_t record;          /* bytes of the record so far */
    const char *problem;    /* why the parser was stopped */
    bool suspended, ended, wide, begun;
    lua_Integer lines_before; /* blank ones before the declaration, which may not be there */
    lua_State *L; /* while the parser runs; the record's open elements are on its stack */
};

static void stop(struct reader *reader, const char *problem) {
    reader->problem = problem;
    XML_StopParser(reader->parser, XML_FALSE);
}

static bool is_blank(struct text text) {
    for (size_t i = 0; i < text.length; i++)
        if (!memchr(" \t\r\n", text.bytes[i], 4)) return false;
    return true;
}

/* The text so far goes to the element on top of the stack. */
static void flush(struct reader *reader, bool between) {
    lua_State *L = reader->L;
    struct text text = buffer_text(&reader->text);
    if (text.length && !(is_blank(text) && (between || lua_rawlen(L, -1) > 0))) {
        api_push_text(L, text);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    reader->text.length = 0;
}

static bool is_record(const struct reader *reader, const char *name) {
    for (uint32_t i = 0; i < reader->name_count; i++)
        if (text_is(reader->names[i], name)) return true;
    return false;
}

static void XMLCALL start_element(void *data, const char *name, const char **attributes) {
    struct reader *reader = data;
    lua_State *L = reader->L;
    if (++reader->depth > MOST_DEPTH) {
        stop(reader, "elements are nested deeper than 256 levels");
        return;
    }
    if (!reader->inside && !is_record(reader, name)) return;
    if (reader->inside)
        flush(reader, true);
    else
        reader->text.length = reader->record = 0;
    luaL_checkstack(L, 8, NULL);
    lua_createtable(L, 4, 2);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name");
    lua_newtable(L);
    for (; *attributes; attributes += 2) {
        lua_pushstring(L, attributes[1]);
        lua_setfield(L, -2, attributes[0]);
    }
    lua_setfield(L, -2, "attributes");
    reader->inside++;
}

static void XMLCALL end_element(void *data, const char *name) {
    struct reader *reader = data;
    lua_State *L = reader->L;
    (void)name;
    reader->depth--;
    if (!reader->inside) return;
    flush(reader, false);
    if (--reader->inside) {
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    } else {
        reader->suspended = true;
        XML_StopParser(reader->parser, XML_TRUE);
    }
}

static void XMLCALL characters(void *data, const char *bytes, int length) {
    struct reader *reader = data;
    if (!reader->inside) return;
    reader->record += (size_t)length;
    if (reader->record > MOST_RECORD)
        stop(reader, "an element has more than 64 MB of text");
    else
        buffer_append(&reader->text, bytes, (size_t)length);
}

static void XMLCALL declared_entity(void *data, const char *name, int is_parameter,
                                    const char *value, int length, const char *base,
                                    const char *system, const char *public, const char *notation) {
    (void)name, (void)is_parameter, (void)value, (void)length, (void)base, (void)system;
    (void)public, (void)notation;
    stop(data, "entities are declared, which is refused: such files can be bombs");
}

static void XMLCALL skipped_entity(void *data, const char *name, int is_parameter) {
    struct reader *reader = data;
    if (is_parameter || !reader->inside) return;
    buffer_append_byte(&reader->text, '&');
    buffer_append_string(&reader->text, name);
    buffer_append_byte(&reader->text, ';');
}

/* Nothing is fetched: an external subset counts as empty. */
static int XMLCALL external_entity(XML_Parser parser, const char *context, const char *base,
                                   const char *system, const char *public) {
    (void)base, (void)system, (void)public;
    XML_Parser inner = XML_ExternalEntityParserCreate(parser, context, NULL);
    if (!inner) return XML_STATUS_ERROR;
    enum XML_Status status = XML_Parse(inner, "", 0, XML_TRUE);
    XML_ParserFree(inner);
    return (int)status;
}

static int XMLCALL unknown_encoding(void *data, const char *name, XML_Encoding *encoding) {
    static const uint16_t high[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    (void)data;
    if (strcasecmp(name, "windows-1252") != 0 && strcasecmp(name, "cp1252") != 0)
        return XML_STATUS_ERROR;
    for (int i = 0; i < 256; i++) encoding->map[i] = i >= 0x80 && i < 0xA0 ? high[i - 0x80] : i;
    encoding->data = NULL, encoding->convert = NULL, encoding->release = NULL;
    return XML_STATUS_OK;
}

static int fail(lua_State *L, struct reader *reader) {
    enum XML_Error code = XML_GetErrorCode(reader->parser);
    lua_Integer line = (lua_Integer)XML_GetCurrentLineNumber(reader->parser) + reader->lines_before;
    lua_Integer column = (lua_Integer)XML_GetCurrentColumnNumber(reader->parser) + 1;
    const char *what =
        reader->problem                    ? reader->problem
        : code == XML_ERROR_NO_ELEMENTS    ? "the file ends before it is whole"
        : code == XML_ERROR_UNCLOSED_TOKEN ? "the file ends within a tag or text"
        : code == XML_ERROR_INVALID_TOKEN
            ? "a byte that cannot stand here; in a text & is &amp; and < is &lt;, and all "
              "bytes are of the encoding that the file names"
        : code == XML_ERROR_UNCLOSED_CDATA_SECTION ? "the file ends within CDATA"
                                                   : XML_ErrorString(code);
    lua_settop(L, 0);
    lua_pushfstring(L, "line %d, column %d: the XML cannot be read: %s", (int)line, (int)column,
                    what);
    return lua_error(L);
}

/* Without the blanks that some programs put before all of it. */
static struct text skip_blanks(struct reader *reader, struct text chunk) {
    while (chunk.length && memchr(" \t\r\n", chunk.bytes[0], 4)) {
        reader->lines_before += chunk.bytes[0] == '\n';
        chunk.bytes++, chunk.length--;
    }
    reader->begun = chunk.length > 0;
    return chunk;
}

/* A copy of the chunk in which characters that XML forbids are blanks. */
static enum XML_Status feed(struct reader *reader, struct text chunk, bool last) {
    void *room = XML_GetBuffer(reader->parser, (int)chunk.length + 1);
    if (!room) return XML_STATUS_ERROR;
    char *bytes = room;
    if (chunk.length) memcpy(bytes, chunk.bytes, chunk.length);
    if (!reader->wide)
        for (size_t i = 0; i < chunk.length; i++)
            if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\r' &&
                bytes[i] != '\t')
                bytes[i] = ' ';
    return XML_ParseBuffer(reader->parser, (int)chunk.length, last);
}

/* Upvalue 1: the reader; its user value 1: the text or function, 2: the names. */
static int next_record(lua_State *L) {
    struct reader *reader = lua_touserdata(L, lua_upvalueindex(1));
    if (!reader->parser) return 0;
    lua_settop(L, 0);
    lua_pushnil(L); /* place 1: the chunk */
    reader->L = L;
    for (;;) {
        enum XML_Status status;
        if (reader->suspended) {
            reader->suspended = false;
            status = XML_ResumeParser(reader->parser);
        } else if (reader->ended) {
            XML_ParserFree(reader->parser);
            reader->parser = NULL;
            return 0;
        } else {
            struct text chunk = {"", 0};
            lua_getiuservalue(L, lua_upvalueindex(1), 1);
            if (lua_isfunction(L, -1)) {
                lua_call(L, 0, 1);
            } else {
                lua_pushnil(L);
                lua_setiuservalue(L, lua_upvalueindex(1), 1);
            }
            if (!reader->parser) api_error(L, "xml.records: its function ended the loop itself");
            bool last = lua_isnil(L, -1);
            if (!last) chunk = api_bytes(L, -1, "what the function of xml.records gives");
            if (chunk.length > MOST_RECORD)
                api_error(L, "xml.records: a piece is longer than 64 MB");
            if (!reader->begun) chunk = skip_blanks(reader, chunk);
            if (XML_GetCurrentByteIndex(reader->parser) <= 0 && chunk.length > 1)
                reader->wide = memchr(chunk.bytes, '\0', chunk.length < 4 ? chunk.length : 4) ||
                               (unsigned char)chunk.bytes[0] >= 0xFE;
            lua_replace(L, 1);
            reader->ended = last;
            status = feed(reader, chunk, last);
        }
        if (status == XML_STATUS_ERROR) return fail(L, reader);
        if (status == XML_STATUS_SUSPENDED) return 1; /* the record is on top */
    }
}

static int xml_records(lua_State *L) {
    lua_settop(L, 2);
    if (!lua_isfunction(L, 1)) api_bytes(L, 1, "xml.records: the XML");
    api_type(L, 2, LUA_TTABLE, "xml.records: the list of names");
    struct reader *reader = lua_newuserdatauv(L, sizeof *reader, 2);
    *reader = (struct reader){.L = L};
    luaL_setmetatable(L, READER);
    lua_newtable(L); /* the names, kept */
    lua_Integer count = (lua_Integer)lua_rawlen(L, 2);
    if (count < 1 || count > MOST_NAMES)
        api_error(L, "xml.records wants 1 to %d names", MOST_NAMES);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, 2, i);
        reader->names[reader->name_count++] = api_text(L, -1, "a name of an element");
        lua_rawseti(L, -2, i);
    }
    lua_setiuservalue(L, 3, 2);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 3, 1);
    reader->parser = XML_ParserCreate(NULL);
    if (!reader->parser) luaL_error(L, "not enough memory");
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, start_element, end_element);
    XML_SetCharacterDataHandler(reader->parser, characters);
    XML_SetEntityDeclHandler(reader->parser, declared_entity);
    XML_SetSkippedEntityHandler(reader->parser, skipped_entity);
    XML_SetParamEntityParsing(reader->parser, XML_PARAM_ENTITY_PARSING_ALWAYS);
    XML_SetExternalEntityRefHandler(reader->parser, external_entity);
    XML_SetUnknownEncodingHandler(reader->parser, unknown_encoding, NULL);
    XML_UseForeignDTD(reader->parser, XML_TRUE);
    lua_pushcclosure(L, next_record, 1);
    return 1;
}

static int reader_collect(lua_State *L) {
    struct reader *reader = lua_touserdata(L, 1);
    if (reader->parser) XML_ParserFree(reader->parser);
    buffer_free(&reader->text);
    reader->parser = NULL;
    return 0;
}

void xml_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"records", xml_records}, {"escape", xml_escape}, {"element", xml_element}, {NULL, NULL}};
    luaL_newmetatable(L, READER);
    lua_pushcfunction(L, reader_collect);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}

#else

static int xml_missing(lua_State *L) {
    api_error(L,
              "xml.records needs the library expat, which this galley was built without; install "
              "libexpat1-dev and build again");
}

void xml_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"records", xml_missing}, {"escape", xml_escape}, {"element", xml_element}, {NULL, NULL}};
    luaL_newlib(L, functions);
}

#endif
