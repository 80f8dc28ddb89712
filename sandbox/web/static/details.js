// All that is known of one line of a log.

import { make, seconds } from "./dom.js";

export const LANES = ["person", "carrier", "app", "model"];

/** XML with a line for each element. */
export function indented(xml) {
  let depth = 0;
  const tokens = xml.replace(/>\s*</g, ">\n<").split("\n");
  return tokens.map((token) => {
    if (token.startsWith("</")) depth -= 1;
    const text = "  ".repeat(Math.max(depth, 0)) + token;
    if (/^<[^!?/][^>]*[^/]>$/.test(token) || /^<\w+>$/.test(token)) depth += 1;
    return text;
  }).join("\n");
}

export const way = (row) => row.source === row.target ? LANES[row.source] : `${LANES[row.source]} → ${LANES[row.target]}`;

function value(name, it) {
  if (name === "twiml") return make("pre", { text: indented(it) });
  if (it !== null && typeof it === "object") return Object.keys(it).length ? pairs(it) : make("span", { class: "muted", text: "none" });
  return document.createTextNode(String(it));
}

export function pairs(fields) {
  const list = make("dl", { class: "pairs" });
  for (const [name, it] of Object.entries(fields)) {
    if (it === "" || it === null) continue;
    const wide = name === "twiml" || typeof it === "object";
    list.append(make("dt", { text: name, class: wide ? "wide" : false }), make("dd", { class: wide ? "wide" : false }, value(name, it)));
  }
  return list;
}

export function details(row, close) {
  const until = row.until === null ? "" : ` to ${seconds(row.until)}`;
  return [
    make("div", { class: "details-head" }, make("h2", { text: row.label }), make("button", { type: "button", text: "Close", onclick: close })),
    make("p", { class: "small muted num", text: `${seconds(row.at)}${until} s · ${way(row)}` }),
    pairs(row.detail),
  ];
}
