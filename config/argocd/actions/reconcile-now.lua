-- Has the controller compare the gateway with AWS at once: any change of an annotation
-- does.
if obj.metadata.deletionTimestamp ~= nil then
  error(obj.metadata.namespace .. "/" .. obj.metadata.name .. " is being deleted: nothing to change", 0)
end
local os = require("os")
if obj.metadata.annotations == nil then obj.metadata.annotations = {} end
obj.metadata.annotations["flexgw.io/reconcile-at"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
