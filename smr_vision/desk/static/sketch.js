// Lines, arrows, angles and words over a picture, drawn as the report draws them (drawings.py). Points are shares of the picture.
import { say } from "./common.js";

const NS = "http://www.w3.org/2000/svg";
const [LONG, WIDTH, HEAD, ARC, LETTERS] = [1000, 6, 34, 70, 36];
const [BROAD, EDGE] = [0.62, 8]; // a letter's width by its height, about; room left at the edges
const HALO = "#101418";
export const INKS = { yellow: "#ffd23f", red: "#ff6a5c", blue: "#4cc3ff", green: "#4be38a", white: "#ffffff" };
const STARTS = { line: [[0.35, 0.5], [0.65, 0.5]], arrow: [[0.35, 0.65], [0.55, 0.45]], angle: [[0.35, 0.6], [0.5, 0.4], [0.65, 0.6]], text: [[0.4, 0.5]] };
const ENDS = { line: ["one end", "other end"], arrow: ["tail", "tip"], angle: ["one end", "corner", "other end"], text: ["place"] };

const element = (name, values, ...inside) => {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
};
const way = (a, b) => [b[0] - a[0], b[1] - a[1]];
const unit = (a, b) => {
  const [x, y] = way(a, b);
  const far = Math.hypot(x, y) || 1;
  return [x / far, y / far];
};

