--- Wide tables scroll within a box of their own on small screens.
return {
  kind = "filter", name = "table-scroll", api = 1,
  nodes = {
    table = function(table)
      local block = galley.node.html_block
      return { block{ text = '<div class="scroll" tabindex="0">' }, table, block{ text = "</div>" } }
    end,
  },
}
