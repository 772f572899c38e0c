// The stage: one moment of the session drawn over the picture and beside it. Every colour has a shape and a word too.
import { make } from "./common.js";

const LIMBS = [[0, 1], [1, 2], [0, 3], [3, 4], [4, 5], [5, 6]]; // of the seven joints of a side
const COLOURS = { green: "#2fd0a0", amber: "#f2b632", red: "#ff8a4c" };
const SIGNS = { safety: "⚠", form: "▲", tempo: "◷", praise: "✓", info: "➜" };
const STATES = { ok: "✓", fault: "✗", watch: "▲", unknown: "…" };
const row = (t) => [`${STATES[t.sign]} ${t.title}`, t.numbers];
const $ = (id) => document.querySelector(`#${id}`);
const put = (id, words) => { const at = $(id); if (at.textContent !== words) at.textContent = words; };

export class Stage {
  constructor({ mirrored, moves }) {
    Object.assign(this, { mirrored, moves, screen: "" });
    this.canvas = $("drawn");
    this.context = this.canvas.getContext("2d");
    for (const id of ["live", "far", "live-outline"]) $(id).classList.toggle("mirrored", mirrored);
  }

  show(now) {
    this.figure(now);
    const rolling = now.stage === "rolling";
    put("title", now.item?.title ?? "");
    $("score").hidden = !rolling && now.count === null;
    if (rolling) {
      const target = now.item?.seconds ?? 45;
      put("seconds", now.known ? String(Math.round(now.on_target_s)) : "–");
      put("of", `of ${Math.round(target)} s`);
      $("ring").lastElementChild.style.strokeDasharray = `${Math.min(100, 100 * now.on_target_s / target)} 100`;
      $("ring").classList.toggle("on", Boolean(now.on_target));
    } else if (now.count !== null) {
      put("seconds", String(now.count));
      put("of", "");
      $("ring").lastElementChild.style.strokeDasharray = `${100 * (now.count - 1) / 3} 100`;
    }
    put("zone", rolling ? now.place : "");
    $("zone").className = now.zone ?? "";
    put("passes", rolling ? now.passes_words : "");
    this.rows(now, rolling);
    this.cue(now);
    const set = now.item?.set ? `${now.item.set} · ` : "";
    put("strip", rolling && now.item
      ? `${set}${Math.ceil(now.left_s)} s left · ${now.left_s < 15 ? (now.then ? `then ${now.then}` : "the last set") : now.to_go}`
      : "Raise an arm · space pause · n next · q finish");
    this.list(now);
    this.whole(now);
    $("live-outline").hidden = now.stage !== "framing";
    if (now.item && this.outlined !== now.item.move) {
      this.outlined = now.item.move;
      const move = this.moves.find((one) => one.id === now.item.move);
      if (move) $("live-outline").replaceChildren(...strokes(move.silhouette));
    }
  }

  rows(now, rolling) {
    let rows = [];
    if (now.stage === "framing") rows = now.findings.map((f) => [`${STATES[f.state]} ${f.title}`, f.state === "fault"]);
    else if (now.stage === "setup" && now.phase !== "setup") rows = now.item?.steps.map((s) => [s, s === now.instruction]).filter((row) => row[1]) ?? [];
    else if (!rolling && now.stage === "setup") rows = now.checks.map((c) => [`${STATES[c.state]} ${c.title}`, c.state === "fault"]);
    else if (rolling && !now.breath) rows = now.checks.filter((c) => c.state === "fault" || c.state === "watch").slice(0, 1).map((c) => [`${STATES[c.state]} ${c.title}`, true]);
    if (now.breath) rows = [[now.breath.half === "in" ? "◯ Breathe in" : "● Breathe out", true]];
    const told = JSON.stringify(rows);
    if (told === this.told) return;
    this.told = told;
    $("rows").replaceChildren(...rows.map(([words, said]) => make("li", { className: said ? "said" : "unsaid" }, words)));
  }

  cue(now) {
    let cue = now.cue;
    if (!cue && now.instruction && !now.item?.steps.includes(now.instruction)) cue = { text: now.instruction.replace(/\.$/, ""), severity: "info" };
    if (!cue && now.other) cue = { text: `Switch to ${now.other}? w, or an arm`, severity: "info" };
    put("cue", cue ? `${SIGNS[cue.severity] ?? ""} ${cue.text}` : "");
    const at = $("cue");
    at.className = cue ? `is-${cue.severity}` : "";
    // A long one in smaller type, rather than cut off.
    at.style.fontSize = cue ? `calc(${Math.max(5, Math.min(8, 230 / (cue.text.length + 3) * innerWidth / innerHeight / 1.78))} * var(--u))` : "";
  }

  list(now) {
    const { menu } = now;
    $("menu").hidden = !menu;
    $("arm").hidden = Boolean(menu) || now.held < 0.25;
    $("arm").firstElementChild.value = now.held;
    if (!menu) return;
    $("menu").className = menu.choices.length > 8 ? "long" : "";
    $("menu").replaceChildren(...menu.choices.map((words, k) => make("li", { className: k === menu.lit ? "lit" : "" }, words)));
  }

  // Whole screens: safety, pause, rest, summary.
  whole(now) {
    const kind = now.paused ? "paused" : ["screen", "rest", "summary", "over"].includes(now.stage) ? now.stage : "";
    const at = $("screen");
    at.hidden = !kind;
    if (!kind) return void (this.screen = "");
    const parts = this[`of_${kind}`](now);
    const told = parts.map((part) => part.outerHTML).join("");
    if (told === this.screen) return;
    this.screen = told;
    at.replaceChildren(...parts);
  }

