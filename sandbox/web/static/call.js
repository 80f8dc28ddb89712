// A call as a ladder: four lanes, time down the page, every message an arrow, every sound a bar.

import { byId, clock, follow, make, seconds } from "./dom.js";
import { details } from "./details.js";

const FILTERS = [["status", "Call, TwiML"], ["http", "HTTP"], ["stream", "Stream"], ["mark", "Marks"], ["model", "Model, speech"], ["audio", "Sound"], ["problem", "Problems"]];
const HIDDEN_AT_FIRST = ["mark"];
const PIXELS_PER_SECOND = 22;
const LONGEST_GAP = 120;
const sid = location.pathname.split("/").pop();
const narrow = matchMedia("(max-width: 760px)");

let log = null;
let chosen = "";
let rungs = new Map();
let live = true;

// --- where things are -------------------------------------------------------------------------

/** Each row below the one before it, farther the later it was; returns the place of every time. */
function layout(rows) {
  const height = narrow.matches ? 38 : 28;
  const places = [];
  let y = 0;
  rows.forEach((row, index) => {
    const waited = index ? (row.at - rows[index - 1].at) / 1000 * PIXELS_PER_SECOND : 0;
    y += index ? Math.max(height, Math.min(waited, LONGEST_GAP)) : 0;
    places.push({ at: row.at, y });
  });
  return { places, height: y + height * 2, row: height };
}

/** The y of any time: a line is drawn at the lower end of its row. */
function placeOf(at, { places, row }) {
  if (!places.length) return 0;
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (places[middle].at <= at) low = middle; else high = middle - 1;
  }
  const here = places[low];
  const next = places[low + 1];
  if (at <= here.at) return here.y + row - 5;
  if (!next) return here.y + row - 5 + Math.min((at - here.at) / 1000 * PIXELS_PER_SECOND, LONGEST_GAP);
  return here.y + row - 5 + (next.y - here.y) * (at - here.at) / (next.at - here.at);
}

// --- drawing ----------------------------------------------------------------------------------

const keyed = (rows) => {
  const seen = new Map();
  return rows.map((row) => {
    const name = `${row.at}|${row.kind}|${row.source}${row.target}|${row.label}`;
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return [`${name}|${times}`, row];
  });
};

function rung(key, row) {
  const arrow = row.source === row.target
    ? make("span", { class: "dot" })
    : make("span", { class: `wire ${row.source < row.target ? "right" : "left"}` });
  const label = make("span", { class: "label" }, make("b", { text: row.label }));
  const button = make("button", { type: "button", tabindex: "-1", "aria-pressed": "false", title: row.label, onclick: () => choose(key) },
    make("span", { class: "at num", text: seconds(row.at) }), make("span", { class: "area" }, arrow, label));
  const far = Math.min(row.source, row.target) >= 2 ? " far" : "";
  const element = make("li", { class: `rung k-${row.kind}${row.bad ? " bad" : ""}${far}` }, button);
  element.style.setProperty("--a", row.source);
  element.style.setProperty("--b", row.target);
  return { element, button, row };
}

function bar(row, map) {
  const top = placeOf(row.at, map);
  const element = make("li", { class: `bar${row.source ? " played" : ""}`, "aria-hidden": "true", title: row.label });
  element.style.setProperty("--lane", row.source);
  element.style.top = `${top}px`;
  element.style.height = `${Math.max(3, placeOf(row.until, map) - top)}px`;
  return element;
}

function draw() {
  const wanted = new Set([...byId("filters").querySelectorAll("input:checked")].map((box) => box.value));
  const kinds = (row) => wanted.has(row.kind) || (row.bad && wanted.has("problem"));
  const lines = keyed(log.rows.filter((row) => !row.bar && kinds(row)));
  const map = layout(lines.map(([, row]) => row));
  const held = document.activeElement?.closest(".rung");
  rungs = new Map(lines.map(([key, row], index) => {
    const one = rungs.get(key) ?? rung(key, row);
    one.row = row;
    one.element.style.top = `${map.places[index].y}px`;
    return [key, one];
  }));
  const bars = wanted.has("audio") ? log.rows.filter((row) => row.bar).map((row) => bar(row, map)) : [];
  const ladder = byId("ladder");
  const rails = make("li", { class: "rails", "aria-hidden": "true" }, make("i"), make("i"), make("i"), make("i"));
  ladder.replaceChildren(rails, ...bars, ...[...rungs.values()].map((one) => one.element));
  ladder.style.height = `${map.height}px`;
  if (held?.isConnected) held.querySelector("button").focus({ preventScroll: true });
  enter();
}

/** One line of the ladder is in the tab order: the chosen one, else the first. */
function enter() {
  const first = rungs.has(chosen) ? rungs.get(chosen) : rungs.values().next().value;
  for (const one of rungs.values()) one.button.tabIndex = one === first ? 0 : -1;
}

// --- choosing ---------------------------------------------------------------------------------

