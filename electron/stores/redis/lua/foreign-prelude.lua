-- All fields of a backend's soft lock as one text, whatever their order: equal as long as nobody touched it. nil: it is gone, or none.
local function fingerprint_of(key)
  if not is_fit(key, 'hash') then return nil end
  local fields, names = {}, {}
  local found = redis.call('HGETALL', key)
  for i = 1, #found, 2 do
    names[#names + 1] = found[i]
    fields[found[i]] = found[i + 1]
  end
  -- Locks of kiosks have an operation.
  if #names == 0 or fields['operationId'] then return nil end
  table.sort(names)
  local parts = {}
  for _, name in ipairs(names) do parts[#parts + 1] = #name .. ':' .. name .. #fields[name] .. ':' .. fields[name] end
  return redis.sha1hex(table.concat(parts))
end
