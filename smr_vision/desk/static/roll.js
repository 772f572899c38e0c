import { ask, make } from "./common.js";
import { Sender, cameras, open } from "./roll_camera.js";
import { Pace } from "./roll_pace.js";
import { Sound, voices } from "./roll_sound.js";
import { Stage, pictureOf, strokes } from "./roll_stage.js";

const main = document.querySelector("main");
const { moves, routines, tones, going } = JSON.parse(main.dataset.facts);
const $ = (id) => document.querySelector(`#${id}`);
const form = $("begin");
const field = (name) => form.elements[name];
const KEYS = { " ": "space", Enter: "space", PageDown: "n", PageUp: "a", ArrowRight: "n", ArrowLeft: "a", Escape: "q" };
const BACK_MS = 1000; // a connection that broke is tried again so often
const SILENT_MS = 4000; // a camera without a picture for so long is told
const MEANT_MS = 2000; // a key so soon after the end was meant for the session: it doesn't close the summary
const kept = JSON.parse(localStorage.getItem("roll") ?? "{}");
let stream, roll;

// What there is to choose

function tile(group, value, ...inside) {
  const input = make("input", { type: "radio", name: "what", value, required: true });
  group.append(make("label", { className: "tile" }, input, ...inside));
}
for (const move of moves) tile($("moves"), `move:${move.id}`, pictureOf(move), make("b", {}, move.title));
for (const one of routines) tile($("routines"), `routine:${one.name}`, make("b", {}, one.title), make("small", {}, `${Math.max(1, Math.round(one.minutes))} min`));

function chosen() {
  const [kind, name] = (new FormData(form).get("what") ?? "").split(/:(.*)/s);
  return { move: kind === "move" ? moves.find((one) => one.id === name) : undefined, routine: kind === "routine" ? routines.find((one) => one.name === name) : undefined };
}

function describe() {
  const { move, routine } = chosen();
  const first = move ?? moves.find((one) => one.id === routine?.parts[0].move);
  $("about").replaceChildren(...(move ? [make("h3", {}, move.title), make("ol", {}, ...move.steps.map((s) => make("li", {}, s)))]
    : routine ? [make("h3", {}, routine.title), make("ol", {}, ...routine.parts.map((p) => make("li", {}, moves.find((one) => one.id === p.move)?.title ?? p.move)))] : []));
  $("side-row").hidden = !move?.sided;
  const tools = [...new Set(first?.tools ?? ["roller"])];
  field("tool").replaceChildren(...tools.map((kind) => make("option", { value: kind }, kind)));
  $("stand").textContent = first ? `${first.camera}.` : "";
  $("outline").replaceChildren(...(first ? strokes(first.silhouette) : []));
}

function remember() {
  const values = Object.fromEntries(new FormData(form));
  localStorage.setItem("roll", JSON.stringify({ ...values, camera: $("camera").value, address: $("address").value, mirror: $("mirror").checked, record: field("record").checked }));
}

for (const name of ["person", "strictness", "voice", "volume", "rate", "side"]) if (kept[name]) field(name).value = kept[name];
field("record").checked = Boolean(kept.record);
$("mirror").checked = kept.mirror ?? true;
$("address").value = kept.address ?? "";
const before = [...form.querySelectorAll("[name=what]")].find((one) => one.value === (kept.what ?? "move:calf")) ?? form.querySelector("[name=what]");
before.checked = true;
describe();
if (kept.tool) field("tool").value = kept.tool;
form.addEventListener("change", (event) => {
  if (event.target.name === "what") describe();
  remember();
});
// Linux often has no voice in the browser: then this computer's own speaks.
setTimeout(() => { if (!voices().length && !kept.voice) field("voice").value = "computer"; }, 800);

// The camera

const told = (words) => { $("camera-says").textContent = words; };
const far = () => $("camera").value === "address";

async function list() {
  const found = await cameras();
  const at = $("camera").value || kept.camera;
  const none = found.length ? [] : [make("option", { value: "" }, "No camera found")];
  $("camera").replaceChildren(...none, ...found.map((one, k) => make("option", { value: one.deviceId }, one.label || `Camera ${k + 1}`)), make("option", { value: "address" }, "A camera by its address"));
  if ([...$("camera").options].some((one) => one.value === at)) $("camera").value = at;
  $("address-row").hidden = !far();
}

