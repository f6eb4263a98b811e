--- Pictures of articles: where they are in the site, what sort of file, what they show.
local pictures = {}

local types = { jpg = "image/jpeg", jpeg = "image/jpeg", png = "image/png", gif = "image/gif", webp = "image/webp",
  svg = "image/svg+xml", avif = "image/avif", mp3 = "audio/mpeg", m4a = "audio/mp4", ogg = "audio/ogg", mp4 = "video/mp4",
  pdf = "application/pdf" }

--- The media type of a path by its ending; nil for one not known.
function pictures.media_type(path) return types[(path:match("%.(%w+)$") or ""):lower()] end

--- A path in an article ("../images/a.png", "/images/a.png") as a path from the site's root; nil for other sites'.
function pictures.resolve(article, path)
  path = path:gsub("[?#].*$", "")
  if path == "" or path:find("^%a[%w+.-]*:") or path:find("^//") then return nil end
  local parts = {}
  local from = path:sub(1, 1) == "/" and "" or (article.path:match("^(.*)/") or "")
  for part in (from .. "/" .. path):gmatch("[^/]+") do
    if part == ".." then parts[#parts] = nil elseif part ~= "." then parts[#parts + 1] = part end
  end
  return "/" .. table.concat(parts, "/")
end

--- The picture that `image` in the front matter names: { path, alt, caption }, or nil.
function pictures.of(article)
  local image = article.meta.image
  local path = type(image) == "string" and pictures.resolve(article, image)
  if not path then return nil end
  local alt, caption = article.meta.image_alt, article.meta.image_caption
  return { path = path, alt = type(alt) == "string" and alt or "", caption = type(caption) == "string" and caption or nil }
end

return pictures
