--- galley.json and galley.csv: what they read and write, and what they refuse.

local json, csv = galley.json, galley.csv

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local ok, same, raises = test.ok, test.same, test.raises

-- ---------------------------------------------------------------- json.parse

local function fails(name, text, place)
  local value, message, code = json.parse(text)
  ok("json refuses " .. name, value == nil and code == "malformed" and message:find(place .. ": error: ", 1, true) == 1,
    message or ("gave " .. tostring(value)))
end

local value = json.parse('\u{FEFF} {"a": [1, 2.5, -0, 1e2, true, false, null], "b": {"c": "x\\n\\u00e9\\ud83d\\ude00\\/"}, "e": {}} ')
same("json: integer", math.type(value.a[1]), "integer")
same("json: fraction", value.a[2], 2.5)
same("json: minus zero keeps its sign", 1 / value.a[3], -math.huge)
same("json: exponent", value.a[4], 100.0)
same("json: true", value.a[5], true)
same("json: false", value.a[6], false)
same("json: null keeps its place", value.a[7], json.null)
same("json: null says what it is", tostring(json.null), "null")
same("json: escapes", value.b.c, "x\né😀/")
same("json: an empty map stays a map", json.write(value.e), "{}")
same("json: scalars", json.parse(" 12 "), 12)
same("json: the largest integer", json.parse("9223372036854775807"), math.maxinteger)
same("json: the smallest integer", json.parse("-9223372036854775808"), math.mininteger)
same("json: beyond is a float", math.type(json.parse("9223372036854775808")), "float")
same("json: beyond as text", json.parse("[123456789012345678901234567890]", { big = "text" })[1], "123456789012345678901234567890")
same("json: the last of equal keys counts", json.parse('{"a":1,"a":2}').a, 2)
same("json: U+2028 in a string", json.parse('"\u{2028}"'), "\u{2028}")

fails("nothing", "", "1:1")
fails("an open list", "[1, 2", "1:6")
fails("an open map", '{"a": 1', "1:8")
fails("a trailing comma", "[1,]", "1:4")
fails("a trailing comma in a map", '{"a":1,}', "1:8")
fails("single quotes", "['a']", "1:2")
fails("a word", '{"a": nope}', "1:7")
fails("NaN", "[NaN]", "1:2")
fails("a comment", "// x\n1", "1:1")
fails("a missing colon", '{"a" 1}', "1:6")
fails("a number as key", "{1: 2}", "1:2")
fails("a leading zero", "[01]", "1:3")
fails("no digits behind a point", "[1.]", "1:4")
fails("a bare minus", "[-]", "1:3")
fails("a number that is too large", "[1e999]", "1:2")
fails("more behind the value", "1 2", "1:3")
fails("an open string", '\n "abc', "2:2")
fails("a line end in a string", '"a\nb"', "1:3")
fails("a bad escape", '"\\x"', "1:2")
fails("half a surrogate pair", '"\\ud83d"', "1:2")
fails("the other half", '"\\ude00"', "1:2")
fails("a surrogate pair of two firsts", '"\\ud83d\\ud83d"', "1:2")
fails("bytes that are not UTF-8", '"a\xFFb"', "1:3")
fails("a NUL", "\0", "1:1")
fails("201 levels", ("["):rep(201), "1:201")
ok("json takes 200 levels", json.parse(("["):rep(200) .. ("]"):rep(200)))
local started = os and os.clock()
json.parse(("["):rep(199) .. ("[],"):rep(200000) .. "1" .. ("]"):rep(199))
json.parse('"' .. ("\\u00e9"):rep(200000) .. '"')
if started then ok("json: 2 MB in no time", os.clock() - started < 2, os.clock() - started) end
same("json: the name is in the message", select(2, json.parse("[", { name = "data/x.json" })):sub(1, 16), "data/x.json:1:2:")

-- Every prefix and every damaged byte gives a value or a message, and never an error.
local sample = '{"a": [1, 2.5e3, "x\\u00e9\\n"], "b": {"c": null, "d": [true, {}]}}'
local odd = 0
for i = 0, #sample do
  for _, byte in ipairs { "", "\0", "\xFF", '"', "\\", "{", "]", "9" } do
    local damaged = sample:sub(1, i) .. byte .. sample:sub(i + 2)
    for _, ordered in ipairs { false, true } do
      local right, result, message = pcall(json.parse, damaged, { ordered = ordered })
      if not right or (result == nil and not tostring(message):find("^%d+:%d+: error: ")) then odd = odd + 1 end
    end
  end
