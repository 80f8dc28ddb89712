// The phone: a number that rings here, a voice both ways, and what happens in the call.

import { byId, clock, make, seconds } from "./dom.js";
import { indented, way } from "./details.js";
import { excuse, open, ring } from "./voice.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const MOST_ROWS = 400;
const AGAIN_MS = 1000;
const MINOR = ["audio"];

let socket = null;
let mine = sessionStorage.getItem("number") || "";
let wanted = mine;  // chosen, and to be claimed as soon as the sandbox listens
let ringingCall = null;
let talkingCall = "";
let shownCall = "";
let voice = null;
let stopRinging = () => {};
let began = 0;

// --- what is shown ----------------------------------------------------------------------------

function problem(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = !text;
}

function state(text, about = "") {
  byId("state").textContent = text;
  byId("with").textContent = about;
}

/** "idle", "ringing", "calling" or "talking": which controls there are. */
function phase(name) {
  byId("screen").classList.toggle("ringing", name === "ringing");
  byId("ringing").hidden = name !== "ringing";
  byId("talking").hidden = !["talking", "calling"].includes(name);
  byId("keypad").hidden = name !== "talking";
  byId("levels").hidden = name !== "talking" || !voice?.hears;
  byId("mute").disabled = !voice?.hears;
  byId("clock").hidden = name !== "talking";
  byId("dial").hidden = name !== "idle" || !mine;
  byId("claim").hidden = name !== "idle";
  if (name !== "ringing") byId("deaf").hidden = true;
}

function idle(text = "") {
  phase("idle");
  state(text || (mine ? `Waiting for calls to ${mine}` : "No number chosen"), text && mine ? `Waiting for calls to ${mine}` : "");
}

// --- the call ---------------------------------------------------------------------------------

const say = (message) => { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); };

/** Ask for the microphone; false, and why, when there is none. */
async function takeUp(deaf = false) {
  problem("");
  try {
    voice = await open({
      deaf,
      send: (frame) => { if (socket?.readyState === WebSocket.OPEN) socket.send(frame); },
      level: (peak) => { byId("level").value = peak; },
    });
    voice.hears = !deaf;
    return true;
  } catch (error) {
    problem(excuse(error));
    return false;
  }
}

function putDown() {
  voice?.close();
  voice = null;
  mute(false);
  byId("level").value = 0;
}

async function answer(deaf) {
  const call = ringingCall;
  if (!call) return;
  if (!await takeUp(deaf)) {
    byId("deaf").hidden = false;
    return;
  }
  if (ringingCall !== call) putDown();
  else say({ do: "answer", call: call.call });
}

function mute(on) {
  voice?.mute(on);
  byId("mute").setAttribute("aria-pressed", String(on));
  byId("mute").classList.toggle("muted-on", on);
  byId("mute").textContent = on ? "Muted" : "Mute";
}

async function dial(event) {
  event.preventDefault();
  if (await takeUp()) say({ do: "call", to: byId("to").value.trim(), url: byId("url").value.trim() });
}

function claim(event) {
  event.preventDefault();
  wanted = byId("number").value.trim();
  say({ do: "claim", number: wanted });
}

function press(digit) {
  say({ do: "key", digit });
}

// --- what the sandbox says --------------------------------------------------------------------

const HEARD = {
  ready({ numbers, voice_url: url, voice_number: number }) {
    problem("");
    byId("book").replaceChildren(...numbers.map((one) => make("option", { value: one.number, label: one.name ? `${one.name} · ${one.number}` : one.number })));
    byId("url").value ||= url;
    byId("to").value ||= number;
    if (wanted) say({ do: "claim", number: wanted });
  },
  claimed({ number }) {
    mine = wanted = number;
    sessionStorage.setItem("number", number);
    problem("");
    if (!talkingCall) idle();
  },
  ringing(call) {
    if (talkingCall) return;
    ringingCall = call;
    phase("ringing");
    state(`${call.from} is calling`, `to ${call.to}`);
    document.title = `Ringing: ${call.from}`;
    stopRinging();
    stopRinging = ring();
    byId("answer").focus();
  },
  stopped({ call }) {
    if (ringingCall?.call !== call) return;
    quiet();
    idle("The ringing has stopped");
  },
  calling({ call, to }) {
    begin(call);
    phase("calling");
    state(`Calling ${to}…`, `from ${mine}`);
  },
  answered({ call }) {
    if (talkingCall !== call) begin(call);
    const other = ringingCall?.from || byId("to").value;
    quiet();
    phase("talking");
    state("Connected", other);
    began = Date.now();
  },
  ended({ status, seconds: lasted }) {
    talkingCall = "";
    putDown();
    idle(`Call ended: ${status}${lasted ? `, ${clock(lasted)}` : ""}`);
  },
  row({ call, row }) {
    if (shownCall !== call) byId("rows").replaceChildren();
    shownCall = call;
    show(row);
  },
  problem({ text }) {
    wanted = mine;
    problem(text);
    if (!talkingCall) putDown();
  },
};

function begin(call) {
  talkingCall = call;
  byId("ladder-link").href = `/sandbox/calls/${call}`;
  byId("ladder-link").hidden = false;
}

function quiet() {
  stopRinging();
  stopRinging = () => {};
  ringingCall = null;
  document.title = "Phone · Sandbox";
}

// --- what happens -----------------------------------------------------------------------------

function show(row) {
  const list = byId("rows");
  byId("nothing").hidden = true;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const line = make("div", { class: "line" }, make("span", { class: "num muted", text: seconds(row.at) }),
    make("span", { class: "way", text: way(row) }), make("span", { class: "what", text: row.label }));
  const twiml = row.detail.twiml ? [make("pre", { text: indented(row.detail.twiml), tabindex: "0" })] : [];
  const minor = row.bar || (MINOR.includes(row.kind) && !row.label.includes("“")) ? " minor" : "";
  list.append(make("li", { class: `k-${row.kind}${row.bad ? " bad" : ""}${minor}` }, line, ...twiml));
  while (list.childElementCount > MOST_ROWS) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

// --- the socket -------------------------------------------------------------------------------

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/sandbox/phone/line`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) voice?.play(data);
    else { const { event, ...rest } = JSON.parse(data); HEARD[event]?.(rest); }
  };
  socket.onclose = () => {
    quiet();
    talkingCall = "";
    putDown();
    idle();
    problem("The sandbox does not answer. Trying again…");
    setTimeout(connect, AGAIN_MS);
  };
}

byId("keypad").append(...KEYS.map((digit) => make("button", { type: "button", text: digit, "aria-label": { "*": "star", "#": "pound" }[digit] ?? digit, onclick: () => press(digit) })));
byId("number").value = mine;
byId("claim").addEventListener("submit", claim);
byId("dial").addEventListener("submit", dial);
byId("answer").addEventListener("click", () => answer(false));
byId("listen").addEventListener("click", () => answer(true));
byId("decline").addEventListener("click", () => { if (ringingCall) say({ do: "decline", call: ringingCall.call }); });
byId("hang-up").addEventListener("click", () => say({ do: "hang_up" }));
byId("mute").addEventListener("click", () => mute(byId("mute").getAttribute("aria-pressed") !== "true"));
byId("all").addEventListener("change", (event) => byId("feed").classList.toggle("brief", !event.target.checked));
addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (talkingCall && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && KEYS.includes(event.key)) press(event.key);
});
setInterval(() => { if (talkingCall && began) byId("clock").textContent = clock((Date.now() - began) / 1000); }, 250);
idle();
connect();
