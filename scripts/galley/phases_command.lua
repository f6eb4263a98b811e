--- In a worker: one call of a command plugin's `run`, whose answer is the exit status.
--
-- ctx.out:write(...) and print go to standard output. A command that goes through the articles may take, for each, what
-- an article may take.
return function(engine, host)
  local phases = {}

  local function status_of(result)
    if result == nil or result == true then return 0 end
    if result == false then return 1 end
    if math.type(result) == "integer" and result >= 0 and result <= 255 then return result end
    return nil, ("run returned %s; it returns the exit status, a whole number from 0 to 255, or nothing"):format(
      type(result) == "number" and tostring(result) or "a " .. type(result))
  end

  --- Calls it, its output and print's being set: the exit status, or nil after an error was reported.
  function host.run_command(loaded, words)
    local out = loaded.context.out
    local ok, result = host.call(loaded, nil, function(...)
      local results = table.pack(xpcall(loaded.table.run, host.locate, ...))
      if results[1] then return results[2] end
      if not (out.gone and out:gone()) then error(results[2], 0) end -- who read the output had enough of it
    end, words, loaded.context)
    if not ok then return nil end
    local status, problem = status_of(result)
    if problem then host.complain(loaded.table.run, nil, problem) end
    return status
  end

  function phases.command()
    local loaded = host.commander
    local out = engine.out()
    host.give_time()
    loaded.context.out = out
    host.print_to(out)
    local status = host.run_command(loaded, engine.argument())
    local closed, reason = out:close()
    if status and not closed and not out:gone() then
      host.report{ severity = "error", file = loaded.shown, message = "standard output " .. tostring(reason) }
      status = nil
    end
    if status then engine.send(status) end
    return status ~= nil
  end

  return phases
end
