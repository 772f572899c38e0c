import { ask, say, trying } from "./common.js";
import { dropTarget, send } from "./uploads.js";

const search = document.querySelector("#search");
search?.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  let any = false;
  for (const line of document.querySelectorAll("#lines li")) {
    line.hidden = !line.dataset.name.includes(wanted);
    any ||= !line.hidden;
  }
  document.querySelector("#none").hidden = any;
});
document.querySelector("#add").addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    const { id } = await ask("POST", "/api/people", { name: new FormData(event.target).get("name") });
    location.assign(`/people/${id}`);
  }, event.submitter);
});

// Clips dropped on somebody are theirs.
const told = ({ left }) => say(left ? `${left} on the way. Stay on this page until they have come.` : "All have come. Clips shows how far they are.");
for (const line of document.querySelectorAll("#lines li[data-person]")) {
  dropTarget(line, (found) => send(found, { person: line.dataset.person }, told));
}
