// What every page needs: running clocks, and a form that is sent once.

const two = (number) => String(number).padStart(2, "0");

// A live page that has lost its connection does not know whether the call goes on, so its clock stands still.
const offline = () => document.querySelector("[data-offline]:not([hidden])");

function tick() {
  if (offline()) return;
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor((now - Date.parse(time.dataset.since)) / 1000));
    const text = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
    if (time.textContent !== text) time.textContent = text;
  }
}

// A second click while the first is under way would be a second call. The pressed button still names itself. The page
// stays when the server does not answer: the browser's own error page would take the call out of sight.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  send(form, event.submitter);
});

const PATIENCE = 20_000; // ms; longer than the carrier is given to take a request

async function send(form, button) {
  const address = button?.getAttribute("formaction") ?? form.action;
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: new FormData(form, button),
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    const next = answer.headers.get("HX-Redirect");
    if (next) return location.assign(next);
    trouble(answer.status === 403
      ? "That was not taken: this page is too old, or it is not yours to do. Load the page again."
      : `That was not taken (error ${answer.status}). Look at how things stand before you try again.`);
  } catch {
    trouble("Ringside did not answer. It is not certain whether that was taken: look at how things stand before you try again.");
  }
  again(form);
}

function trouble(words) {
  const place = document.querySelector("[data-trouble]");
  place.textContent = words;
  place.hidden = !words;
  if (words) place.scrollIntoView({ block: "nearest" });
}

function again(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  form.closest("[popover]")?.hidePopover();
}

// A list that looks for news by itself says when it cannot, and stays as it is when there are none.
const SILENT = "Connection lost. This list shows what was last known.";
let watched = "";

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!("watched" in detail.elt.dataset)) return;
  if (detail.xhr.status === 200 && detail.serverResponse === watched) detail.shouldSwap = false;
  watched = detail.serverResponse;
  if (document.querySelector("[data-trouble]").textContent === SILENT) trouble("");
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => trouble(SILENT));
}

// A page that comes back from the browser's cache may be used again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(again);
});

document.addEventListener("ringside:changed", tick);
tick();
setInterval(tick, 1000);
