import { ask, trying } from "./common.js";

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
