return {
  name = "diff", title = "galley.diff", kind = "module", what = "What differs between two texts, line by line.",
  entries = {
    { name = "unified", what = 'The difference as `git diff` shows it; "" when there is none.', parameters = { "old string", "new string", 'path? string the file\'s name in it, "text" by default' }, result = { "string" },
      example = 'return galley.diff.unified("a\\nb\\n", "a\\nc\\n", "x")', gives = '"diff --git a/x b/x\\n--- a/x\\n+++ b/x\\n@@ -1,2 +1,2 @@\\n a\\n-b\\n+c\\n"' },
    { name = "count", what = "How many lines were added, and how many removed.", parameters = { "old string", "new string" }, result = { "integer added", "integer removed" }, units = "lines",
      example = 'return galley.diff.count("a\\nb\\n", "a\\nc\\nd\\n")', gives = "2, 1" },
    { name = "changes", what = "The changed places, each { old_line, old_count, new_line, new_count }.", parameters = { "old string", "new string" }, result = { "table[]" }, units = "lines, from 1",
      example = 'return galley.diff.changes("a\\nb\\n", "a\\nc\\n")', gives = '[{"new_count":1,"new_line":2,"old_count":1,"old_line":2}]' },
  },
}
