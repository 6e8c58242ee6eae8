-- Holds changes of count and version back: "flexgw rollout pause".
if obj.metadata.deletionTimestamp ~= nil then
  error(obj.metadata.namespace .. "/" .. obj.metadata.name .. " is being deleted: nothing to change", 0)
end
if obj.spec.rollout == nil then obj.spec.rollout = {} end
obj.spec.rollout.paused = true
return obj
