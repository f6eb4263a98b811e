--- Renames somebody or something in prose, but not in addresses, code, quotations or "(ABC)" definitions.
--
-- What stands within a link's text, emphasis or over a line's end counts as prose. Each of the places
-- that are spared can be asked for.
--
--     galley edit rename --param from=GDS --param to="Government Digital Service"
local prose = require("prose")

return {
  kind = "edit", name = "rename", api = 1,
  options = {
    from = { type = "string", required = true, help = "the name as it is" },
    to = { type = "string", required = true, help = "the name to be" },
    addresses = { type = "boolean", default = false, help = "also in addresses of links and in those that stand in the text, @names and #names" },
    code = { type = "boolean", default = false, help = "also in code" },
    quotations = { type = "boolean", default = false, help = "also in block quotations and in quotation marks" },
    definitions = { type = "boolean", default = false, help = "also where the name stands alone in parentheses" },
    whole_word = { type = "boolean", default = true, help = "not within longer words" },
    fields = { type = "list", default = {}, help = "also in these texts of the front matter, such as title" },
  },

  article = function(article, ctx)
    local wish = ctx.options
    local from, to = wish.from, wish.to
    if from == "" then error("the name 'from' is empty") end
    if not to:find("%S") then error("the name 'to' is empty; a rename takes nothing away") end
    local plain = to:gsub("%%", "%%%%")
    local function spare(text, add)
      if not wish.addresses then
        prose.addresses(text, add)
        prose.handles(text, add)
      end
      if not wish.quotations then prose.quotations(text, add) end
      if not wish.definitions then prose.occurrences(text, "(" .. from .. ")", add) end
      if to:find(from, 1, true) then prose.occurrences(text, to, add) end
    end
    local options = { whole_word = wish.whole_word, except = not wish.quotations and "block_quote" or nil }
    prose.replace(article.document, from, to, options, spare)
    local pattern = from:gsub("%p", "%%%0")
    if wish.whole_word then
      pattern = (from:find("^%w") and "%f[%w]" or "") .. pattern .. (from:find("%w$") and "%f[%W]" or "")
    end
    local function rename(text)
      if to:find(from, 1, true) and text:find(to, 1, true) then return text end
      return (text:gsub(pattern, plain))
    end
    if wish.addresses then
      for node in article.document:each("link, image") do
        local url, shown = rename(node.url), node.first
        if url ~= node.url then
          -- replace_text leaves a link that shows its address alone: its text follows.
          if node.type == "link" and shown and shown.type == "text" and not shown.next and shown.text ~= ""
            and node.url:sub(-#shown.text) == shown.text then
            shown.text = rename(shown.text)
          end
          node.url = url
        end
      end
    end
    if wish.code then
      for node in article.document:each("code, code_block") do
        local text = rename(node.text)
        if text ~= node.text then node.text = text end
      end
    end
    for _, field in ipairs(wish.fields) do
      local value = article.meta[field]
      if type(value) == "string" then article.meta[field] = rename(value) end
    end
  end,
}
