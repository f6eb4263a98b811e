--- LaTeX: an article class document of one or several articles, for typesetting (xelatex, lualatex or pdflatex).
local pictures = require("pictures")
local writers = require("writers")

local escape = writers.escaper{ ["\\"] = "\\textbackslash{}", ["{"] = "\\{", ["}"] = "\\}", ["$"] = "\\$", ["&"] = "\\&",
  ["#"] = "\\#", ["%"] = "\\%", ["_"] = "\\_", ["^"] = "\\textasciicircum{}", ["~"] = "\\textasciitilde{}", ["<"] = "\\textless{}",
  [">"] = "\\textgreater{}", ["|"] = "\\textbar{}", ['"'] = "\\textquotedbl{}", ["["] = "{[}", ["]"] = "{]}" }

local function text(value) return (escape(writers.clean(value)):gsub("%-%-", "-{}-")) end
local function around(name) return function(_, inner) return ("\\%s{%s}"):format(name, inner) end end
local function environment(name) return function(_, inner) return ("\\begin{%s}\n%s\n\\end{%s}"):format(name, inner, name) end end
local function address(url) return (writers.clean(url):gsub("[%%#&~_{}\\^$ ]", function(c) return c:find("[%%#&_]") and "\\" .. c or ("\\%%%02X"):format(c:byte()) end)) end

