"use strict";
// Draws /_awssim/diagram once a second. All text goes in as text, never as HTML: names and
// tags are whatever the account's users made of them.

const interval = 1000; // milliseconds

const el = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((c) => c !== null && c !== ""));
  return node;
};

const tone = (state) => {
  const s = state.toLowerCase();
  if (["running", "active", "available", "healthy", "completed"].includes(s)) return "good";
  if (["unhealthy", "failed", "error", "stopped", "unavailable"].includes(s)) return "bad";
  return "wait";
};

// targetsOf are the targets that a task is registered as: it may run and not be served to yet.
const targetsOf = (diagram, address) =>
  diagram.loadBalancers.flatMap((lb) => lb.listeners.flatMap((l) => l.targets.filter((t) => address && t.address === address)));

const task = (diagram, t) => {
  const targets = targetsOf(diagram, t.address);
  const worst = targets.find((x) => tone(x.state) === "bad") || targets.find((x) => tone(x.state) === "wait");
  const card = el("div", "card task " + (worst ? tone(worst.state) : tone(t.status)),
    el("div", "state", `Task ${t.status}` + (t.provider === "FARGATE_SPOT" ? " on Spot" : "")), el("div", "", t.id.slice(0, 8) + (t.address ? " · " + t.address : "")), el("div", "", t.definition));
  for (const x of targets) card.append(el("div", "target", `:${x.port} ${x.state}${x.reason ? " (" + x.reason + ")" : ""}`));
  card.dataset.task = t.id;
  return card;
};

const zone = (diagram, z) => el("div", "zone", el("h4", "", z.name),
  ...z.subnets.map((s) => el("div", "subnet", `${s.id} ${s.cidr}`)),
  ...z.tasks.map((t) => task(diagram, t)),
  ...z.mountTargets.map((m) => el("div", "card mount " + tone(m.state), el("div", "state", `Mount target ${m.state}`), `${m.fileSystem} · ${m.address}`)));

const balancer = (lb) => el("div", "balancer card " + tone(lb.state),
  el("div", "state", `Network Load Balancer ${lb.state}`), lb.name, el("div", "subnet", lb.dnsName),
  ...lb.listeners.map((l) => el("div", "", `:${l.port} → ${l.targetGroup}, ${l.targets.filter((t) => t.state === "healthy").length} of ${l.targets.length} healthy`)));

const vpcs = (diagram) => {
  const used = (id) => diagram.loadBalancers.some((lb) => lb.vpc === id) ||
    diagram.zones.some((z) => z.vpc === id && (z.tasks.length || z.mountTargets.length));
  const ids = [...new Set(diagram.zones.map((z) => z.vpc))];
  const shown = ids.some(used) ? ids.filter(used) : ids;
  return shown.map((id) => el("div", "vpc", el("h3", "", "VPC " + id),
    ...diagram.loadBalancers.filter((lb) => lb.vpc === id).map(balancer),
    el("div", "zones", ...diagram.zones.filter((z) => z.vpc === id).map((z) => zone(diagram, z)))));
};

const service = (s) => el("div", "card service " + (s.running === s.desired && s.status === "ACTIVE" ? "good" : "wait"),
  el("div", "state", `${s.name} ${s.status}`), `${s.running} of ${s.desired} running, ${s.pending} pending · ${s.cluster}`,
  ...s.deployments.map((d) => el("div", "", `${d.status} ${d.taskDefinition} ${d.rolloutState}`)),
  el("ul", "", ...s.events.map((e) => el("li", "", e))));

const draw = (diagram) => {
  const byID = (id) => document.getElementById(id);
  byID("now").textContent = new Date(diagram.now).toISOString().replace("T", " ").slice(0, 19) + " UTC";
  byID("vpcs").replaceChildren(...vpcs(diagram));
  byID("filesystems").replaceChildren(...diagram.fileSystems.map((f) => el("div", "card " + tone(f.state), el("div", "state", `EFS ${f.state}`), f.id, el("div", "", f.name || ""))));
  byID("services").replaceChildren(...diagram.services.map(service));
  byID("others").replaceChildren(...Object.keys(diagram.others).sort().flatMap((kind) => [el("dt", "", kind), ...diagram.others[kind].map((id) => el("dd", "", id))]));
  places(diagram);
};

// places fills the choice anew only when it has changed, so that an open list stays open.
const places = (diagram) => {
  const select = document.getElementById("place");
  const here = `${diagram.account} ${diagram.region}`;
  const names = [...new Set([here, ...diagram.places.map((p) => `${p.account} ${p.region}`)])].sort();
  if (names.join() === [...select.options].map((o) => o.value).join()) return;
  select.replaceChildren(...names.map((n) => el("option", "", n)));
  select.value = here;
};

const look = async () => {
  const [account, region] = (document.getElementById("place").value || " ").split(" ");
  const offline = document.getElementById("offline");
  try {
    const response = await fetch(`diagram?${new URLSearchParams({ account, region })}`);
    if (!response.ok) throw new Error(response.statusText);
    draw(await response.json());
    offline.hidden = true;
  } catch {
    offline.hidden = false;
  }
  setTimeout(look, interval);
};

look();
