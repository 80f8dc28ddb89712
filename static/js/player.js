// A recording and the strip that shows who spoke when: the playhead follows, a click seeks. One plays at a time.

const WIDTH = 1000; // of the strip's own units

const stripOf = (audio) => document.getElementById(audio.dataset.strip)?.querySelector("svg");

function follow(audio) {
  const head = stripOf(audio)?.querySelector(".playhead");
  if (!head || !audio.duration) return;
  const x = ((audio.currentTime / audio.duration) * WIDTH).toFixed(1);
  head.setAttribute("x1", x);
  head.setAttribute("x2", x);
  head.setAttribute("visibility", audio.currentTime > 0 ? "visible" : "hidden");
}

// Media events do not bubble, so they are caught on the way down.
for (const name of ["timeupdate", "seeking"]) {
  document.addEventListener(name, ({ target }) => target.matches("audio[data-strip]") && follow(target), true);
}

document.addEventListener("play", ({ target }) => {
  for (const other of document.querySelectorAll("audio")) if (other !== target) other.pause();
}, true);

document.addEventListener("click", (event) => {
  const strip = event.target.closest("svg.strip");
  const audio = strip && document.querySelector(`audio[data-strip="${strip.parentElement.id}"]`);
  if (!audio?.duration) return;
  const box = strip.getBoundingClientRect();
  audio.currentTime = ((event.clientX - box.left) / box.width) * audio.duration;
});