end
same("json: damaged texts give messages", odd, 0)

raises("json.parse wants text", "the text must be a string, not a table", function() json.parse({}) end)
raises("json.parse: options are a table", "the options must be a table", function() json.parse("1", 3) end)
raises("json.parse: a wrong option", 'no option orderd; did you mean "ordered"?', function() json.parse("1", { orderd = true }) end)

-- ---------------------------------------------------------------- ordered

local ordered = json.parse('{"z": 1, "a": {"y": [1, {"q": null}], "b": 2.50}, "m": "x", "z": 3}', { ordered = true })
same("json ordered: order, numbers and the last of equal keys", json.write(ordered), '{"a":{"y":[1,{"q":null}],"b":2.5},"m":"x","z":3}')
ordered.m = nil
ordered.new = { 1, 2 }
same("json ordered: can be changed", json.write(ordered), '{"a":{"y":[1,{"q":null}],"b":2.5},"z":3,"new":[1,2]}')
same("json ordered: a list", json.write(json.parse("[3,[2],{}]", { ordered = true })), "[3,[2],{}]")
same("json ordered: a scalar", json.parse("7", { ordered = true }), 7)

-- ---------------------------------------------------------------- json.write

same("json: keys in the order of their bytes", json.write({ b = 1, a = 2, ["é"] = 3, B = 4 }), '{"B":4,"a":2,"b":1,"é":3}')
same("json: an empty table is a list", json.write({}), "[]")
same("json.object", json.write({ a = json.object(), b = json.object({ c = 1 }) }), '{"a":{},"b":{"c":1}}')
same("json: null", json.write({ json.null, a = nil }), "[null]")
same("json: nil", json.write(nil), "null")
same("json: escapes written", json.write('a"\\\n\t\r\1\u{2028}\u{2029}é'), '"a\\"\\\\\\n\\t\\r\\u0001\\u2028\\u2029é"')
same("json: ascii", json.write("é😀", { ascii = true }), '"\\u00e9\\ud83d\\ude00"')
same("json: script", json.write("</script>&", { script = true }), '"\\u003c/script\\u003e\\u0026"')
same("json: indent", json.write({ a = { 1, 2 }, b = {} }, { indent = 2 }), '{\n  "a": [\n    1,\n    2\n  ],\n  "b": []\n}')
same("json: numbers", json.write({ 1, 1.0, 0.1, 1e100, -0.0, math.maxinteger, 1 / 3 }),
  "[1,1,0.1,1e+100,-0.0,9223372036854775807,0.3333333333333333]")
