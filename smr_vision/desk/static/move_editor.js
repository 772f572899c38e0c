// Writing a move: checked as it is typed, and a stored clip is coached by it at once.
import { ask, clock, make, say, trying } from "./common.js";
import { Lanes } from "./lanes.js";

const find = (selector) => document.querySelector(selector);
const text = find("#text");
const verdict = find("#verdict");
const video = find("#video");
const lanes = find("#lanes") && new Lanes(find("#lanes"), "", (t) => seek(t));
if (lanes) lanes.fetch = () => lanes.draw(); // all is there from the trial
let right = false;
let changed = false;
let waiting;
let trial = 0;

function seek(t) {
  lanes.at(t);
  if (!find("#stage").hidden) video.currentTime = t + 1 / 60;
}
find("#lanes")?.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  seek(Math.min(Math.max(lanes.now + step * (event.shiftKey ? 0.1 : 1), 0), lanes.length));
});
video?.addEventListener("timeupdate", () => lanes.at(video.currentTime));

const wait = (work, ms) => {
  clearTimeout(waiting);
  waiting = setTimeout(work, ms);
};

async function check() {
  right = false;
  find("#keep").disabled = true;
  if (!text.value.trim()) return (verdict.textContent = "");
  const asked = text.value;
  const told = await trying(() => ask("POST", "/api/moves/check", { text: asked }));
  if (!told || asked !== text.value) return undefined;
  verdict.className = told.wrong ? "verdict wrong" : "verdict right";
  verdict.textContent = told.wrong ?? "Every line is right.";
  if (told.wrong) {
    const line = /line (\d+)/.exec(told.wrong);
    if (line) verdict.append(" ", make("button", { className: "jump", textContent: `Go to line ${line[1]}`, onclick: () => go(Number(line[1])) }));
    return undefined;
  }
  right = true;
  find("#keep").disabled = false;
  card(told.move);
  return attempt(false);
}

function go(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + lines[line - 1].length);
  text.scrollTop = (line - 6) * (text.scrollHeight / lines.length);
}

function card(move) {
  const zone = make("img", { src: `data:image/svg+xml,${encodeURIComponent(move.zone)}`, alt: "Where the tool belongs", width: 112, height: 212 });
  find("#card").hidden = false;
  find("#card").replaceChildren(zone, make("div", {}, make("h2", {}, move.title), make("p", { className: "soft" }, move.muscles + (move.sided ? " · left and right" : "")), make("p", {}, move.dose),
    make("ul", {}, ...move.checks.map((c) => make("li", {}, c.title, c.safety ? make("b", {}, " (safety)") : null, make("span", { className: "soft" }, `: ${c.target}`))))));
}

async function attempt(asVideo) {
  const chosen = find("#clip")?.value;
  if (!chosen || !right) return;
  const number = ++trial;
  const state = find("#state");
  const began = Date.now();
  const ticking = setInterval(() => (state.textContent = `${asVideo ? "The clip is drawn" : "The clip is coached"} by this move … ${Math.round((Date.now() - began) / 1000)} s`), 300);
  try {
    const told = await ask("POST", "/api/moves/try", { text: text.value, session: chosen, video: asVideo });
    if (number !== trial) return;
    show(told);
    state.textContent = told.sets.length ? "This is what the clip is by this move." : `No set of this move was found. ${told.notes.join(". ")}`;
  } catch (error) {
    if (number === trial) state.textContent = error.message;
  } finally {
    clearInterval(ticking);
  }
}

function show(told) {
  find("#outcome").hidden = false;
  lanes.data = { curves: told.curves, sources: told.sources };
  lanes.state = null; // another clip may be of another length
  lanes.set(told);
  find("#stage").hidden = !told.video;
  if (told.video) {
    video.src = `/moves/trial.mp4?${Date.now()}`;
    video.addEventListener("loadedmetadata", () => (find("#stage").style.aspectRatio = `${video.videoWidth} / ${video.videoHeight}`), { once: true });
  }
  find("#sets").replaceChildren(...told.sets.map((s) => make("section", {}, make("h3", {}, `${s.label}, ${clock(s.start_s, 1)} to ${clock(s.end_s, 1)}`),
    make("p", {}, s.words),
    make("ul", {}, ...s.checks.map((c) => make("li", {}, c))),
    s.faults.length ? make("ul", { className: "found" }, ...s.faults.map((f) => make("li", {}, make("button", { className: "jump", textContent: clock(f.start_s, 1), "aria-label": `Go to ${f.title} at ${clock(f.start_s, 1)}`, onclick: () => seek(f.start_s) }), make("span", { className: "what" }, make("b", {}, f.cue), make("span", { className: "soft" }, ` ${f.title}`))))) : null)));
}

async function begin(words) {
  text.value = words;
  changed = true;
  await check();
}
text.addEventListener("input", () => {
  changed = true;
  wait(check, 700);
});
find("#from").addEventListener("change", (event) => trying(async () => {
  if (!event.target.value) return;
  const answer = await ask("GET", `/api/moves/${event.target.value}/text`);
  // Its id is taken, so that yours needs another.
  await begin((await answer.text()).replace(/^id = "(.*)"$/m, 'id = "my_$1"').replace(/^title = "(.*)"$/m, 'title = "My $1"'));
}));
find("#file").addEventListener("change", (event) => trying(async () => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  if (file.size > 200_000) throw new Error("That file is too long for a move file.");
  await begin(await file.text());
}));
find("#clip")?.addEventListener("change", () => attempt(false));
find("#see")?.addEventListener("click", () => attempt(true));
find("#keep").addEventListener("click", (event) => trying(async () => {
  await ask("POST", "/api/moves/keep", { text: text.value });
  changed = false;
  say("Kept. From now on it is known everywhere on this desk.");
}, event.target));
window.addEventListener("beforeunload", (event) => changed && text.value.trim() && event.preventDefault());
if (text.value) check();
