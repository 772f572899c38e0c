import { ask, say, trying } from "./common.js";

const find = (selector) => document.querySelector(selector);
const form = find("#settings");
const letterhead = find("#letterhead");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    await ask("POST", "/api/settings", Object.fromEntries(new FormData(form)));
    say("Kept.");
  }, event.submitter);
});

// A colour, darkened until it can be read on the reports' paper, as the reports do it (report/brand.py).
const light = (rgb) => rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const PAPER = light([0xee, 0xf3, 0xf1].map((v) => v / 255));
function legible(colour) {
  let rgb = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255);
  while ((PAPER + 0.05) / (light(rgb) + 0.05) < 4.55) rgb = rgb.map((v) => 0.96 * v);
  return `rgb(${rgb.map((v) => Math.round(255 * v)).join(" ")})`;
}

// What clients see, as it is typed.
function show() {
  for (const part of letterhead.querySelectorAll("[data-shows]")) {
    const field = form.elements[part.dataset.shows];
    if (field) part.textContent = field.value;
  }
  const main = legible(form.elements.colour.value);
  letterhead.style.borderTopColor = letterhead.querySelector("b").style.color = letterhead.querySelector(".cue").style.color = main;
}
form.addEventListener("input", show);
show();

function logo(there) {
  for (const image of document.querySelectorAll("#logo-shown img, #letterhead img")) {
    if (there) image.src = `/api/logo?${Date.now()}`;
    image.hidden = !there;
  }
  find("#logo-shown").hidden = find("#logo-remove").hidden = !there;
}
find("#logo").addEventListener("change", (event) => trying(async () => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  if (file.size > 1 << 20) throw new Error("The logo is larger than 1 MB. Give a smaller one.");
  const answer = await fetch("/api/logo", { method: "POST", body: file });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? "That did not work. Try again.");
  logo(true);
  say("Kept.");
}));
find("#logo-remove").addEventListener("click", (event) => trying(async () => {
  await ask("POST", "/api/logo/remove", {});
  logo(false);
  find("#logo").focus();
}, event.target));