async function look() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  $("address-row").hidden = !far();
  if (far()) return told("This camera is read by the desk once you start.");
  told("The camera starts …");
  try {
    stream = await open($("camera").value);
  } catch (error) {
    $("preview").srcObject = null;
    return told(error.message);
  }
  $("preview").srcObject = stream;
  await $("preview").play();
  await list();
  const { videoWidth: wide, videoHeight: high } = $("preview");
  told(high > wide ? "Turn the phone on its side." : "Lie as the outline does. How far away, and the light, is told once you start.");
  stream.getVideoTracks()[0].onended = () => told("The camera is gone. Plug it in again, then press Look.");
}

$("look").addEventListener("click", look);
$("camera").addEventListener("change", look);
$("mirror").addEventListener("change", () => $("preview").classList.toggle("mirrored", $("mirror").checked));
$("preview").classList.toggle("mirrored", $("mirror").checked);
navigator.mediaDevices?.addEventListener("devicechange", list);
list().then(look);

// The session

class Roll {
  constructor(number, filmed) {
    Object.assign(this, { number, over: false, heardAt: performance.now(), lags: [], lit: null, pace: new Pace(filmed) });
    this.stage = new Stage({ mirrored: $("mirror").checked, moves });
    this.sound = new Sound({ volume: Number(field("volume").value), rate: Number(field("rate").value), voice: field("voice").value, tones });
    $("stage").hidden = false;
    this.stage.tell("One moment", "The coach is getting ready.");
    if (stream) {
      $("live").srcObject = stream;
      $("live").play();
      stream.getVideoTracks()[0].onended = () => this.lost();
    }
    this.connect();
    this.timer = setInterval(() => this.mind(), 1000);
    // A socket that is closed in mid-answer can't say that the page was left.
    addEventListener("pagehide", () => this.over || navigator.sendBeacon(`/api/roll/${this.number}/left`, new Blob(["{}"], { type: "application/json" })));
  }

  connect() {
    this.socket = new WebSocket(`ws://${location.host}/api/roll/${this.number}`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => { if (stream) this.sender = new Sender($("live"), this.socket, this.pace); };
    this.socket.onmessage = ({ data }) => this.hear(data);
    this.socket.onclose = ({ code }) => {
      this.sender?.stop();
      if (this.over) return;
      if (code === 4404) return void this.end({ problem: "That session is over. What was done is kept." });
      this.stage.tell("Paused", "The desk does not answer. Start `smr desk` again; it goes on by itself.");
      setTimeout(() => this.connect(), BACK_MS);
    };
  }

  hear(data) {
    if (typeof data !== "string") data = this.picture(data);
    const now = JSON.parse(data);
    if (now.say) return void this.line(now);
    if (now.tick) return void this.sound.tone("tick");
    if (now.note) return void this.note(now.note);
    if (now.ended) return void this.end(now);
    if (now.lost !== undefined) return void this.lost();
    this.heardAt = performance.now();
    this.pace.heard(1000 * now.at, this.heardAt);
    this.stage.show(now);
    this.sound.mute(now.muted);
    this.signs(now);
    this.now = now;
    // Shown with the next frame of the screen: the time from the camera to there.
    if (stream) requestAnimationFrame(() => { this.lags.push(performance.now() - 1000 * now.at); if (this.lags.length > 20000) this.lags.shift(); });
  }

  // The picture of a camera that the desk reads comes with the answer.
  picture(data) {
    const long = new DataView(data).getUint32(0);
    const text = new TextDecoder().decode(new Uint8Array(data, 4, long));
    createImageBitmap(new Blob([new Uint8Array(data, 4 + long)], { type: "image/jpeg" })).then((image) => {
      const at = $("far");
      if (at.width !== image.width || at.height !== image.height) [at.width, at.height] = [image.width, image.height];
      at.getContext("2d").drawImage(image, 0, 0);
      image.close();
    });
    return text;
  }

  signs({ menu, taken }) {
    const lit = menu ? menu.lit : null;
    if (lit !== this.lit && lit !== null) this.sound.tone(this.lit === null ? "opens" : "lit");
    this.lit = lit;
    if (taken && taken !== "Nothing") this.sound.tone("taken");
  }

  line(line) {
    this.sound.say(line);
    $("caption").textContent = line.say;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { $("caption").textContent = ""; }, 6000);
  }

  note(words) {
    $("note").textContent = words;
    $("note").hidden = !words;
  }

  mind() {
    const now = performance.now();
    const told = this.pace.told(now);
    if (this.over || document.hidden || !this.now) return;
    if (stream && now - this.heardAt > SILENT_MS && this.socket.readyState === WebSocket.OPEN) return void this.lost();
    this.note(told);
  }

