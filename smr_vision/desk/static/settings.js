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

// What clients see, as it is typed.
function show() {
  for (const part of letterhead.querySelectorAll("[data-shows]")) {
    const field = form.elements[part.dataset.shows];
    if (field) part.textContent = field.value;
  }
  letterhead.style.borderColor = form.elements.colour.value;
  letterhead.querySelector("b").style.color = letterhead.querySelector(".cue").style.color = form.elements.colour.value;
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
