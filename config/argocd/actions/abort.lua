-- Has ECS give up the rollout that is in progress: "flexgw rollout abort". The annotation
-- carries the id of ECS's deployment, so that it can never hit another one.
if obj.metadata.deletionTimestamp ~= nil then
  error(obj.metadata.namespace .. "/" .. obj.metadata.name .. " is being deleted: nothing to change", 0)
end
local status = obj.status or {}
local rollout = status.rollout or {}
local deployment = nil
for _, version in ipairs(status.history or {}) do
  if version.outcome == "InProgress" and deployment == nil then deployment = version.deploymentID end
end
if rollout.failed or (rollout.deploymentID or "") == "" or deployment ~= rollout.deploymentID then
  error("no version of " .. obj.metadata.namespace .. "/" .. obj.metadata.name .. " is being rolled out: there is nothing to abort", 0)
end
if obj.metadata.annotations == nil then obj.metadata.annotations = {} end
obj.metadata.annotations["flexgw.io/abort"] = rollout.deploymentID
return obj
