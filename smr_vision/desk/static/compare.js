// Two clips with one set of controls, aligned where their sets, or a pass of each, begin.
const figures = [...document.querySelectorAll(".pair figure")].map((figure) => ({
  video: figure.querySelector("video"),
  start: Number(figure.dataset.start),
  passes: figure.dataset.passes.split(" ").filter(Boolean).map(Number),
}));
const find = (selector) => document.querySelector(selector);
const [play, align, where] = [find("#play"), find("#align"), find("#where")];
const HALF = 1 / 60;
let zeros = figures.map((f) => f.start);

for (let i = 0; i < Math.min(...figures.map((f) => f.passes.length)); i++) align.add(new Option(`pass ${i + 1}`, i));
align.addEventListener("change", () => {
  zeros = figures.map((f) => (align.value === "set" ? f.start : f.passes[Number(align.value)]));
  go(0);
});

function go(t) {
  where.value = t;
  find("#clock").textContent = `${Number(where.value).toFixed(1)} s`;
  figures.forEach((f, i) => (f.video.currentTime = Math.max(zeros[i] + Number(where.value) + HALF, 0)));
}
const running = () => figures.some((f) => !f.video.paused);
play.addEventListener("click", () => {
  if (running()) return figures.forEach((f) => f.video.pause());
  figures.forEach((f) => f.video.play().catch(() => {}));
});
for (const f of figures) {
  const gone = () => ((f.video.hidden = true), (f.video.nextElementSibling.hidden = false));
  f.video.addEventListener("error", gone);
  if (f.video.error) gone();
  for (const kind of ["play", "pause"]) f.video.addEventListener(kind, () => (play.textContent = running() ? "Pause" : "Play"));
  f.video.addEventListener("loadedmetadata", () => {
    where.max = Math.max(...figures.map((g, i) => (g.video.duration || 0) - zeros[i]));
    go(0);
  });
}
figures[0].video.addEventListener("timeupdate", () => {
  if (!running()) return;
  where.value = figures[0].video.currentTime - zeros[0];
  find("#clock").textContent = `${Number(where.value).toFixed(1)} s`;
});
where.addEventListener("input", () => go(Number(where.value)));
find("#back").addEventListener("click", () => go(Number(where.value) - 0.1));
find("#on").addEventListener("click", () => go(Number(where.value) + 0.1));
find("#speed").addEventListener("change", (e) => figures.forEach((f) => (f.video.playbackRate = Number(e.target.value))));
