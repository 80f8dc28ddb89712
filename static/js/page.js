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

// A second click while the first is under way would be a second call. The pressed button still names itself.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's cache may be used again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  }
});

document.addEventListener("ringside:changed", tick);
tick();
setInterval(tick, 1000);
