--- A quotation's attribution: assigning speaker or role writes its line anew.
local make = galley.node

local function equal(got, wanted)
  if got ~= wanted then error(("got %q, wanted %q"):format(tostring(got), tostring(wanted)), 2) end
end

local function fails(part, call)
  local good, message = pcall(call)
  if good or not message:find(part, 1, true) then
    error(("got %q, wanted %q"):format(tostring(message), part), 2)
  end
end

local good, message = pcall(function()
  local document = galley.markdown.parse("> Words.\n>\n> \u{2014} *A* B, c\n")
  local line = document:find("attribution")
  equal(line.speaker, "A B")
  line.speaker = "A B"
  equal(galley.markdown.write(document), "> Words.\n>\n> \u{2014} *A* B, c\n")
  line.speaker = "D E"
  equal(galley.markdown.write(document), "> Words.\n>\n> \u{2014} D E, c\n")
  line.role = "f, g"
  equal(galley.markdown.write(document), "> Words.\n>\n> \u{2014} D E, f, g\n")
  line.role = nil
  equal(galley.markdown.write(document), "> Words.\n>\n> \u{2014} D E\n")
  fails("must have no comma", function() line.speaker = "D, Jr" end)
  fails("must be one line", function() line.role = "a\nb" end)
  local made = make.attribution { speaker = "H", role = "i" }
  equal(made:plain(), "\u{2014} H, i")
  equal(make.attribution { speaker = "H", "\u{2014} H" }:plain(), "\u{2014} H")
end)
print(good and "ok - speaker and role" or "not ok - speaker and role: " .. tostring(message):gsub("\n", " "))
