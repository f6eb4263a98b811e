return {
  name = "Plugin", class = "galley.Plugin", variable = "plugin", title = "A plugin", kind = "table",
  what = "The table that a plugin's file returns. What is missing or wrong in it is one message, before anything is built.",
  fields = {
    "kind string filter, layout, export, import, edit, check or command", "name string as galley.yaml names it", "api integer 1", "help? string one line for galley plugins", "options? table by name: { type = boolean, string, number, integer, list, map or date; default =; help = }", "needs? string[] what it wants beyond the articles, to be granted in galley.yaml: read:data/**, env:HOME, run:git",
    "nodes? table filter: handlers by selector, children first: function(node, ctx)", "enter? table filter: handlers on the way down; may answer \"skip\"", "article? function filter, edit, check: (article, ctx), once an article", "leave? function filter: (article, ctx), after the handlers", "collect? function filter: (article, ctx) gives a plain value", "combine? function filter: (values, ctx), once; values are { article, value } in the corpus's order",
    "pages? function layout: (corpus, ctx) emits outputs", "page? function layout: (article, ctx) gives the page", "write? function export: (articles, ctx) writes to ctx.out", "extension? string export: of its file", "read? function import: (source, ctx) yields articles", "corpus? function check: (corpus, ctx)", "site? function edit: (ctx), once behind the articles, for the site's other files", "run? function command: (args, ctx) gives the exit status",
  },
}
