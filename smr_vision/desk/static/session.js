// A session: the clip with what was measured over it, and the trainer's last word.
import { ask, clock, make, say, trying } from "./common.js";
import { Figure } from "./figure.js";
import { Lanes } from "./lanes.js";
import { Drawings } from "./session_drawings.js";

const find = (selector) => document.querySelector(selector);
const main = find("main");
const session = main.dataset.session;
const api = (what) => `/api/sessions/${session}/${what}`;
const video = find("#video");
const figure = new Figure(session);
const lanes = new Lanes(find("#lanes"), session, (t) => seek(t));
const drawings = new Drawings(session, { now: () => now, seek: (t) => seek(t), pause: () => video.pause() });
let state = null;
let now = 0; // the own time of the picture shown
let loop = null;
let annotated = main.dataset.original !== "1";

// Without a clip there is nothing to play, to step through or to draw on.
function withClip(there) {
  find("#no-clip").hidden = there;
  for (const part of [find(".controls"), find("#keep-picture")]) part.hidden = !there;
}

function load() {
  const there = annotated ? main.dataset.annotated === "1" : main.dataset.original === "1";
  withClip(there);
  if (!there) return;
  video.src = annotated ? `/sessions/${session}/annotated.mp4` : `/sessions/${session}/original`;
  video.addEventListener("loadedmetadata", () => seek(now), { once: true });
}
video.addEventListener("error", () => {
  // Not every browser plays what a phone films; the annotated clip plays everywhere.
  if (!annotated && main.dataset.annotated === "1") {
    annotated = true;
    if (find("#annotated")) find("#annotated").checked = true;
    load();
  } else withClip(false);
});

const stretched = () => (annotated ? 1 : figure.slowed);

// Asked for a picture's own time, Chromium shows the one before in a third of the cases; half a picture later, never.
function seek(t) {
  const duration = state?.duration_s ?? video.duration ?? 0;
  t = Math.min(Math.max(t, 0), Math.max(duration - 0.001, 0));
  const picture = figure.picture(t);
  now = picture ? picture.t : t;
  video.currentTime = (now + (picture ? picture.gap / 2 : 1 / 120)) * stretched();
  show();
}

function step(pictures) {
  video.pause();
  const picture = figure.picture(now, pictures);
  seek(picture ? picture.t + 1e-3 : now + pictures / 30);
}

function show() {
  find("#clock").textContent = clock(now, 2);
  lanes.at(now);
  drawings.at(now);
  paint();
}
function paint() {
  for (const label of document.querySelectorAll(".layer")) label.hidden = annotated; // drawn into that clip already
  const layers = Object.fromEntries([...document.querySelectorAll("[data-layer]")].map((box) => [box.dataset.layer, box.checked && !annotated]));
  if (state) figure.draw(find("#figure"), now, state.size, layers, { left: "#56b4e9", right: "#e59ac2", amber: "#f2b632", green: "#35c79b", label: "#fff" });
}
figure.changed = () => paint();
new ResizeObserver(paint).observe(find("#stage"));

function follow() {
  const playing = () => {
    now = video.currentTime / stretched();
    if (loop && (now >= loop.end_s || now < loop.start_s - 0.5)) seek(loop.start_s);
    else show();
    if (!video.paused) ("requestVideoFrameCallback" in video ? video.requestVideoFrameCallback(playing) : requestAnimationFrame(playing));
  };
  playing();
}
video.addEventListener("play", () => { find("#play").textContent = "Pause"; find("#play").setAttribute("aria-label", "Pause"); follow(); });
video.addEventListener("pause", () => { find("#play").textContent = "Play"; find("#play").setAttribute("aria-label", "Play"); });
const toggle = () => (video.paused ? video.play().catch(() => {}) : video.pause());

function setLoop(part) {
  loop = part;
  find("#loop").setAttribute("aria-pressed", String(Boolean(part)));
  if (part) seek(part.start_s);
}
const parts = () => state.sets.flatMap((s) => [...s.faults, ...s.passes]);
const nearest = () => parts().filter((p) => p.start_s <= now + 0.05 && now <= p.end_s + 0.05)[0] ?? state.sets.find((s) => s.start_s <= now && now <= s.end_s) ?? null;

find("#play").addEventListener("click", toggle);
find("#back").addEventListener("click", () => step(-1));
find("#on").addEventListener("click", () => step(1));
find("#speed").addEventListener("change", (e) => (video.playbackRate = Number(e.target.value)));
find("#loop").addEventListener("click", () => (loop ? setLoop(null) : nearest() ? setLoop(nearest()) : say("Go to a pass or a fault first.")));
find("#zoom-in").addEventListener("click", () => lanes.zoom(0.5));
find("#zoom-out").addEventListener("click", () => lanes.zoom(2));
find("#annotated")?.addEventListener("change", (e) => { annotated = e.target.checked; load(); paint(); });
for (const box of document.querySelectorAll("[data-layer]")) box.addEventListener("change", paint);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "z" && !event.target.closest("input, textarea")) { event.preventDefault(); drawings.active ? drawings.sketch.undo() : undo(event.shiftKey ? "redo" : "undo"); }
    return;
  }
  if (event.key === "Escape" && drawings.active) drawings.stop();
  if (event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  const inButton = event.target.closest("button, a, summary");
  const keys = {
    " ": () => toggle(), d: () => find(".controls").hidden || find("#draw").click(), ",": () => step(-1), ".": () => step(1), l: () => find("#loop").click(),
    ArrowLeft: () => seek(now - (event.shiftKey ? 0.1 : 1)), ArrowRight: () => seek(now + (event.shiftKey ? 0.1 : 1)),
    Home: () => seek(0), End: () => seek(state.duration_s), "+": () => lanes.zoom(0.5), "-": () => lanes.zoom(2),
  };
  if (!keys[event.key] || (event.key === " " && inButton)) return;
  event.preventDefault();
  keys[event.key]();
});

