--- Width and height of images from their files, so that a page does not jump; loading when they come into view.
--
-- An image of the site's (content or static folder) gets the size that its file says, unless the author
-- gave one. All but the first of an article are loaded lazily.
local image_size = require("image_size")
local pictures = require("pictures")

local known = {} -- sizes by path: files do not change while a site is built

local function size(path, ctx)
  if known[path] == nil then
    local data = ctx.read(path, 262144) -- JPEG's frame header follows its EXIF data and colour profile
    known[path] = data and { image_size.of(data) } or false
  end
  return known[path]
end

return {
  kind = "filter",
  name = "image-sizes",
  api = 1,
  options = {
    eager = { type = "integer", default = 1, help = "how many images at the beginning are loaded at once" },
    lazy = { type = "boolean", default = true, help = "the others when they come into view" },
    decoding = { type = "boolean", default = true, help = "decoding=async" },
    most = { type = "integer", default = 0, help = "the widest that the page shows; 0 for any" },
    report = { type = "boolean", default = false, help = "warn of an image of the site that is missing or cannot be read" },
  },
  article = function(article, ctx)
    local options, count = ctx.options, 0
    for image in article.document:each("image") do
      count = count + 1
      local attributes = image.attributes
      if options.lazy and count > options.eager and not attributes.loading then attributes.loading = "lazy" end
      if options.decoding and not attributes.decoding then attributes.decoding = "async" end
      local path = not attributes.width and not attributes.height and pictures.resolve(article, galley.url.decode(image.url) or image.url)
      local found = path and size(path, ctx)
      if found and found[1] then
        local width, height = found[1], found[2]
        if options.most > 0 and width > options.most then
          width, height = options.most, math.max(1, math.floor(height * options.most / width + 0.5))
        end
        attributes.width, attributes.height = tostring(width), tostring(height)
      elseif path and options.report then
        ctx.log.warn(("the image %s %s"):format(image.url, found and "has no size that can be read" or "is not there"), image)
      end
    end
  end,
}
