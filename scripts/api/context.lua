return {
  name = "Context", class = "galley.Context", variable = "ctx", title = "The context", kind = "table",
  what = "What every function of a plugin is given as its last argument: everything from outside that it may use.",
  fields = {
    "options table the plugin's options: those of galley.yaml over the declared defaults", "site table title, url, language, description, config (all of galley.yaml), data (the data folder), taxonomies, collected (what combine gave, by plugin)", "corpus galley.Corpus the articles; frozen",
    "now galley.Date the time of the build", "log table note, info, warn and error: functions of a text, which name the article and the plugin",
    "out table exports: write(text, ...) appends to the output; file(path) begins a further one, with write and close, in a folder", "asset function exports: asset(path) gives the bytes of a file of the content or static folder and its place, or nil and a message", "output_path string exports: where the output goes, below the site or the folder", "render function layouts: render(name, values) gives a template's page", "page function layouts: page(name, values) gives the same page as something that can only be written, not looked into: quicker where it is what the layout gives back; tostring(page) is its text", "emit function layouts: emit{ path =, content = text } or { path =, render = function }; from pages only", "url function layouts: a site path as seen from the page at hand", "read function read(path, most) gives the bytes of a file of the content or static folder, or its beginning, or nil and a message; edits: of any file of the site, by its path within the site", "exists function edits: exists(path)",
    "create function an edit's site: create(path, text); it goes into the articles' batch, as do the next three", "replace function an edit's site: replace(path, text)", "move function an edit's site: move(path, to, new text or nothing), also of a folder", "remove function an edit's site: remove(path)", "changed string[] an edit's site: the paths of the articles that change",
    "report function checks: report(node or article, severity, message)",
  },
}
