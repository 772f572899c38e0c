import { ask, say, trying } from "./common.js";

for (const button of document.querySelectorAll("[data-remove]")) {
  let sure = false;
  button.addEventListener("click", () => {
    if (!sure) {
      sure = true;
      button.textContent = "Really remove?";
      say("Sessions keep what was found by it.");
      return undefined;
    }
    return trying(async () => {
      await ask("POST", "/api/moves/remove", { id: button.dataset.remove });
      location.reload();
    }, button);
  });
  button.addEventListener("blur", () => { sure = false; button.textContent = "Remove"; });
}
