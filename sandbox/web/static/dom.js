// Small helpers of all pages: elements without markup in strings, times, JSON that says "nothing new".

export const byId = (id) => document.getElementById(id);

/** An element with properties (class, text, on…, others as attributes) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export const seconds = (ms) => (Math.max(0, ms) / 1000).toFixed(2);

export function clock(total) {
  const whole = Math.floor(total);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Calls `show(json)` at once and whenever the answer changes; `lost(status)` when there is none. Rests in the background. */
export function follow(address, { show, lost, every = () => 1000 }) {
  let tag = "";
  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch(address, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
        lost(answer.status < 400 ? 0 : answer.status);
        if (answer.ok) {
          tag = answer.headers.get("ETag") || "";
          show(await answer.json());
        }
      } catch {
        lost(-1);
      }
    }
    setTimeout(look, every());
  }
  look();
}