// Corrections. The desk is told which one was seen last: made meanwhile in another window, it says so.
async function change(path, body, button) {
  return trying(async () => {
    try {
      take(await ask("POST", api(path), body));
      return true;
    } catch (error) {
      if (error.status === 409) take(await ask("GET", api("state")));
      throw error;
    }
  }, button);
}
const correct = (deed, button) => change("correct", { after: state.last, deed }, button);
const undo = (what) => change(what, { after: state.last });
find("#undo").addEventListener("click", () => undo("undo"));
find("#redo").addEventListener("click", () => undo("redo"));

const jump = (t) => make("button", { className: "jump", textContent: clock(t, 1), "aria-label": `Go to ${clock(t, 1)}`, onclick: () => { video.pause(); seek(t); } });
const small = (words, label, work) => make("button", { className: "button small", textContent: words, "aria-label": label, onclick: (e) => work(e.target) });

// Filled when it is opened: an hour has hundreds of them.
function ends(part, label) {
  const edit = make("details", { className: "edit" }, make("summary", {}, "Move"));
  edit.addEventListener("toggle", () => edit.append(fields(part, label)), { once: true });
  return edit;
}

function fields(part, label) {
  const at = (key) => make("input", { type: "number", step: "0.01", min: "0", value: part[key].toFixed(2), "aria-label": `${label}, ${key === "start_s" ? "start" : "end"}` });
  const [start, end] = [at("start_s"), at("end_s")];
  const move = (button) => correct({ do: "move", part: part.name, start_s: Number(start.value), end_s: Number(end.value) }, button);
  const here = (input) => small("now", `now: ${input.getAttribute("aria-label")}`, () => { input.value = now.toFixed(2); });
  return make("span", { className: "row" }, start, here(start), "to", end, here(end), small("Move", `Move ${label}`, move));
}

function faultRow(f) {
  const label = `${f.title} at ${clock(f.start_s, 1)}`;
  const gone = Boolean(f.dismissed_by);
  return make("li", { className: gone ? "dismissed" : f.severity === "safety" ? "safety" : "" },
    jump(f.start_s), make("span", { className: "what" }, make("b", { dir: "auto" }, f.cue), make("span", { className: "soft", dir: "auto" }, ` ${f.words}`)),
    make("span", { className: "bar" }, gone ? small("Restore", `Restore ${label}`, (b) => correct({ do: "restore_fault", part: f.name }, b)) : small("Dismiss", `Dismiss ${label}`, (b) => correct({ do: "dismiss_fault", part: f.name }, b)),
      small("Loop", `Loop ${label}`, () => setLoop(f)), ends(f, label)));
}

function partRow(p, words, label) {
  return make("li", {}, jump(p.start_s), make("span", { className: "what" }, words),
    make("span", { className: "bar" }, small("Remove", `Remove ${label}`, (b) => correct({ do: "remove", part: p.name }, b)), small("Loop", `Loop ${label}`, () => setLoop(p)), ends(p, label)));
}

function setRow(s, i) {
  const label = `set ${i + 1}`;
  const side = make("select", { "aria-label": `Side of ${label}`, onchange: (e) => correct({ do: "describe_set", part: s.name, move: s.move, side: e.target.value || null }) },
    ...[["", "no side"], ["left", "left"], ["right", "right"]].map(([value, words]) => new Option(words, value, false, value === (s.side ?? ""))));
  const moves = [...find("#add-set [name=move]").options].map((o) => new Option(o.text, o.value, false, o.value === s.move));
  const move = make("select", { "aria-label": `Move of ${label}`, onchange: (e) => correct({ do: "describe_set", part: s.name, move: e.target.value, side: s.side }) }, ...moves);
  return make("li", {}, jump(s.start_s), make("span", { className: "what" }, make("b", {}, s.title), make("span", { className: "soft" }, ` ${s.words}`)),
    make("span", { className: "bar" }, move, side, small("Split here", `Split here: ${label}`, (b) => correct({ do: "split_set", part: s.name, at_s: now }, b)),
      i + 1 < state.sets.length ? small("Join with next", `Join with next: ${label}`, (b) => correct({ do: "join_sets", part: s.name }, b)) : null,
      small("Not a set", `Not a set: ${label}`, (b) => correct({ do: "remove", part: s.name }, b)), ends(s, label)));
}

