// Everything over time on one axis: where it touched, passes, holds, faults, what was seen, joint angles.
import { clock } from "./common.js";

const LEFT = 76;
const ROWS = [["Contact", 84], ["Passes", 24], ["Holds", 18], ["Faults", 24], ["Tool", 14], ["Knee", 54], ["Hip", 54]];
const HEIGHT = ROWS.reduce((sum, [, h]) => sum + h + 8, 24);
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];

export class Lanes {
  constructor(canvas, session, onSeek) {
    Object.assign(this, { canvas, session, onSeek, from: 0, to: 1, now: 0, data: null, state: null });
    canvas.style.height = `${HEIGHT}px`;
    let dragging = false;
    const seek = (event) => onSeek(this.timeAt(event.offsetX));
    canvas.addEventListener("pointerdown", (e) => { dragging = true; canvas.setPointerCapture(e.pointerId); seek(e); });
    canvas.addEventListener("pointermove", (e) => dragging && seek(e));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (dragging = false));
    canvas.addEventListener("wheel", (e) => {
      if (e.ctrlKey) this.zoom(e.deltaY < 0 ? 0.8 : 1.25, this.timeAt(e.offsetX));
      else if (this.to - this.from < this.length - 0.01) this.show(this.from + (e.deltaX || e.deltaY) * (this.to - this.from) / 900, this.to - this.from);
      else return;
      e.preventDefault();
    }, { passive: false });
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.fetch(); // all of it, while the page asks for the rest
  }

  set(state) {
    const first = !this.state;
    this.state = state;
    this.length = Math.max(state.duration_s, 0.1);
    this.canvas.setAttribute("aria-valuemax", this.length);
    if (first) this.to = this.length;
    this.draw();
  }

  show(from, span) {
    span = Math.min(Math.max(span, 1), this.length);
    this.from = Math.min(Math.max(from, 0), this.length - span);
    this.to = this.from + span;
    this.draw();
    clearTimeout(this.fetching);
    this.fetching = setTimeout(() => this.fetch(), this.data ? 150 : 0);
  }

  async fetch() {
    const margin = (this.to - this.from) / 2;
    const part = this.state ? `from=${this.from - margin}&to=${this.to + margin}&` : "";
    const answer = await fetch(`/api/sessions/${this.session}/lanes?${part}points=2400`).catch(() => null);
    if (answer?.ok) this.data = await answer.json();
    this.draw();
  }

  zoom(factor, around = this.now) {
    const span = (this.to - this.from) * factor;
    this.show(around - (around - this.from) * factor, span);
  }

  timeAt(x) {
    const t = this.from + ((x - LEFT) / Math.max(this.canvas.clientWidth - LEFT - 8, 1)) * (this.to - this.from);
    return Math.min(Math.max(t, 0), this.length);
  }

  at(t) {
    this.now = t;
    this.canvas.setAttribute("aria-valuenow", t.toFixed(2));
    this.canvas.setAttribute("aria-valuetext", clock(t, 1));
    if (this.to - this.from < this.length && (t < this.from || t > this.to)) this.show(t - (this.to - this.from) / 10, this.to - this.from);
    else this.draw();
  }

  draw() {
    if (this.due || !this.state) return;
    this.due = requestAnimationFrame(() => { this.due = 0; this.paint(); });
  }

  paint() {
    const { canvas, state } = this;
    const ratio = devicePixelRatio || 1;
    const wide = canvas.clientWidth;
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const x = (t) => LEFT + ((t - this.from) / (this.to - this.from)) * (wide - LEFT - 8);
    pen.font = "12px system-ui, sans-serif";
    const rows = {};
    let y = 4;
    for (const [name, high] of ROWS) {
      rows[name] = [y, high];
      pen.fillStyle = colour("wash");
      pen.fillRect(LEFT, y, wide - LEFT - 8, high);
      pen.fillStyle = colour("soft");
      pen.fillText(name, 2, y + Math.min(high / 2 + 4, 16));
      y += high + 8;
    }
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, wide - LEFT - 8, HEIGHT);
    pen.clip();
    this.axis(pen, x, y, colour);
    for (const s of state.sets) this.zones(pen, x, rows.Contact, s, colour);
    const box = ([top, high], part, fill, words) => {
      pen.fillStyle = fill;
      pen.beginPath();
      pen.roundRect(x(part.start_s) + 0.5, top + 2, Math.max(x(part.end_s) - x(part.start_s) - 1, 3), high - 4, 3);
      pen.fill();
      if (words && x(part.end_s) - x(part.start_s) > 16) {
        pen.fillStyle = colour("paper");
        pen.fillText(words, x(part.start_s) + 5, top + high / 2 + 4);
      }
    };
    for (const s of state.sets) {
      s.passes.forEach((p, i) => box(rows.Passes, p, colour("accent"), String(i + 1)));
      s.holds.forEach((h) => box(rows.Holds, h, colour("green")));
      for (const f of s.faults) {
        pen.globalAlpha = f.dismissed_by ? 0.25 : 1;
        box(rows.Faults, f, colour(f.severity === "safety" ? "red" : "amber"), f.severity === "safety" ? "!" : "");
        pen.globalAlpha = 1;
      }
    }
    for (const [start_s, end_s, source] of this.data?.sources ?? []) box(rows.Tool, { start_s, end_s }, source === "seen" ? colour("green") : colour("track"));
    if (this.data) this.curves(pen, x, rows, colour);
    pen.strokeStyle = colour("ink");
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x(this.now), 0);
    pen.lineTo(x(this.now), HEIGHT - 18);
    pen.stroke();
    pen.restore();
    if (this.data && !performance.getEntriesByName("lanes").length) performance.mark("lanes");
  }

  axis(pen, x, y, colour) {
    const span = this.to - this.from;
    const step = STEPS.find((s) => (s / span) * (this.canvas.clientWidth - LEFT) > 62) ?? 3600;
    for (let t = Math.ceil(this.from / step) * step; t <= this.to; t += step) {
      pen.strokeStyle = colour("line");
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x(t), 4);
      pen.lineTo(x(t), y - 6);
      pen.stroke();
      pen.fillStyle = colour("soft");
      pen.fillText(clock(t, step < 1 ? 1 : 0), x(t) + 3, y + 8);
    }
  }

  scale() {
    const marks = this.state.sets.flatMap((s) => [...(s.amber ?? []), ...(s.green ?? [])]);
    const [low, high] = [Math.min(...marks, 0), Math.max(...marks, 1)];
    return [low - 0.1 * (high - low), high + 0.1 * (high - low)];
  }

  zones(pen, x, [top, high], s, colour) {
    if (!s.green || !s.amber) return;
    const [low, up] = this.scale();
    const y = (v) => top + (Math.min(Math.max((v - low) / (up - low), 0), 1)) * high;
    const band = (a, b, name) => {
      pen.fillStyle = colour(name);
      pen.globalAlpha = 0.22;
      pen.fillRect(x(s.start_s), y(a), x(s.end_s) - x(s.start_s), y(b) - y(a));
      pen.globalAlpha = 1;
    };
    band(low, s.amber[0], "red");
    band(s.amber[0], s.green[0], "amber");
    band(s.green[0], s.green[1], "green");
    band(s.green[1], s.amber[1], "amber");
    band(s.amber[1], up, "red");
  }

  curves(pen, x, rows, colour) {
    const [low, up] = this.scale();
    const draw = (name, [top, high], a, b, stroke) => {
      pen.strokeStyle = stroke;
      pen.lineWidth = 1.6;
      pen.beginPath();
      let broken = true;
      for (const [t, v] of this.data.curves[name]) {
        if (v === null) broken = true;
        else {
          const y = top + Math.min(Math.max((v - a) / (b - a), 0), 1) * high;
          if (broken) pen.moveTo(x(t), y);
          else pen.lineTo(x(t), y);
          broken = false;
        }
      }
      pen.stroke();
    };
    draw("contact", rows.Contact, low, up, colour("ink"));
    for (const side of ["left", "right"]) {
      draw(`knee_angle_${side}`, rows.Knee, 190, 20, colour(side));
      draw(`hip_angle_${side}`, rows.Hip, 190, 20, colour(side));
    }
  }
}
