// A live page: pieces of it arrive over a socket, each with the id of the element it replaces or the list it joins.
// Every piece may come twice; after a lost connection the server sends all of them again.

const root = document.querySelector("[data-socket]");
const offline = document.querySelector("[data-offline]");
const NEAR = 48; // px from the end of a transcript that still count as reading along
const shown = new Map(); // id -> the markup last applied
let attempt = 0;

function connect() {
  const address = new URL(root.dataset.socket, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  let opened = false;
  socket.addEventListener("message", ({ data }) => {
    attempt = 0;
    offline.hidden = true;
    apply(data);
    allow(true);
  });
  socket.addEventListener("open", () => { opened = true; });
  socket.addEventListener("close", async ({ code }) => {
    allow(false);
    if (code === 4404 || (!opened && (await isRefused()))) return location.reload(); // no longer ours to see
    if (attempt > 0) offline.hidden = false;
    setTimeout(connect, Math.min(10_000, 250 * 2 ** attempt++) * (0.5 + Math.random() / 2));
  });
}

// Who cannot see whether the call goes on cannot end it either.
function allow(possible) {
  for (const button of document.querySelectorAll("[data-needs-line]")) button.disabled = !possible;
}

// Why a socket was refused a browser does not tell. Whoever is logged out, or may not see the page, is not given the
// page either; a server that is away or in trouble gives no such answer.
async function isRefused() {
  try {
    const { type, status } = await fetch(location.href, { method: "HEAD", redirect: "manual" });
    return type === "opaqueredirect" || status === 403 || status === 404;
  } catch {
    return false;
  }
}

function apply(markup) {
  const pieces = new DOMParser().parseFromString(markup, "text/html").body.children;
  const following = [...document.querySelectorAll("[data-follow]")].filter((list) => isLive(list) && atEnd(list));
  for (const piece of [...pieces]) place(document.adoptNode(piece));
  following.forEach(toEnd);
  updateButtons();
  document.dispatchEvent(new Event("ringside:changed"));
}

function place(piece) {
  const markup = piece.outerHTML;
  if (shown.get(piece.id) === markup) return;
  shown.set(piece.id, markup);
  const old = document.getElementById(piece.id);
  if (old) {
    if (!old.isEqualNode(piece)) replace(old, piece);
  } else {
    join(document.getElementById(piece.dataset.into), piece);
  }
}

function replace(old, piece) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(piece);
  if (focused) document.getElementById(focused)?.focus();
}

// A late line takes its place in the order of the conversation.
function join(list, piece) {
  if (!list) return;
  const order = Number(piece.dataset.order);
  const next = firstAfter(list, order);
  list.insertBefore(piece, next);
}

function firstAfter(list, order) {
  let next = null;
  for (let row = list.lastElementChild; row && Number(row.dataset.order) > order; row = row.previousElementSibling) next = row;
  return next;
}

const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
const isLive = (list) => document.getElementById(list.dataset.follow)?.dataset.live === "yes";
const toEnd = (list) => { list.scrollTop = list.scrollHeight; };

function updateButtons() {
  for (const button of document.querySelectorAll("[data-to-end]")) {
    const list = document.getElementById(button.dataset.toEnd);
    button.hidden = !list || !isLive(list) || atEnd(list);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-to-end]");
  if (!button) return;
  toEnd(document.getElementById(button.dataset.toEnd));
  updateButtons();
});
document.addEventListener("scroll", updateButtons, { capture: true, passive: true });

if (root) {
  [...document.querySelectorAll("[data-follow]")].filter(isLive).forEach(toEnd);
  updateButtons();
  connect();
}
