--- Gemtext, for the Gemini protocol: one line a paragraph, links on lines of their own behind it.
local writers = require("writers")

-- A line of text that would begin like something else.
local function line(text)
  if text:find("^=>") or text:find("^[#>]") or text:find("^%* ") or text:find("^```") then return " " .. text end
  return text
end

-- The links that were met inside a block stand behind it.
local function block(text, context)
  if #context.links == 0 then return text end
  text = text .. "\n" .. table.concat(context.links, "\n")
  context.links = {}
  return text
end

local rules = writers.derive(writers.plain, {
  width = 0,
  paragraph = function(node, inner, context)
    if node.parent.type ~= "document" then return (inner:gsub("\n", " ")) end
    return block(line((inner:gsub("^ +", ""):gsub("\n +", "\n"))):gsub("\n([^\n]+)", function(rest) return "\n" .. line(rest) end), context)
  end,
  heading = function(node, inner, context) return block(("#"):rep(math.max(2, math.min(node.level, 3))) .. " " .. inner, context) end,
  link = function(node, inner, context)
    local url = writers.absolute(node.url, context.ctx, context.article):gsub("%s", "%%20")
    if url ~= "" and not url:find("^#") then context.links[#context.links + 1] = "=> " .. url .. " " .. inner:gsub("\n", " ") end
    return inner
  end,
  image = function(node, _, context)
    local url = writers.absolute(node.url, context.ctx, context.article):gsub("%s", "%%20")
    context.links[#context.links + 1] = "=> " .. url .. " " .. (node.alt or "")
    return ""
  end,
  -- There is one level of lists, and none with numbers: those stand in the text.
  item = function(node, inner)
    inner = inner:gsub("\n+", "\n")
    local list = node.parent
    if list.ordered then return ("%d%s %s"):format((list.start or 1) + node.index - 1, list.delimiter or ".", inner) end
    return inner:find("^%* ") and inner or "* " .. inner
  end,
  list = function(node, _, context, parts)
    local text = table.concat(parts, "\n")
    return node.parent.type == "document" and block(text, context) or text
  end,
  block_quote = function(_, inner, context) return block("> " .. inner:gsub("\n+", "\n> "), context) end,
  code_block = function(node) return "```" .. (node.info or "") .. "\n" .. writers.clean(node.text):gsub("\n```", "\n ```") .. "```" end,
  table = function(node, inner, context, rows)
    return block("```\n" .. writers.plain.table(node, inner, context, rows) .. "\n```", context)
  end,
  figure = function(_, _, context, parts)
    local kept = {}
    for _, part in ipairs(parts) do if part ~= "" then kept[#kept + 1] = part end end
    return block(table.concat(kept, "\n"), context):gsub("^\n", "")
  end,
  thematic_break = function() return "---" end,
  footnote_definition = function(node, inner, context) return block(("[%s] %s"):format(node.number, inner), context) end,
})

return {
  kind = "export",
  name = "gemtext",
  api = 1,
  extension = "gmi",
  media_type = "text/gemini",
  between = "\n",
  entry = function(article, ctx)
    return "# " .. writers.clean(article.title):gsub("\n", " ") .. "\n", article.date and article.date:format("%Y-%m-%d\n"), "\n",
      writers.write(rules, article.document, { links = {}, ctx = ctx, article = article }), "\n"
  end,
}
