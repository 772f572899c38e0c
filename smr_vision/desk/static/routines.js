import { ask, make, say, trying } from "./common.js";
import { pictureOf } from "./roll_stage.js";

const { moves, routines } = JSON.parse(document.querySelector("main").dataset.facts);
const $ = (id) => document.querySelector(`#${id}`);
const title = (id) => moves.find((one) => one.id === id)?.title ?? id;
let parts = [];

for (const move of moves) {
  $("add").append(make("button", { type: "button", className: "tile", onclick: () => {
    parts.push({ move: move.id, sets: 1, seconds: move.seconds, rest_s: move.rest_s, sides: null });
    draw();
  } }, pictureOf(move), make("b", {}, move.title)));
}

function number(part, key, words, min, max, step) {
  return make("label", {}, words, make("input", { type: "number", min, max, step, value: part[key], required: true, onchange: (event) => {
    part[key] = Number(event.target.value);
    length();
  } }));
}

function side(part) {
  if (!moves.find((one) => one.id === part.move)?.sided) return null;
  const at = make("select", { onchange: () => { part.sides = at.value ? [at.value] : null; length(); } },
    ...[["", "Both"], ["left", "Left"], ["right", "Right"]].map(([value, words]) => make("option", { value, selected: (part.sides?.[0] ?? "") === value }, words)));
  return make("label", {}, "Side", at);
}

function move(k, by) {
  const [part] = parts.splice(k, 1);
  if (by) parts.splice(k + by, 0, part);
  draw();
}

function length() {
  const seconds = parts.reduce((sum, part) => {
    const sides = part.sides ? 1 : moves.find((one) => one.id === part.move)?.sided ? 2 : 1;
    return sum + sides * part.sets * (part.seconds + part.rest_s);
  }, 0);
  $("long").textContent = parts.length ? `About ${Math.max(1, Math.round(seconds / 60))} minutes.` : "";
}

function draw() {
  $("none").hidden = parts.length > 0;
  $("parts").replaceChildren(...parts.map((part, k) => make("li", {}, make("b", {}, title(part.move)),
    make("div", { className: "row" }, side(part), number(part, "sets", "Sets", 1, 5, 1), number(part, "seconds", "Seconds", 10, 120, 5), number(part, "rest_s", "Rest, s", 0, 180, 5)),
    make("p", { className: "bar" },
      make("button", { type: "button", className: "button small", disabled: k === 0, onclick: () => move(k, -1), ariaLabel: `${title(part.move)} earlier` }, "Earlier"),
      make("button", { type: "button", className: "button small", disabled: k === parts.length - 1, onclick: () => move(k, 1), ariaLabel: `${title(part.move)} later` }, "Later"),
      make("button", { type: "button", className: "button small", onclick: () => move(k, 0), ariaLabel: `Take out ${title(part.move)}` }, "Take out")))));
  length();
}
draw();

$("new").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!parts.length) return say("Click a move first.", true);
  trying(async () => {
    await ask("POST", "/api/routines", { title: event.target.elements.title.value, parts });
    location.reload();
  }, event.submitter);
});

$("kept").replaceChildren(...routines.map((one) => make("li", { className: "routine" }, make("span", {}, make("b", {}, one.title), ` · ${Math.max(1, Math.round(one.minutes))} min · `, one.parts.map((part) => title(part.move)).join(", ")),
  make("button", { type: "button", className: "button small", onclick: () => {
    parts = one.parts.map((part) => {
      const known = moves.find((m) => m.id === part.move);
      return { ...part, sets: part.sets ?? known?.sets ?? 1, seconds: part.seconds ?? known?.seconds ?? 45, rest_s: part.rest_s ?? known?.rest_s ?? 30, reminder: part.reminder ?? null };
    });
    if (one.own) $("new").elements.title.value = one.title;
    draw();
  } }, one.own ? "Change" : "Take as a start"),
  one.own ? make("button", { type: "button", className: "button small danger", onclick: (event) => trying(async () => {
    await ask("POST", "/api/routines/remove", { name: one.name });
    location.reload();
  }, event.target) }, "Remove") : null)));
