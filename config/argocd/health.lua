-- Argo CD's health of a FlexGatewayDeployment. It says what kubectl wait and kstatus say
-- (docs/gitops.md has them side by side), and beyond that tells apart what works from
-- what waits for a person.

local function is_set(text) return text ~= nil and text ~= "" end

local function condition(kind)
  if obj.status == nil or obj.status.conditions == nil then return nil end
  for _, c in ipairs(obj.status.conditions) do
    if c.type == kind then return c end
  end
end

local function is_true(c) return c ~= nil and c.status == "True" end

local function say(c)
  if c == nil then return "the controller has not seen it yet" end
  if is_set(c.message) then return c.reason .. ": " .. c.message end
  return c.reason
end

local generation = obj.metadata.generation
local ready = condition("Ready")

if obj.metadata.deletionTimestamp ~= nil then
  return {status = "Progressing", message = say(ready)}
end

-- Right after a change the conditions still speak of the spec before.
if obj.status == nil or obj.status.observedGeneration ~= generation or ready == nil or ready.observedGeneration ~= generation then
  return {status = "Progressing", message = "the controller has not told of generation " .. tostring(generation) .. " yet"}
end

local stalled = condition("Stalled")
if is_true(stalled) then
  return {status = "Degraded", message = say(stalled)}
end

if is_true(ready) then
  local message = ready.message
  local expiring = condition("CertificateExpiring")
  if is_true(expiring) then message = message .. "; " .. expiring.message end
  return {status = "Healthy", message = message}
end

-- A pause that nothing else goes on beside, a plan that is to be applied, and a pause of
-- spec.rollout.pauseAt.
local is_held_back = (ready.reason == "Paused" or ready.reason == "PlanOnly") and not is_true(condition("Reconciling"))
if is_held_back or ready.reason == "WaitingForPromotion" then
  return {status = "Suspended", message = say(ready)}
end

return {status = "Progressing", message = say(ready)}
