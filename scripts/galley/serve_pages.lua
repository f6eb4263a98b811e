--- Pages of `galley serve` that stand in for the site's own: before the first build is done, when nothing could be
-- built yet, and for paths that are not there.
local pages = {}

local escape = galley.html.escape

local style = [[
body { max-width: 46rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.5rem; }
li { margin: 1rem 0; overflow-wrap: anywhere; }
code { font: 0.875rem/1.5 ui-monospace, monospace; color: #b3261e; }
@media (prefers-color-scheme: dark) { body { color: #f1f1f1; background: #1a1a1a; } code { color: #ff8a80; } }
]]

local function page(kind, title, mark, body)
  return table.concat{ '<!DOCTYPE html>\n<html lang="en" data-galley="', kind, '">\n<head>\n<meta charset="utf-8">\n',
    '<meta name="viewport" content="width=device-width">\n<title>', escape(title), "</title>\n<style>\n", style,
    "</style>\n</head>\n<body>\n<h1>", escape(title), "</h1>\n", body,
    '<script src="/.galley/live.js', escape(mark), '"></script>\n</body>\n</html>\n' }
end

--- state: as it is told to browsers, with title, note, errors, more; see serve.lua.
function pages.instead(state, mark)
  local lines = { "<p>", escape(state.note), "</p>\n<ol>\n" }
  for _, one in ipairs(state.errors) do
    lines[#lines + 1] = "<li>"
    if one.place then lines[#lines + 1] = "<code>" .. escape(one.place) .. "</code><br>" end
    lines[#lines + 1] = escape(one.message)
    if one.plugin then lines[#lines + 1] = "<br><code>" .. escape(one.plugin) .. "</code>" end
    lines[#lines + 1] = "</li>\n"
  end
  lines[#lines + 1] = "</ol>\n"
  if state.more then lines[#lines + 1] = "<p>" .. escape(state.more) .. "</p>\n" end
  return page("instead", state.title, mark, table.concat(lines))
end

function pages.missing(base, mark)
  return page("missing", "There is no such page", mark,
    ('<p>The site has nothing at this address, and no 404.html of its own. <a href="%s/">The front page</a></p>\n'):format(escape(base)))
end

return pages
