--- galley undo: takes back a batch that galley edit or galley import wrote.
local messages = require("galley.messages")
local sites = require("galley.site")

local command = {
  summary = "takes back the last edit that was applied",
  usage = "undo [BATCH] [--list]",
  text = "Restores the exact bytes of every file of the batch, or none when one has changed since.",
  most = 1,
  options = { { name = "list", help = "the batches that can be taken back, newest first" } },
}

function command.run(options)
  local site, status = sites.read(options.site)
  if not site then return status end
  local ok, problems, word = galley.batch.recover(site.root)
  if not ok then
    messages.show_all(problems, site.prefix)
    return word == "failed" and 3 or 1
  end
  if options.list then
    local list
    list, problems, word = galley.batch.undos(site.root)
    if not list then
      messages.show_all(problems, site.prefix)
      return word == "failed" and 3 or 1
    end
    for _, item in ipairs(list) do
      local when = galley.date.of_instant(item.seconds):format("%F %R UTC")
      print(("%4d  %s  %3d file%s  %s%s"):format(item.number, when, item.files, item.files == 1 and " " or "s", item.label,
        item.readable and "" or "  (damaged)"))
    end
    if #list == 0 then messages.say("nothing to take back") end
    return 0
  end
  local number = 0
  if options[1] then
    number = math.tointeger(tonumber(options[1]))
    if not number or number < 1 then
      messages.error(("a batch is a number, not '%s'; galley undo --list shows them"):format(options[1]))
      return 2
    end
  end
  local count, label
  count, label, word = galley.batch.undo(site.root, number)
  if not count then
    messages.show_all(label, site.prefix)
    return word == "failed" and 3 or 1
  end
  messages.say(("%d file%s as before '%s'"):format(count, count == 1 and "" or "s", label))
  return 0
end

return command
