// A home programme: moves in order, each with side, sets, seconds, times a week.
import { ask, download, make, say, trying } from "./common.js";

const find = (selector) => document.querySelector(selector);
const facts = JSON.parse(find("main").dataset.facts);
const moves = new Map(facts.moves.map((move) => [move.id, move]));
const path = `/api/people/${facts.person}/programme`;
const form = find("#programme");
let { seen } = facts;
let items = facts.programme.items;
let changed = false;
form.elements.words.value = facts.programme.words;
form.elements.since.value = facts.programme.since;

function number(item, key, label, least, most) {
  return make("label", {}, label, make("input", { className: "amount", type: "number", min: least, max: most, required: true, value: item[key], oninput: (e) => { item[key] = Number(e.target.value); changed = true; } }));
}

function row(item, i) {
  const move = moves.get(item.move);
  const title = move?.title ?? item.move;
  const act = (words, label, work, off = false) => make("button", { type: "button", className: "button small", textContent: words, "aria-label": `${label}: ${title}, ${i + 1}`, disabled: off, onclick: () => { work(); changed = true; paint(`${label}: ${title}`); } });
  const side = move?.sided ? make("label", {}, "Side", make("select", { onchange: (e) => { item.side = e.target.value; changed = true; } }, ...["both", "left", "right"].map((s) => new Option(s, s, false, s === item.side)))) : null;
  return make("li", {},
    make("p", {}, make("b", {}, title), make("span", { className: "soft" }, ` ${move?.muscles ?? "This move is not here any more."}`)),
    make("span", { className: "amounts" }, side, number(item, "sets", "Sets", 1, 10), number(item, "seconds", "Seconds", 5, 600), number(item, "times_a_week", "Times a week", 1, 14)),
    make("span", { className: "bar" }, act("Up", "Up", () => items.splice(i - 1, 2, items[i], items[i - 1]), i === 0), act("Down", "Down", () => items.splice(i, 2, items[i + 1], items[i]), i === items.length - 1), act("Remove", "Remove", () => items.splice(i, 1))));
}

function paint(focus) {
  find("#items").replaceChildren(...items.map(row));
  find("#none").hidden = items.length > 0;
  if (focus) (find(`#items [aria-label^="${CSS.escape(focus)}"]:not(:disabled)`) ?? find("#add")).focus();
}
find("#add").addEventListener("click", () => {
  if (items.length >= 20) return say("Twenty moves are the most.");
  const { id, sided, sets, seconds, times_a_week } = moves.get(find("#move").value);
  items.push({ move: id, side: sided ? "both" : null, sets, seconds, times_a_week });
  changed = true;
  paint();
  return find("#items li:last-child input, #items li:last-child select")?.focus();
});
form.addEventListener("input", () => (changed = true));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    ({ seen } = await ask("POST", path, { since: form.elements.since.value, items, words: form.elements.words.value, seen }));
    if (!items.length) seen = null;
    changed = false;
    find("#print").hidden = find("#pdf").hidden = !items.length;
    say(items.length ? "Kept." : "There is no programme any more.");
  }, event.submitter);
});
find("#print").addEventListener("click", () => changed && say("Shown as it was kept last. Press Keep first to print your changes."));
find("#pdf").addEventListener("click", (event) => trying(async () => {
  if (changed) say("Saved as it was kept last.");
  await download(`${path}/pdf`, {}, "programme.pdf");
}, event.target));
window.addEventListener("beforeunload", (event) => changed && event.preventDefault());
paint();