same("json: __pairs is asked", json.write(setmetatable({}, { __pairs = function() return next, { x = 1 } end })), '{"x":1}')
local deep = {}
local inner = deep
for _ = 1, 150 do inner[1] = {} inner = inner[1] end
same("json: 151 levels", #json.write(deep), 302)

raises("json.write wants a value", "a value is missing", function() json.write() end)
raises("json.write: functions", "a function is not plain data", function() json.write({ print }) end)
raises("json.write: NaN", "no infinite", function() json.write(0 / 0) end)
raises("json.write: infinity", "no infinite", function() json.write({ math.huge }) end)
raises("json.write: bad bytes", "not UTF-8 from its byte 2", function() json.write("a\xFF") end)
raises("json.write: mixed tables", "both a list and a map", function() json.write({ 1, a = 2 }) end)
raises("json.write: gaps", "neither text nor a position", function() json.write({ [1] = 1, [5] = 2 }) end)
raises("json.write: cycles", "contains itself", function() local t = {} t.t = t json.write(t) end)
raises("json.write: a wrong option", 'did you mean "indent"?', function() json.write(1, { indnt = 2 }) end)
raises("json.write: a wrong indent", "0 to 8", function() json.write(1, { indent = 99 }) end)
raises("json.object wants a plain table", "must be a plain table", function() json.object("x") end)

-- A table that changes while it is written is no danger.
local victim = {}
for i = 1, 50 do victim["key" .. i] = setmetatable({}, { __pairs = function()
  for k in pairs(victim) do victim[k] = nil end
  collectgarbage()
  return next, {}
end }) end
ok("json: a table that is emptied while it is written", json.write(victim):find('"key9":null', 1, true), "?")

-- ---------------------------------------------------------------- csv

local function flat(rows)
  local lines = {}
  for i, row in ipairs(rows) do lines[i] = table.concat(row, "|") end
  return table.concat(lines, "/")
end

same("csv: fields, quotes, lines", flat(csv.parse('\u{FEFF}a,"b ""x"" ,\n1",\r\n\r\nc,,"d"\ne')), 'a|b "x" ,\n1|/c||d/e')
same("csv: a field may be empty at the end", flat(csv.parse("a,\n,b")), "a|/|b")
same("csv: another separator", flat(csv.parse("a;b,c;d", { separator = ";" })), "a|b,c|d")
same("csv: nothing", #csv.parse(""), 0)
local rows, names = csv.parse("name,age\nAda,36\nBob\n", { header = true })
same("csv: by name", rows[1].name .. rows[1].age, "Ada36")
same("csv: a short row is filled", rows[2].age, "")
same("csv: the names", table.concat(names, ","), "name,age")
local function csv_fails(name, place, ...)
  local result, message, code = csv.parse(...)
  ok("csv refuses " .. name, result == nil and code == "malformed" and message:find(place, 1, true) == 1, message)
end
csv_fails("an open quote", "2:3: error: the quoted field", 'a\nb,"c')
csv_fails("text behind a quote", "1:4: error: there is text", '"a"b')
csv_fails("more fields than names", "2:5: error: the row has more", "a,b\n1,2,3", { header = true })
csv_fails("bad bytes", "1:2: error: this is not UTF-8", "a\xFF")
raises("csv.parse: a wrong separator", "one ASCII character", function() csv.parse("", { separator = ",," }) end)
raises("csv.parse: a wrong option", 'did you mean "header"?', function() csv.parse("", { heder = true }) end)

same("csv.write: lists", csv.write({ { "a", 1, 2.5, true }, { 'q"', "x,y", "l\nm", "" } }), 'a,1,2.5,true\r\n"q""","x,y","l\nm",\r\n')
same("csv.write: by name", csv.write({ { b = 1, a = "x" }, { b = json.null } }, { columns = { "a", "b" }, line_end = "\n" }), "a,b\nx,1\n,\n")
same("csv.write: without the names", csv.write({ { a = 1 } }, { columns = { "a" }, header = false }), "1\r\n")
same("csv.write: a list in a cell", csv.write({ { { "x", "y" } } }), "x; y\r\n")
same("csv.write: formulas stay without the option", csv.write({ { "=1+1", "-2" } }), "=1+1,-2\r\n")
same("csv.write: safe", csv.write({ { "=1+1", "+x", "-y", "@z", "a=b", -5 } }, { safe = true }), "\"'=1+1\",\"'+x\",\"'-y\",\"'@z\",a=b,-5\r\n")
same("csv.write: an empty cell alone is a row", #csv.parse(csv.write({ { "" }, { "x" } })), 2)
same("csv.write: ordered maps", csv.write(json.parse('[{"a":1,"b":["x","y"]}]', { ordered = true }), { columns = { "b", "a" } }), "b,a\r\nx; y,1\r\n")
local round = { { "a b", " lead", 'quo"te', "new\nline", "com,ma", "é" }, { "", "", "", "", "", "x" } }
same("csv: what is written is read again", flat(csv.parse(csv.write(round))), flat(round))
raises("csv.write: rows are a list", "the rows must be a list", function() csv.write("x") end)
raises("csv.write: a row is a table", "row 2 must be a table", function() csv.write({ {}, 3 }) end)
raises("csv.write: no functions", "cannot hold a function", function() csv.write({ { print } }) end)
raises("csv.write: no maps", "cannot hold a map", function() csv.write({ { { a = 1 } } }) end)
raises("csv.write: a wrong option", 'did you mean "columns"?', function() csv.write({}, { colums = {} }) end)

test.finish()
