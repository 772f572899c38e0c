import { ask, say, trying } from "./common.js";

for (const button of document.querySelectorAll("[data-remove]")) {
  let sure = false;
  const title = button.getAttribute("aria-label").replace(/^Remove /, "");
  const called = (words) => {
    button.textContent = words;
    button.setAttribute("aria-label", `${words} ${title}`);
  };
  button.addEventListener("click", () => {
    if (!sure) {
      sure = true;
      called("Really remove?");
      say("Sessions keep what was found by it.");
      return undefined;
    }
    return trying(async () => {
      await ask("POST", "/api/moves/remove", { id: button.dataset.remove });
      location.reload();
    }, button);
  });
  button.addEventListener("blur", () => { sure = false; called("Remove"); });
}