function choose(key) {
  const pane = byId("details");
  const one = rungs.get(key);
  rungs.get(chosen)?.button.setAttribute("aria-pressed", "false");
  chosen = one ? key : "";
  pane.classList.toggle("nothing", !one);
  if (one) {
    one.button.setAttribute("aria-pressed", "true");
    pane.replaceChildren(...details(one.row, () => { one.button.focus(); choose(""); }));
  } else {
    pane.replaceChildren(make("p", { class: "muted", text: "Choose a line to see all of it." }));
  }
  enter();
}

function walk(event) {
  const all = [...rungs.entries()];
  const here = all.findIndex(([, one]) => one.button === document.activeElement);
  const goal = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Escape") return choose("");
  if (here < 0 || goal === undefined || !all[goal]) return undefined;
  event.preventDefault();
  all[goal][1].button.focus();
  return choose(all[goal][0]);
}

// --- the page ---------------------------------------------------------------------------------

function filters() {
  for (const [kind, name] of FILTERS) {
    const box = make("input", { type: "checkbox", value: kind, checked: !HIDDEN_AT_FIRST.includes(kind), onchange: draw });
    byId("filters").append(make("label", { class: `k-${kind}` }, box, make("span", { text: name })));
  }
}

function head({ call, settings, dropped }) {
  byId("title").textContent = `${call.from} calls ${call.to}`;
  document.title = `${call.to} · Sandbox`;
  const told = Object.entries(settings).map(([name, value]) => `${name} ${value}`).join(", ");
  byId("facts").replaceChildren(`${call.direction} · ${new Date(call.created).toLocaleString()} · ${clock(call.line_ms / 1000)} on the line · ${call.sid}`,
    ...related(call), make("details", { open: byId("facts").querySelector("details")?.open ?? false }, make("summary", { text: "how quick the stand-ins are" }), told));
  byId("status").replaceChildren(make("span", { class: call.live ? "chip live" : "chip", text: call.status }));
  byId("dropped").hidden = !dropped;
  byId("dropped").textContent = `${dropped} events in the middle were dropped: this log is longer than the sandbox keeps.`;
}

function related(call) {
  const others = [...(call.parent ? [["rung for", call.parent]] : []), ...call.children.map((child) => ["rings", child])];
  return others.flatMap(([why, other]) => [make("br"), `${why} `, make("a", { href: `/sandbox/calls/${other}`, text: other })]);
}

function recordings({ call }) {
  const box = byId("recordings");
  if (call.live || box.childElementCount) return;
  for (const recording of call.recordings) {
    const address = `/2010-04-01/Accounts/${call.account}/Recordings/${recording}.wav`;
    box.append(make("div", { class: "recording card" }, make("b", { text: "Recording" }), make("audio", { controls: true, preload: "none", src: address, "aria-label": "Recording of the call" })));
  }
}

function show(news) {
  const atEnd = live && innerHeight + scrollY > document.body.scrollHeight - 80 && scrollY > 0;
  log = news;
  live = news.call.live;
  head(news);
  recordings(news);
  draw();
  if (!byId("app").value && news.call.voice_url) byId("app").value = new URL(news.call.voice_url).origin;
  if (atEnd) scrollTo(0, document.body.scrollHeight);
}

function lost(status) {
  byId("offline").hidden = status === 0;
  byId("offline").textContent = status === 404 ? "The sandbox knows no such call. It may have been restarted." : "The sandbox does not answer. Trying again…";
}

async function replay(event) {
  event.preventDefault();
  const box = byId("replayed");
  box.textContent = "Replaying, as long as the call lasted…";
  const kept = await (await fetch(`/sandbox/calls/${sid}/log.json`)).json();
  const answer = await fetch("/sandbox/replay", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ log: kept, app: byId("app").value }) });
  const report = await answer.json();
  if (!answer.ok) { box.textContent = report.error; return; }
  box.replaceChildren(make("p", { text: report.differences ? `${report.differences} of ${report.steps.length} answers differ.` : `All ${report.steps.length} answers are the same.` }),
    make("p", {}, make("a", { href: `/sandbox/calls/${report.call}`, text: "Ladder of the replay" })),
    make("table", {}, make("tbody", {}, ...report.steps.map((step) => make("tr", { class: step.differs ? "differs" : false },
      make("td", { class: "num", text: seconds(step.at_ms) }), make("td", { text: step.what }), make("td", { text: step.differs || "same" }))))));
}

filters();
byId("download").href = `/sandbox/calls/${sid}/log.json`;
byId("ladder").addEventListener("keydown", walk);
byId("details").addEventListener("keydown", (event) => { if (event.key === "Escape") choose(""); });
byId("replay").addEventListener("submit", replay);
narrow.addEventListener("change", () => log && draw());
// A call that is over may still be asked about now and then: a recording fetched, a summary written.
follow(`/sandbox/calls/${sid}/ladder.json`, { show, lost, every: () => (live ? 1000 : 5000) });
