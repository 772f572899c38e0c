// The pictures of a session that the trainer drew on: one layer each, kept as soon as something changes.
import { ask, clock, make, say, trying } from "./common.js";
import { Sketch } from "./sketch.js";

const find = (selector) => document.querySelector(selector);
const NEAR = 0.02; // seconds: the same picture

export class Drawings {
  constructor(session, player) {
    this.path = `/api/sessions/${session}/drawings`;
    this.player = player;
    this.layers = [];
    this.removed = null;
    this.layer = null; // the one that is shown
    this.active = false;
    this.saving = Promise.resolve();
    this.sketch = new Sketch(find("#ink"), () => this.keep(this.layer));
    find("#draw").addEventListener("click", () => (this.active ? this.stop() : this.start()));
    find("#keep-picture").addEventListener("click", (e) => this.choose(e.target));
    find("#draw-undo").addEventListener("click", () => this.sketch.undo());
    find("#draw-done").addEventListener("click", () => this.stop());
    find("#draw-words").addEventListener("input", (e) => (this.sketch.words = e.target.value));
    find("#draw-words").addEventListener("keydown", (e) => {
      if (e.key === "Enter" && this.sketch.add("text")) e.preventDefault();
    });
    for (const box of document.querySelectorAll("[name=ink]")) box.addEventListener("change", () => (this.sketch.ink = box.value));
    for (const button of document.querySelectorAll("[data-tool]")) button.addEventListener("click", (e) => this.take(button.dataset.tool, e.detail === 0));
    trying(async () => this.take_in(await ask("GET", this.path)));
  }

  take_in({ drawings }) {
    const busy = this.layer;
    this.layers = drawings;
    if (busy) this.layer = this.layers.find((l) => l.id === busy.id) ?? null;
    this.list();
    this.at(this.player.now());
  }

  take(tool, byKeyboard) {
    this.sketch.tool = tool;
    for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    find("#draw-text").hidden = tool !== "text";
    this.sketch.paint();
    if (tool === "text") find("#draw-words").focus();
    else if (byKeyboard && tool !== "move") this.sketch.add(tool);
  }

  near(t) {
    return this.layers.find((l) => Math.abs(l.t_s - t) < NEAR) ?? null;
  }

  // The picture at a moment is shown: its layer comes, another one goes.
  at(t) {
    if (this.active && Math.abs(this.layer.t_s - t) < NEAR) return;
    if (this.active) this.stop();
    this.layer = this.near(t);
    this.sketch.show(this.layer?.shapes ?? [], false);
  }

  start() {
    this.player.pause();
    const t = this.player.now();
    this.layer = this.near(t) ?? { id: null, seen: null, t_s: Number(t.toFixed(4)), shapes: [], words: "", in_report: true };
    this.active = true;
    find("#draw-tools").hidden = false;
    find("#draw").setAttribute("aria-pressed", "true");
    this.sketch.show(this.layer.shapes, true);
    this.take("arrow", false);
    find("[data-tool=arrow]").focus();
  }

  stop() {
    this.active = false;
    find("#draw-tools").hidden = true;
    find("#draw").setAttribute("aria-pressed", "false");
    this.layer = this.near(this.player.now());
    this.sketch.show(this.layer?.shapes ?? [], false);
    find("#draw").focus();
  }

  choose(button) {
    this.player.pause();
    const t = this.player.now();
    const there = this.near(t);
    if (there) return say("This picture is kept already.");
    return this.keep({ id: null, seen: null, t_s: Number(t.toFixed(4)), shapes: [], words: "", in_report: true }, button);
  }

  // One after the other, so that each is told the stamp of the one before.
  keep(layer, button) {
    this.saving = this.saving.then(() => this.asking(async () => {
      const { id, seen, t_s, shapes, words, in_report } = layer;
      const told = await ask("POST", this.path, { id, seen, t_s, shapes, words, in_report });
      const kept = told.drawings.find((l) => l.id === told.id);
      Object.assign(layer, { id: told.id, seen: kept.seen });
      // What was drawn meanwhile is in `layer`: it stays, the others come from the desk.
      this.layers = told.drawings.map((l) => (l.id === layer.id ? layer : l));
      this.list();
      if (!this.active) this.at(this.player.now());
    }, button));
    return this.saving;
  }

  remove(layer, button) {
    return this.asking(async () => {
      if (this.active && this.layer === layer) this.stop();
      const told = await ask("POST", `${this.path}/remove`, { id: layer.id, seen: layer.seen });
      this.removed = layer;
      this.layer = null;
      this.take_in(told);
      find("#put-back")?.focus();
    }, button);
  }

  // What was changed in another window meanwhile is shown as it is now.
  asking(work, button) {
    return trying(async () => {
      try {
        await work();
      } catch (error) {
        if (error.status === 409) {
          if (this.active) this.stop();
          this.take_in(await ask("GET", this.path));
        }
        throw error;
      }
    }, button);
  }

  list() {
    const rows = this.layers.map((layer) => this.row(layer));
    if (this.removed) {
      const put = make("button", { id: "put-back", className: "button small", textContent: "Put back", onclick: () => {
        const layer = { ...this.removed, id: null, seen: null };
        this.removed = null;
        this.keep(layer);
      } });
      rows.push(make("li", { className: "empty" }, `The picture at ${clock(this.removed.t_s, 1)} was removed. `, put));
    }
    const focus = document.activeElement?.getAttribute?.("aria-label");
    find("#pictures").replaceChildren(...(rows.length ? rows : [make("li", { className: "empty" }, "None yet. Pause, then draw.")]));
    if (focus) find(`#pictures [aria-label="${CSS.escape(focus)}"]`)?.focus();
  }

  row(layer) {
    const at = clock(layer.t_s, 1);
    const go = make("button", { className: "jump", textContent: at, "aria-label": `Go to the picture at ${at}`, onclick: () => { this.player.pause(); this.player.seek(layer.t_s + 1e-3); } });
    const words = make("input", { value: layer.words, maxLength: 300, placeholder: "Words below it", "aria-label": `Words below the picture at ${at}`, onchange: (e) => { layer.words = e.target.value; this.keep(layer); } });
    const box = make("input", { type: "checkbox", checked: layer.in_report, "aria-label": `Picture at ${at} goes into the report`, onchange: (e) => { layer.in_report = e.target.checked; this.keep(layer); } });
    const draw = make("button", { className: "button small", textContent: "Draw", "aria-label": `Draw on the picture at ${at}`, onclick: () => { go.click(); setTimeout(() => this.start(), 0); } });
    const away = make("button", { className: "button small", textContent: "Remove", "aria-label": `Remove the picture at ${at}`, onclick: (e) => this.remove(layer, e.target) });
    return make("li", {}, go, make("span", { className: "what" }, words), make("span", { className: "bar" }, make("label", { className: "check" }, box, " In the report"), draw, away));
  }
}
