// The list of calls, newest first.

import { byId, clock, follow, make } from "./dom.js";

const ENDS_BADLY = ["failed", "busy", "no-answer", "canceled"];
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
let drawn = new Map();

function line(call) {
  const who = call.direction === "inbound" ? `${call.from} calls ${call.to}` : `${call.to} is called`;
  const state = call.live ? "chip live" : ENDS_BADLY.includes(call.status) ? "chip bad" : "chip";
  const flags = call.problems ? [make("span", { class: "chip bad", text: `${call.problems} ${call.problems === 1 ? "problem" : "problems"}` })] : [];
  return make("li", {},
    make("time", { class: "num muted", datetime: call.created, text: time.format(new Date(call.created)) }),
    make("a", { href: `/sandbox/calls/${call.sid}`, text: who }),
    make("span", { class: "verbs muted small", text: call.verbs.join(" · ") }),
    make("span", {}, make("span", { class: state, text: call.status })),
    make("span", { class: "seconds num", text: clock(call.seconds) }),
    make("span", { class: "flags" }, ...flags));
}

/** Lines that have not changed stay the elements they are, so that focus stays where it is. */
function show({ calls, total, complaints }) {
  const list = byId("calls");
  const kept = new Map(calls.map((call) => {
    const text = JSON.stringify(call);
    const known = drawn.get(call.sid);
    return [call.sid, known?.text === text ? known : { text, element: line(call) }];
  }));
  const held = document.activeElement?.getAttribute("href");
  list.replaceChildren(...[...kept.values()].map((one) => one.element));
  if (held) list.querySelector(`a[href="${held}"]`)?.focus();
  drawn = kept;
  list.hidden = total === 0;
  byId("empty").hidden = total > 0;
  const shown = total > calls.length ? `the latest ${calls.length} of ${total} calls` : `${total} ${total === 1 ? "call" : "calls"}`;
  byId("summary").textContent = `${shown}, ${complaints} conformance ${complaints === 1 ? "complaint" : "complaints"}`;
}

byId("example").textContent = `curl ${location.origin}/sandbox/calls -d '{"from": "+15125550101",\n  "to": "+15125550100", "url": "https://your-app/voice"}'`;
follow("/sandbox/calls.json", { show, lost: (status) => { byId("offline").hidden = status === 0; } });