// A moment as the field for one takes it, by this machine's clock.
function local(at) {
  const when = new Date(at);
  return Number.isNaN(when.getTime()) ? "" : new Date(when - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

const none = (words) => [make("li", { className: "empty" }, words)];
const fill = (id, rows, words) => find(id).replaceChildren(...(rows.length ? rows : none(words)));

function take(given) {
  const focus = document.activeElement?.getAttribute?.("aria-label");
  state = given;
  find("#by").textContent = state.corrected_by ? ` · corrected by ${state.corrected_by}` : "";
  find("#day").textContent = state.day;
  if (document.activeElement !== find("#when [name=at]")) find("#when [name=at]").value = local(state.recorded_at);
  find("#undo").disabled = !state.can_undo;
  find("#redo").disabled = !state.can_redo;
  find("#totals").replaceChildren(...state.figures.map(([name, value]) => make("div", {}, make("span", { className: "soft" }, name), make("b", {}, value))));
  const explained = state.explained.map((line) => make("p", { className: "soft" }, line));
  find("#explained").replaceChildren(...(explained.length > 2 ? [make("details", {}, make("summary", {}, "What counts as on target"), ...explained)] : explained));
  fill("#faults", state.sets.flatMap((s) => s.faults).sort((a, b) => a.start_s - b.start_s).map(faultRow), state.without_faults);
  const rows = state.sets.flatMap((s) => [...s.passes.map((p) => [p, "pass"]), ...s.holds.map((h) => [h, "hold"])]).sort((a, b) => a[0].start_s - b[0].start_s);
  fill("#passes", rows.map(([p, kind]) => partRow(p, p.words, `${kind} at ${clock(p.start_s, 1)}`)), "None.");
  fill("#sets", state.sets.map(setRow), "No set was found in this clip.");
  const checks = new Map(state.sets.flatMap((s) => s.checks).map((c) => [c.id, c.title]));
  const chosen = find("#add-fault [name=check]");
  if (chosen.options.length !== checks.size) chosen.replaceChildren(...[...checks].map(([id, title]) => new Option(title, id)));
  find("#notes").replaceChildren(...state.notes.map((n) => {
    const page = make("div", { className: "note", dir: "auto" });
    page.innerHTML = n.page; // made and cleaned by the desk: no HTML of the writer's, no links, no pictures
    return make("div", {}, n.t_s === null ? null : jump(n.t_s), page, small("Edit", "Edit the note", () => {
      find("#note [name=words]").value = n.words;
      find("#note [name=here]").checked = n.t_s !== null;
      if (n.t_s !== null) seek(n.t_s);
      editing = n.t_s;
      find("#note [name=words]").focus();
    }));
  }));
  find("#events").replaceChildren(...state.events.map((e) => make("li", {}, `${e.do.replaceAll("_", " ")}, ${e.by}, ${e.at.slice(0, 16).replace("T", " ")}`)));
  drawings.sketch.measure(state.size);
  find("#stage").style.aspectRatio = `${state.size[0]} / ${state.size[1]}`;
  lanes.set(state);
  figure.corrected(state.sets);
  paint();
  if (focus) document.querySelector(`[aria-label="${CSS.escape(focus)}"]`)?.focus();
}

let editing; // the time of the note that is edited
function onSubmit(id, work) {
  find(id).addEventListener("submit", (event) => {
    event.preventDefault();
    work(Object.fromEntries(new FormData(event.target)), event.submitter, event.target);
  });
}
const until = (seconds) => ({ start_s: Number(now.toFixed(3)), end_s: Number((now + Number(seconds)).toFixed(3)) });
onSubmit("#add-fault", ({ check, seconds, words }, b) => correct({ do: "add_fault", check, words, ...until(seconds) }, b));
onSubmit("#add-part", ({ do: what, seconds }, b) => correct({ do: what, ...until(seconds) }, b));
onSubmit("#add-set", ({ move, side, seconds }, b) => correct({ do: "add_set", move, side: side || null, ...until(seconds) }, b));
onSubmit("#note", async ({ words, here }, b, form) => {
  const t_s = here ? (editing ?? Number(now.toFixed(2))) : null;
  const there = state.notes.find((n) => n.t_s === t_s)?.words ?? "";
  const all = there && editing !== t_s ? `${there}\n\n${words}` : words; // a second note joins the first
  if (!(await change("note", { t_s, words: all, before: there }, b))) return; // what was typed stays
  editing = undefined;
  form.reset();
  say("Kept.");
});
onSubmit("#whose", async ({ person }, b) => {
  await change("whose", { person: person.trim() || null }, b);
  find("#who").textContent = state.person ?? "No name yet";
  find("#whose").hidden = Boolean(state.person);
});
onSubmit("#when", async ({ at }, b) => {
  await change("when", { at: new Date(at).toISOString() }, b);
  say(`Kept: ${state.day}.`);
});
find("#rename-person").addEventListener("click", () => { find("#whose").hidden = false; find("#whose input").focus(); });

load();
trying(async () => take(await ask("GET", api("state"))));