-- Only what every TeX has; characters that pdflatex's fonts lack show their number rather than stop it.
local preamble = [[
\usepackage{iftex}
\ifPDFTeX
  \usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}
  \makeatletter
  \def\galleycode#1:#2\relax{U+\UTFviii@hexnumber{\decode@UTFviii#2\relax}}
  \def\UTFviii@undefined@err#1{\fbox{\tiny\expandafter\galleycode\string#1\relax}}
  \makeatother
\else
  \usepackage{fontspec}
\fi
\usepackage{amssymb,array,graphicx,longtable,textcomp}
\IfFileExists{ulem.sty}{\usepackage[normalem]{ulem}}{\newcommand{\sout}[1]{$\langle$##1$\rangle$}}
\usepackage{hyperref}
\setlength{\parindent}{0pt}\setlength{\parskip}{1ex}
]]

local sections = { "section", "subsection", "subsubsection", "paragraph", "subparagraph", "subparagraph" }
local level = "\1(%d)" -- of a heading, until it is known whether articles stand around it; no text has such a character
local several, position
local letters = { left = "l", right = "r", center = "c" }

local rules = writers.derive(writers.plain, {
  width = 0,
  text = function(node) return text(node.text) end,
  code = function(node) return "\\texttt{" .. text(node.text) .. "}" end,
  softbreak = function() return "\n" end,
  linebreak = function() return "\\newline\n" end, -- not \\, which takes a star behind it for its own
  emph = around("emph"), strong = around("textbf"), strikethrough = around("sout"),
  superscript = around("textsuperscript"), subscript = around("textsubscript"),
  paragraph = function(_, inner) return inner end,
  heading = function(node, inner) return ("\\\1%d*{%s}"):format(math.max(node.level - 1, 1), inner) end,
  link = function(node, inner, context)
    local url = writers.absolute(node.url, context.ctx, context.article)
    if url == "" or url:find("^#") then return inner end
    return ("\\href{%s}{%s}"):format(address(url), inner)
  end,
  image = function(node, _, context)
    local path, there, place = pictures.resolve(context.article, node.url or ""), nil, nil
    if path then there, place = context.ctx.asset_size(path) end
    if there and path:lower():find("%.[jp][pn]e?g$") and not place:find("[%%#{}~\\]") then
      return ("\\includegraphics[width=\\linewidth,height=.8\\textheight,keepaspectratio]{%s}"):format(place)
    end
    return (node.alt or "") ~= "" and "\\emph{" .. text(node.alt) .. "}" or ""
  end,
  caption = around("emph"), attribution = function(_, inner) return "\\hfill " .. inner end,
  figure = function(_, _, _, parts) return "\\begin{center}\n" .. table.concat(parts, "\n\n") .. "\n\\end{center}" end,
  block_quote = environment("quote"),
  item = function(_, inner) return "\\item " .. inner end,
  list = function(node, inner, _, parts)
    local name = node.ordered and "enumerate" or "itemize"
    local first = node.ordered and node.start ~= 1 and ("\\setcounter{enumi}{%d}\n"):format((node.start or 1) - 1) or ""
    return ("\\begin{%s}\n%s%s\n\\end{%s}"):format(name, first, table.concat(parts, "\n"), name)
  end,
  task = function(node) return node.checked and "$\\boxtimes$" or "$\\square$" end,
  code_block = function(node) -- not verbatim: nothing can end it early
    local lines = text((node.text:gsub("\n$", ""))):gsub(" ", "~"):gsub("\n%*", "\n{*}"):gsub("\n", "\\\\\n")
    return "\\begin{quote}\\ttfamily\\noindent\n" .. lines .. "\n\\end{quote}"
  end,
  thematic_break = function() return "\\begin{center}*\\quad*\\quad*\\end{center}" end,
  table_row = function(_, _, _, parts) return table.concat(parts, " & "):gsub("^%*", "{*}") .. " \\\\" end,
  table = function(node, _, _, rows)
    local columns, widest = {}, 0
    for _, row in ipairs(rows) do widest = math.max(widest, galley.text.width(row)) end
    for i, alignment in ipairs(writers.alignments(node)) do columns[i] = letters[alignment] end
    if widest > 75 then -- cells that have to be filled
      local width = ("%.3f"):format(0.94 / #columns - 0.02)
      for i in ipairs(columns) do columns[i] = ">{\\raggedright\\arraybackslash}p{" .. width .. "\\linewidth}" end
    end
    if node.first.header then rows[1] = rows[1] .. " \\hline\\endhead" end
    return ("\\begin{longtable}{%s}\n%s\n\\end{longtable}"):format(table.concat(columns), table.concat(rows, "\n"))
  end,
  html_inline = function(node) return node.text:find("^<[bB][rR]%s*/?>$") and "\\leavevmode\\newline\n" or "" end,
  html_block = function(node) return text(galley.html.text(node.text) or "") end,
  footnote_reference = function(node, _, context)
    local note = not writers.is_in_note(node) and context.notes[node.label]
    if note then context.notes[node.label] = nil end -- once; further references have the mark only
    return note and ("\\footnote[%d]{%s}"):format(node.number, note) or ("\\footnotemark[%d]"):format(node.number)
  end,
  footnote_definition = function(_, inner, context) return context.inside and inner or "" end,
  definition_term = function(_, inner) return "\\item[" .. inner .. "]" end,
  definition = function(_, inner) return inner end,
  definition_list = environment("description"),
})

return {
  kind = "export",
  name = "latex",
  api = 1,
  extension = "tex",
  media_type = "application/x-latex",
  options = { class = { type = "string", default = "article", help = "the document class" } },
  head = function(articles, ctx)
    several, position = #articles > 1, 0
    ctx.out:write("\\documentclass{", ctx.options.class, "}\n", preamble, "\\begin{document}\n")
  end,
  entry = function(article, ctx)
    local context = { ctx = ctx, article = article, notes = {}, inside = true }
    local notes, body = {}, nil
    for node in article.document:each("footnote_definition") do notes[node.label] = writers.write(rules, node, context) end
    context.notes, context.inside = notes, false
    body = writers.write(rules, article.document, context)
    for node in article.document:each("footnote_definition") do -- those that only other notes refer to
      if notes[node.label] and node.number > 0 then body = ("%s\n\n\\footnotetext[%d]{%s}"):format(body, node.number, notes[node.label]) end
    end
    return body
  end,
  join = function(article, ctx, body)
    local by = {}
    position = position + 1
    for i, author in ipairs(article.authors) do by[i] = text(author.name) end
    ctx.out:write(position > 1 and "\\clearpage\n" or "", "\\title{", text(article.title), "}\n\\author{", table.concat(by, " \\and "),
      "}\n\\date{", article.date and text(ctx.words(article.lang).date(article.date)) or "", "}\n\\maketitle\n\n",
      body:gsub(level, function(n) return sections[math.min(tonumber(n) + (several and 1 or 0), 6)] end), "\n\n")
  end,
  tail = function(_, ctx) ctx.out:write("\\end{document}\n") end,
}
