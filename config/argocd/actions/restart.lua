-- New replicas of the same version, as a rollout: "flexgw rollout restart".
if obj.metadata.deletionTimestamp ~= nil then
  error(obj.metadata.namespace .. "/" .. obj.metadata.name .. " is being deleted: nothing to change", 0)
end
local os = require("os")
if obj.spec.rollout == nil then obj.spec.rollout = {} end
obj.spec.rollout.restartedAt = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
