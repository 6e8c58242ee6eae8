-- Which actions there are, and which of them would do something now. Each is what
-- "flexgw rollout" writes; the scripts refuse by themselves what is disabled here.

local status = obj.status or {}
local rollout = status.rollout or {}
local spec = (obj.spec or {}).rollout or {}
local going = obj.metadata.deletionTimestamp ~= nil

local function is_set(text) return text ~= nil and text ~= "" end

local function is_rolling_out()
  if rollout.failed or not is_set(rollout.deploymentID) then return false end
  for _, version in ipairs(status.history or {}) do
    if version.outcome == "InProgress" then return version.deploymentID == rollout.deploymentID end
  end
  return false
end

local waits = rollout.pause ~= nil and is_set(rollout.pause.hookID)
local paused = spec.paused == true

local function action(possible, name, icon)
  return {disabled = going or not possible, displayName = name, iconClass = "fa fa-fw " .. icon}
end

return {
  ["restart"] = action(true, "Restart the replicas", "fa-redo"),
  ["pause"] = action(not paused, "Hold changes back", "fa-pause-circle"),
  ["resume"] = action(paused, "Let changes go on", "fa-play-circle"),
  ["promote"] = action(waits, "Promote the new version", "fa-fast-forward"),
  ["abort"] = action(is_rolling_out(), "Abort the rollout", "fa-times-circle"),
  ["reconcile-now"] = action(true, "Compare with AWS now", "fa-sync"),
}
