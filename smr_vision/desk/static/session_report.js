// A session's report as it goes out: which kind, as what file, and words to send with it.
import { ask, download, say, trying } from "./common.js";

const find = (selector) => document.querySelector(selector);
const { session } = find("main").dataset;
const dialog = find("#give");
const kind = () => dialog.querySelector("[name=kind]:checked").value;

async function refresh() {
  find("#give-open").href = `/sessions/${session}/report?kind=${kind()}`;
  find("#give-words").value = (await ask("GET", `/api/sessions/${session}/message?kind=${kind()}`)).words;
}
find("#give-report").addEventListener("click", (event) => trying(async () => {
  await refresh();
  dialog.showModal();
}, event.target));
for (const box of dialog.querySelectorAll("[name=kind]")) box.addEventListener("change", () => trying(refresh));
for (const form of ["pdf", "html"]) {
  find(`#give-${form}`).addEventListener("click", (event) => trying(() => download("/api/reports", { ids: [session], form, kind: kind() }, `report.${form}`), event.target));
}
find("#give-copy").addEventListener("click", async () => {
  const words = find("#give-words");
  try {
    await navigator.clipboard.writeText(words.value);
  } catch {
    words.select(); // where the browser does not let us: ready to be copied by hand
    return say("Press Ctrl C to copy.");
  }
  return say("Copied.");
});
find("#give-close").addEventListener("click", () => dialog.close());
