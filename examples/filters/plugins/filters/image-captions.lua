--- An image and the paragraph in emphasis under it become a figure with a caption.
return {
  kind = "filter", name = "image-captions", api = 1,
  nodes = {
    figure = function(figure)
      local next = figure.next
      if figure:find("caption") or not next or next.type ~= "paragraph" or #next ~= 1 or next.first.type ~= "emph" then return end
      local caption = galley.node.caption{}
      for child in next.first:children() do caption:append(child) end
      figure:append(caption)
      next:remove()
    end,
  },
}
