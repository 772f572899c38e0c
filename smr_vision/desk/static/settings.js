import { ask, say, trying } from "./common.js";

document.querySelector("#settings").addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    await ask("POST", "/api/settings", Object.fromEntries(new FormData(event.target)));
    say("Kept.");
  }, event.submitter);
});