  of_paused() {
    return [make("h1", {}, "Paused"), make("p", {}, "Raise an arm, or press space, to go on.")];
  }

  of_screen(now) {
    return [make("h1", { style: "font-size: calc(8 * var(--u))" }, "Before you start"), make("div", { className: "safety" }, ...now.safety.map((line) => make("p", {}, line))),
      make("p", { className: "ask" }, "None of it is yours? Raise an arm, or press space.")];
  }

  of_rest(now) {
    const parts = [make("p", { className: "huge" }, `Rest ${Math.ceil(now.left_s)}`)];
    if (now.early) parts.push(make("p", {}, `${now.early} Go on with it? a, or raise an arm`));
    else if (now.last) parts.push(make("p", {}, `${STATES[now.tallies.at(-1).sign]} ${now.last}`));
    if (now.item) parts.push(make("p", { style: "font-size: calc(7 * var(--u))" }, `Next: ${now.item.full}`));
    parts.push(make("p", { className: now.asking ? "ask" : "soft" }, now.asking ? "Discomfort, 0 to 10? Raise an arm, or press a key" : now.to_go));
    return parts;
  }

  of_summary(now) {
    const parts = [make("h1", {}, now.ending), make("p", { style: "font-size: calc(9 * var(--u))" }, now.all ?? "No set was done.")];
    if (now.early) parts.push(make("p", { className: "ask" }, `${now.early} Go on with it? a, or raise an arm`));
    parts.push(make("table", {}, ...now.tallies.slice(-4).map((t) => make("tr", {}, ...row(t).map((words) => make("td", {}, words))))));
    if (now.asking) parts.push(make("p", { className: "ask" }, "Discomfort, 0 to 10? Raise an arm, or press a key"));
    else if (now.closing.length) parts.push(make("p", { className: "soft" }, now.closing[0]));
    return parts;
  }

  of_over(now) {
    return this.of_summary(now);
  }

  // What is said by the page itself: the camera is gone, the desk does not answer.
  tell(title, words) {
    const at = $("screen");
    at.hidden = false;
    this.screen = "";
    at.replaceChildren(make("h1", {}, title), make("p", {}, words));
  }

  figure(now) {
    const { canvas, context: draw } = this;
    const { clientWidth: w, clientHeight: h } = canvas;
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    draw.clearRect(0, 0, w, h);
    if (!now.joints || now.paused) return;
    // The picture lies in the middle of its box, as large as fits.
    const wide = Math.min(w, h * now.aspect);
    const high = wide / now.aspect;
    const at = ([x, y]) => [(w - wide) / 2 + (this.mirrored ? 1 - x : x) * wide, (h - high) / 2 + y * high];
    const thick = Math.max(3, high / 110);
    draw.lineCap = draw.lineJoin = "round";
    draw.globalAlpha = 0.5;
    for (const band of now.bands) this.band(band, at);
    draw.globalAlpha = 1;
    const near = now.near === "left" ? 0 : 7;
    for (const [from, colour, size] of [[7 - near, "#96a0ac", 0.8], [near, "#56b4e9", 1.3]]) {
      draw.strokeStyle = colour;
      draw.lineWidth = thick * size;
      draw.beginPath();
      for (const [a, b] of LIMBS) {
        const [p, q] = [now.joints[from + a], now.joints[from + b]];
        if (p && q) { draw.moveTo(...at(p)); draw.lineTo(...at(q)); }
      }
      draw.stroke();
    }
    const { tool } = now;
    if (!tool?.at) return;
    draw.strokeStyle = COLOURS[now.zone] ?? "#fff";
    draw.lineWidth = thick * 1.4;
    draw.setLineDash(tool.seen ? [] : [thick * 2, thick * 2]); // dashed: worked out, not seen
    draw.beginPath();
    draw.arc(...at(tool.at), Math.max(tool.radius * wide, 4), 0, 7);
    draw.stroke();
    draw.setLineDash([]);
    if (tool.touch) {
      draw.fillStyle = "#fff";
      draw.beginPath();
      draw.arc(...at(tool.touch), thick * 1.3, 0, 7);
      draw.fill();
    }
  }

  band({ zone, at: points }, at) {
    const draw = this.context;
    const placed = points.filter(Boolean).map(at);
    if (placed.length < 3) return;
    draw.fillStyle = COLOURS[zone];
    draw.beginPath();
    placed.forEach((p, k) => (k ? draw.lineTo(...p) : draw.moveTo(...p)));
    draw.closePath();
    draw.fill();
    if (zone === "green") return;
    draw.strokeStyle = "#fff"; // a rim: not by colour alone
    draw.lineWidth = 2;
    draw.stroke();
  }
}

const NS = "http://www.w3.org/2000/svg";
function drawn(name, values) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  return made;
}

// A silhouette as strokes of a picture 160 x 90: somebody with a head, and the floor last.
export function strokes(silhouette) {
  const [x, y] = silhouette[0][0];
  return [
    ...silhouette.map((points, k) => drawn("polyline", { points: points.map(([a, b]) => `${160 * a},${90 * b}`).join(" "), class: k === silhouette.length - 1 ? "floor" : "" })),
    drawn("circle", { cx: 160 * x, cy: 90 * y, r: 4.5 }),
  ];
}

export function pictureOf(move) {
  const svg = drawn("svg", { viewBox: "0 0 160 90", class: "figure", "aria-hidden": "true" });
  svg.append(...strokes(move.silhouette));
  return svg;
}
