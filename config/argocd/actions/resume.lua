-- Lets changes of count and version go on: "flexgw rollout resume".
if obj.metadata.deletionTimestamp ~= nil then
  error(obj.metadata.namespace .. "/" .. obj.metadata.name .. " is being deleted: nothing to change", 0)
end
if obj.spec.rollout ~= nil and obj.spec.rollout.paused then
  obj.spec.rollout.paused = false
end
return obj