export class Sketch {
  constructor(svg, onChange) {
    Object.assign(this, { svg, onChange, shapes: [], past: [], tool: "arrow", ink: "yellow", words: "", active: false, size: [16, 9] });
    svg.addEventListener("pointerdown", (e) => this.active && this.down(e));
    svg.addEventListener("pointermove", (e) => this.active && this.drag(e));
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (e) => this.active && this.up(e));
    svg.addEventListener("keydown", (e) => this.active && this.key(e));
  }

  measure([wide, high]) {
    const scale = LONG / Math.max(wide, high);
    this.size = [wide * scale, high * scale];
    this.svg.setAttribute("viewBox", `0 0 ${this.size[0]} ${this.size[1]}`);
  }

  show(shapes, active) {
    if (shapes !== this.shapes) Object.assign(this, { shapes, past: [], pending: null, held: null });
    this.active = active;
    this.paint();
  }

  place(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [at.x / this.size[0], at.y / this.size[1]].map((v) => Number(Math.min(Math.max(v, 0), 1).toFixed(4)));
  }

  pixels = (point) => [point[0] * this.size[0], point[1] * this.size[1]];

  down(event) {
    event.preventDefault();
    const at = this.place(event);
    this.svg.setPointerCapture(event.pointerId);
    const [i, k] = (event.target.closest("[data-shape]")?.dataset.shape ?? "").split(" ");
    if (i && !this.pending && (k !== undefined || this.tool === "move")) {
      this.keepPast();
      this.held = { i: Number(i), k: k === undefined ? null : Number(k), from: at, moved: false };
    } else if (this.pending) this.pending.points[2] = at; // the second leg of an angle
    else if (this.tool === "text") {
      if (!this.words.trim()) return say("Type the words first, then click where they belong.");
      this.commit({ kind: "text", points: [at], ink: this.ink, words: this.words.trim() });
    } else if (this.tool !== "move") this.pending = { kind: this.tool, points: [at, at], ink: this.ink, words: "" };
    this.paint();
  }

  drag(event) {
    const at = this.place(event);
    if (this.held) {
      const { i, k, from } = this.held;
      this.shapes[i].points = this.shapes[i].points.map((p, j) => (k === j ? at : k === null ? p.map((v, axis) => Math.min(Math.max(v + at[axis] - from[axis], 0), 1)) : p));
      Object.assign(this.held, { from: at, moved: true });
    } else if (this.pending) this.pending.points[this.pending.points.length - 1] = at;
    else return;
    this.paint();
  }

  up() {
    if (this.held) {
      if (this.held.moved) this.onChange();
      else this.past.pop();
      this.held = null;
    } else if (this.pending) {
      const { kind, points } = this.pending;
      const last = points.length - 1;
      const far = Math.hypot(...way(this.pixels(points[last - 1]), this.pixels(points[last])));
      if (far < 15) {
        this.pending = null;
        say(kind === "angle" ? "Drag along one leg to the corner, then along the other." : "Drag from one end to the other.");
      } else if (kind === "angle" && last === 1) points.push(points[1]); // its corner is there: now the other leg
      else {
        const shape = this.pending;
        this.pending = null;
        this.commit(shape);
      }
    }
    this.paint();
  }

  keepPast() {
    this.past.push(JSON.stringify(this.shapes));
  }

  commit(shape) {
    this.keepPast();
    this.shapes.push(shape);
    this.onChange();
    this.paint();
  }

  // By the keyboard: a shape in the middle, whose points the arrows move.
  add(kind) {
    if (kind === "text" && !this.words.trim()) return false;
    this.commit({ kind, points: STARTS[kind].map((p) => [...p]), ink: this.ink, words: kind === "text" ? this.words.trim() : "" });
    this.focus(this.shapes.length - 1, 0);
    return true;
  }

  focus(i, k) {
    this.svg.querySelector(`circle[data-shape="${i} ${k}"]`)?.focus();
  }

  remove(i) {
    this.keepPast();
    this.shapes.splice(i, 1);
    this.onChange();
    this.paint();
    (this.svg.querySelector("circle") ?? document.querySelector("#draw-undo")).focus();
  }

  undo() {
    const before = this.past.pop();
    if (before === undefined) return;
    this.shapes.splice(0, this.shapes.length, ...JSON.parse(before));
    this.onChange();
    this.paint();
  }

  key(event) {
    const mark = event.target.dataset?.shape;
    if (!mark) return;
    const [i, k] = mark.split(" ").map(Number);
    const step = event.shiftKey ? 2 : 12;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) {
      this.keepPast();
      this.shapes[i].points[k] = this.shapes[i].points[k].map((v, axis) => Number(Math.min(Math.max(v + moves[event.key][axis] / this.size[axis], 0), 1).toFixed(4)));
      this.onChange();
      this.paint();
    } else if (event.key === "Delete" || event.key === "Backspace") this.remove(i);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  paint() {
    const groups = [...this.shapes, ...(this.pending ? [this.pending] : [])].map((shape, i) => element("g", { "data-shape": String(i) }, ...this.drawn(shape)));
    const handles = !this.active ? [] : this.shapes.flatMap((shape, i) => shape.points.map((point, k) => {
      const [cx, cy] = this.pixels(point);
      return element("circle", { cx, cy, r: 13, fill: "#fff", "fill-opacity": 0.75, stroke: HALO, "stroke-width": 3, "data-shape": `${i} ${k}`, tabindex: 0, role: "button", "aria-label": `${shape.kind} ${i + 1}, ${ENDS[shape.kind][k]}: the arrow keys move it, Delete removes it` });
    }));
    const focused = this.svg.contains(document.activeElement) ? document.activeElement.dataset.shape : null;
    this.svg.replaceChildren(...groups, ...handles);
    if (focused) this.svg.querySelector(`circle[data-shape="${focused}"]`)?.focus();
    this.svg.classList.toggle("active", this.active);
    this.svg.classList.toggle("moving", this.tool === "move");
  }

  drawn(shape) {
    const at = shape.points.map(this.pixels);
    const found = [];
    for (const [ink, more] of [[HALO, 5], [INKS[shape.ink], 0]]) {
      if (shape.kind === "text") {
        found.push(this.text(at[0], shape.words, ink, more));
        continue;
      }
      for (const d of this.paths(shape.kind, at)) found.push(element("path", { d, fill: "none", stroke: ink, "stroke-width": WIDTH + more, "stroke-linecap": "round", "stroke-linejoin": "round" }));
      if (shape.kind === "angle" && at.length === 3) {
        const [a, corner, b] = at;
        const [u, v] = [unit(corner, a), unit(corner, b)];
        const half = Math.atan2(u[1] + v[1], u[0] + v[0]);
        const turn = Math.abs(Math.atan2(u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]));
        found.push(this.text([corner[0] + 1.7 * ARC * Math.cos(half) - 0.6 * LETTERS, corner[1] + 1.7 * ARC * Math.sin(half) + 0.35 * LETTERS], `${Math.round((turn * 180) / Math.PI)}°`, ink, more));
      }
    }
    return found;
  }

  paths(kind, at) {
    const paths = [`M${at.map((p) => p.join(" ")).join("L")}`];
    if (kind === "arrow") {
      const [tail, tip] = at;
      const turn = Math.atan2(tip[1] - tail[1], tip[0] - tail[0]);
      const wing = (by) => `${tip[0] - HEAD * Math.cos(turn + by)} ${tip[1] - HEAD * Math.sin(turn + by)}`;
      paths.push(`M${wing(0.45)}L${tip.join(" ")}L${wing(-0.45)}`);
    }
    if (kind === "angle" && at.length === 3) {
      const [a, corner, b] = at;
      const end = (p) => { const u = unit(corner, p); return `${corner[0] + ARC * u[0]} ${corner[1] + ARC * u[1]}`; };
      const [u, v] = [way(corner, a), way(corner, b)];
      const turn = (Math.atan2(v[1], v[0]) - Math.atan2(u[1], u[0]) + 2 * Math.PI) % (2 * Math.PI);
      paths.push(`M${end(a)}A${ARC} ${ARC} 0 0 ${turn < Math.PI ? 1 : 0} ${end(b)}`);
    }
    return paths;
  }

  // Words that would leave the picture begin further left, and are smaller where it has no room for them.
  text([x, y], words, ink, more) {
    const room = this.size[0] - 2 * EDGE;
    const size = Math.min(LETTERS, room / (BROAD * words.length));
    const left = Math.min(x, this.size[0] - EDGE - BROAD * size * words.length);
    return element("text", { x: left, y, "font-size": size, "font-weight": "bold", fill: ink, stroke: more ? ink : "none", "stroke-width": more, "stroke-linejoin": "round" }, words);
  }
}