  async lost() {
    if (this.over) return;
    this.stage.tell("Paused", stream ? "The camera gives no picture. Check its cable; it goes on by itself." : "The camera gives no picture. Is its app still on? It goes on by itself.");
    if (!stream || this.seeking || stream.getVideoTracks()[0].readyState === "live") return;
    this.seeking = true;
    try {
      stream = await open($("camera").value);
      $("live").srcObject = stream;
      await $("live").play();
      stream.getVideoTracks()[0].onended = () => this.lost();
      this.sender?.stop();
      this.sender = new Sender($("live"), this.socket, this.pace);
    } catch { /* `mind` comes back to it */ } finally {
      this.seeking = false;
    }
  }

  press(key) {
    if (this.over) return void (performance.now() - this.endedAt > MEANT_MS && close());
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ key }));
  }

  end({ problem, session }) {
    this.over = true;
    this.endedAt = performance.now();
    clearInterval(this.timer);
    this.sender?.stop();
    this.sound.close();
    this.socket.close(1000);
    const at = $("screen");
    const last = this.now && ["summary", "over"].includes(this.now.stage) ? this.stage.of_summary(this.now) : [make("h1", {}, this.now ? "The end" : "Not started")];
    at.hidden = false;
    at.replaceChildren(...last, ...(problem ? [make("p", { className: "ask" }, problem)] : []),
      make("p", { className: "bar" }, ...(session ? [make("a", { className: "button primary", href: `/sessions/${session}` }, "Read it all")] : []),
        make("button", { className: "button", onclick: close }, this.now ? "Done" : "Back")));
    for (const id of ["menu", "arm", "note"]) $(id).hidden = true;
  }
}

function close() {
  if (document.fullscreenElement) document.exitFullscreen();
  location.assign("/roll");
}

function wrong(words) {
  $("problem").textContent = words;
  $("problem").hidden = !words;
}

let lock;
async function stayAwake() {
  try {
    lock = await navigator.wakeLock?.request("screen");
  } catch { /* a laptop on its last battery refuses: the session goes on */ }
}
document.addEventListener("visibilitychange", () => { if (roll && !roll.over && !document.hidden) stayAwake(); });

async function full() {
  try {
    await $("stage").requestFullscreen?.();
  } catch { /* not allowed here: the stage fills the window */ }
}

function begun(number) {
  roll = new Roll(number, field("record").checked);
  window.roll = roll;
  full();
  stayAwake();
}

// Who is new is asked before the start, while the mouse is at hand; false: not now.
async function safe(person) {
  const { lines } = await ask("POST", "/api/roll/safety", { person });
  if (!lines.length) return true;
  $("safety-lines").replaceChildren(...lines.map((line) => make("p", {}, line)));
  return new Promise((answer) => {
    $("safe").onclick = () => { answer(true); $("safety").close(); };
    $("not-safe").onclick = () => $("safety").close();
    $("safety").onclose = () => answer(false);
    $("safety").showModal();
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { move, routine } = chosen();
  const address = $("address").value.trim();
  if (!far() && !stream) return wrong($("camera-says").textContent);
  wrong("");
  remember();
  $("start").setAttribute("aria-busy", "true");
  try {
    const person = field("person").value.trim() || null;
    if (!(await safe(person))) return;
    const { number } = await ask("POST", "/api/roll", {
      accepted: true, person, move: move?.id ?? null, side: move?.sided ? field("side").value || null : null,
      routine: routine?.name ?? null, tool: field("tool").value || null, strictness: field("strictness").value,
      voice: field("voice").value, volume: Number(field("volume").value), pace: Number(field("rate").value), camera: far() ? address : "browser", record: field("record").checked,
    });
    if (far()) stream?.getTracks().forEach((track) => track.stop());
    begun(number);
  } catch (error) {
    wrong(error.message);
  } finally {
    $("start").removeAttribute("aria-busy");
  }
});

$("going").hidden = going === null;
$("go-on").addEventListener("click", () => begun(going));

document.addEventListener("keydown", (event) => {
  if (!roll || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = KEYS[event.key] ?? event.key.toLowerCase();
  if (key === "f") return void (document.fullscreenElement ? document.exitFullscreen() : full());
  // Links and buttons at the end stay what they are.
  if (roll.over && event.target.closest("a, button")) return;
  event.preventDefault();
  if (/^(space|[ansqwmt0-9])$/.test(key)) roll.press(key);
});
