--- Puts a disclosure at an article's end, before ENDS where there is one, and only once.
--
--     galley edit disclosure --where 'has(topics, "funding")' --param text="The fund owns shares of *Acme*."
return {
  kind = "edit", name = "disclosure", api = 1,
  options = {
    text = { type = "string", required = true, help = "the paragraph, in Markdown" },
  },

  article = function(article, ctx)
    local made = galley.markdown.parse(ctx.options.text)
    if not made.first then error("the text is empty") end
    local said = made:plain()
    local document = article.document
    for block in document:each("paragraph") do
      if block:plain() == made.first:plain() and (made.first.next == nil or document:plain():find(said, 1, true)) then return end
    end
    local new = {}
    for node in made:children() do new[#new + 1] = node end
    local place
    for node in document:children() do
      local text = node.type == "paragraph" and galley.text.trim(node:plain()):gsub("^[-–—*#%s]+", ""):gsub("[-–—*#%s]+$", "")
      if node.type == "notes" or (text and text:lower() == "ends") then
        place = node
        break
      end
    end
    if place then place:insert_before(new) else document:append(new) end
  end,
}
