--- What an import reads from: a file, standard input, or a folder with its files.

local decode = require("galley.decode")

local MOST_TEXT <const> = 64 << 20

--- A function that gives the source of what the command names, and which of its sources that is: make(given, number).
-- unsure(text, of_article) says what an editor should look at; `of_article` in its place while an article is made.
return function(engine, unsure)
  local function make(given, number)
    local source = { name = given.name, path = given.path, folder = given.folder or false, base = given.base, number = number }
    local opened, problem
    local function fail(what) error(("%s: it %s"):format(given.name, what), 0) end
    local function file()
      if not opened then
        opened, problem = engine.source(given.path)
        if not opened then fail(problem) end
      end
      return opened
    end
    --- The next bytes; nil at the end.
    function source.read(_, most)
      local bytes, why = file():read(most)
      if why then fail(why) end
      return bytes
    end
    --- All of it, as UTF-8; a byte order mark is left out, UTF-16 and Windows-1252 are converted and said.
    function source.text(self)
      local bytes = {}
      if file():size() > MOST_TEXT then
        fail(("is longer than %d MB, which this import cannot read at once; split it"):format(MOST_TEXT >> 20))
      end
      file():rewind()
      for part in function() return self:read(1 << 20) end do bytes[#bytes + 1] = part end
      local text, encoding = decode(table.concat(bytes))
      if not text then fail(encoding) end
      if encoding ~= "UTF-8" then unsure(("%s was read as %s"):format(given.name, encoding)) end
      return text
    end
    function source.rewind() return file():rewind() end
    function source.size() return file():size() end
    --- All that the command names, in its order, of which this is number `source.number`; for imports whose files need each other.
    function source.all()
      local list = {}
      for i, other in ipairs(engine.argument().sources) do list[i] = make(other, i) end
      return list
    end
    --- Of a folder: its files, { path, ... }.
    function source.files() return given.files or {} end
    --- The bytes of one, also of a hidden one, which files() leaves out; nil and why.
    function source.bytes(_, path)
      if not given.folder or path == "" or path:find("[%c\\]") or ("/" .. path .. "/"):find("/%.?%.?/") then
        return nil, "is no path below the folder"
      end
      -- An import that looks through all files before it yields the first article needs the time of all.
      given.reads = (given.reads or 0) + 1
      if given.reads % 100 == 0 and given.reads < 4 * #given.files then engine.extend() end
      local from = given.path .. "/" .. path
      local bytes, why = engine.read_file(from)
      if not bytes then return nil, why:sub(#from + 3) end -- without the path, which whoever asks knows
      return bytes
    end
    --- The text of one, as text() gives it.
    function source.file(self, path)
      local bytes, why = self:bytes(path)
      if not bytes then return nil, why end
      local text, encoding = decode(bytes)
      if not text then return nil, encoding end
      given.said = given.said or {}
      if encoding ~= "UTF-8" and not given.said[path] then
        given.said[path] = true
        unsure(("%s was read as %s"):format(path, encoding), "it was read as " .. encoding)
      end
      return text
    end
    return source
  end
  return make
end
