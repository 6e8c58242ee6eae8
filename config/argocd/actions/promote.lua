-- Lets a rollout go on that waits at a pause: "flexgw rollout promote". The annotation
-- carries the id of the pause, so that it can never let another one pass.
if obj.metadata.deletionTimestamp ~= nil then
  error(obj.metadata.namespace .. "/" .. obj.metadata.name .. " is being deleted: nothing to change", 0)
end
local rollout = (obj.status or {}).rollout or {}
if rollout.pause == nil or (rollout.pause.hookID or "") == "" then
  error("no rollout of " .. obj.metadata.namespace .. "/" .. obj.metadata.name .. " waits at a pause: there is nothing to promote", 0)
end
if obj.metadata.annotations == nil then obj.metadata.annotations = {} end
obj.metadata.annotations["flexgw.io/promote"] = rollout.pause.hookID
return obj
