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

local sections = { "section", "subsection", "subsubsection", "paragraph", "subparagraph", "subparagraph" }
local letters = { left = "l", right = "r", center = "c" }

local rules = writers.derive(writers.plain, {
  width = 0,
  text = function(node) return text(node.text) end,
  code = function(node) return "\\texttt{" .. text(node.text) .. "}" end,
  softbreak = function() return "\n" end,
  linebreak = function() return "\\\\\n" end,
  emph = around("emph"), strong = around("textbf"), strikethrough = around("sout"),
  superscript = around("textsuperscript"), subscript = around("textsubscript"),
  paragraph = function(_, inner) return inner end,
  heading = function(node, inner, context) return ("\\%s*{%s}"):format(sections[math.min(math.max(node.level - 1, 1) + (context.several and 1 or 0), 6)], inner) end,
  link = function(node, inner, context)
    local url = writers.absolute(node.url, context.ctx)
    if url == "" or url:find("^#") then return inner end
    return ("\\href{%s}{%s}"):format(address(url), inner)
  end,
  image = function(node, _, context)
    local path = pictures.resolve(context.article, node.url or "")
    if path and path:find("%.[jp][pn]e?g$") then return ("\\includegraphics[width=\\linewidth]{%s}"):format(path:sub(2)) end
    return "\\emph{" .. text(node.alt or "") .. "}"
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
    local lines = text((node.text:gsub("\n$", ""))):gsub(" ", "~"):gsub("\n", "\\\\\n")
    return "\\begin{quote}\\ttfamily\\noindent\n" .. lines .. "\n\\end{quote}"
  end,
  thematic_break = function() return "\\begin{center}*\\quad*\\quad*\\end{center}" end,
  table_row = function(_, _, _, parts) return table.concat(parts, " & ") .. " \\\\" end,
  table = function(node, _, _, rows)
    local columns = {}
    for i, alignment in ipairs(writers.alignments(node)) do columns[i] = letters[alignment] end
    if node.first.header then rows[1] = rows[1] .. " \\hline" end
    return ("\\begin{center}\\begin{tabular}{%s}\n%s\n\\end{tabular}\\end{center}"):format(table.concat(columns), table.concat(rows, "\n"))
  end,
  footnote_reference = function(node) return ("\\footnotemark[%d]"):format(node.number) end,
  footnote_definition = function(node, inner) return ("\\footnotetext[%d]{%s}"):format(node.number, inner) end,
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
  write = function(articles, ctx)
    local out, several = ctx.out, #articles > 1
    out:write("\\documentclass{", ctx.options.class, "}\n\\usepackage{iftex}\n\\ifPDFTeX\\usepackage[utf8]{inputenc}\\usepackage[T1]{fontenc}",
      "\\else\\usepackage{fontspec}\\fi\n\\usepackage{amssymb,graphicx,textcomp}\n\\usepackage[normalem]{ulem}\n\\usepackage{hyperref}\n",
      "\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{1ex}\n\\begin{document}\n")
    for article, position in articles:each() do
      local by = {}
      for i, author in ipairs(article.authors) do by[i] = text(author.name) end
      out:write(position > 1 and "\\clearpage\n" or "", "\\title{", text(article.title), "}\n\\author{", table.concat(by, " \\and "),
        "}\n\\date{", article.date and article.date:format("%-d %B %Y") or "", "}\n\\maketitle\n\n")
      out:write(writers.write(rules, article.document, { ctx = ctx, article = article, several = several }), "\n\n")
    end
    out:write("\\end{document}\n")
  end,
}
