--- The manual's pages about the plugins that come with Galley, one a kind, from what the plugins say of themselves.
local about = require("galley.about")
local closest = require("galley.closest")
local plugin = require("galley.plugin")

local shipped = {}

local kinds = {
  { "filter", "Filters", "What can be done to articles on their way to the pages: name them in `plugins` of [galley.yaml](../guides/galley-yaml.md), in the order in which they run." },
  { "check", "Checks", "What `galley check` looks for; options stand in `checks` of [galley.yaml](../guides/galley-yaml.md)." },
  { "edit", "Edits", "Changes of many files at once: `galley edit NAME` shows them, `--apply` makes them, `galley undo` takes them back. Options are given with `--param name=value`. More in [edits and undo](../guides/edits.md)." },
  { "export", "Exports", "What others can use: `galley export NAME`, with options by `--option name=value`. More in [exports and imports](../guides/exports-and-imports.md)." },
  { "import", "Imports", "Articles made of what others wrote: `galley import NAME FILE...`, with options by `--option name=value`." },
  { "command", "Commands", "Commands beside Galley's own: `galley NAME`, with options as `--name value`; `galley NAME --help` tells more. More in [plugins](../guides/plugins.md#commands)." },
  { "layout", "Layouts", "What makes the pages: `layout` of [galley.yaml](../guides/galley-yaml.md)." },
}

local function options_table(options)
  local rows = { "| option | type | what | default |", "|---|---|---|---|" }
  for _, name in ipairs(closest.keys(options)) do
    local option = options[name]
    local kind = type(option.choices) == "table" and table.concat(option.choices, ", ") or option.type
    local default = option.default ~= nil and about.value(option.default) or option.required and "must be given" or ""
    local function cell(text) return (text:gsub("\n", " "):gsub("|", "\\|"):gsub("^%s*(.-)%s*$", "%1")) end
    -- Code, so that nothing in it is Markdown; what has a backtick needs two around it.
    local function code(text) return text == "" and "" or text:find("`", 1, true) and "`` " .. text .. " ``" or "`" .. text .. "`" end
    rows[#rows + 1] = ("| `%s` | %s | %s | %s |"):format(name, cell(kind), cell((option.help or ""):gsub("[%*_<>%[%]{}~^'\"]", "\\%0")), cell(code(default)))
  end
  return table.concat(rows, "\n")
end

--- { path below the manual's content, text } for each kind; nil and the exit status.
function shipped.pages(site)
  local pages = {}
  for order, row in ipairs(kinds) do
    local kind, title, what = table.unpack(row)
    local list = plugin.all(site.prefix, kind, true)
    local answers, status = about.describe(site, list)
    if not answers then return nil, status end
    local out = { ("---\ntitle: %s\nsummary: %q\norder: %d\n---\n"):format(title, "The " .. title:lower() .. " that come with Galley, and their options.", order),
      "<!-- Made by `galley api --pages` from the plugins themselves; change it there. -->\n", what .. "\n" }
    for i, found in ipairs(list) do
      local says = answers[i]
      if not says or says.problem then return nil, 1 end
      out[#out + 1] = "## " .. found.name .. "\n"
      for _, line in ipairs(about.comment(about.read_file(found.path) or "")) do out[#out + 1] = line end
      out[#out + 1] = ""
      if next(says.options) then out[#out + 1] = options_table(says.options) .. "\n" end
    end
    pages[#pages + 1] = { "shipped/" .. kind .. "s.md", table.concat(out, "\n") }
  end
  return pages
end

return shipped
