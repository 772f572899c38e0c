import { ask, download, say, trying } from "./common.js";
import { dropTarget, send } from "./uploads.js";

const { person, name: named } = document.querySelector("main").dataset;
const boxes = [...document.querySelectorAll("[name=chosen]")];
const all = document.querySelector("#all");
const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);

function enable() {
  const count = chosen().length;
  for (const button of document.querySelectorAll("#chosen button")) {
    button.disabled = button.dataset.do === "compare" ? count !== 2 : !count;
  }
}
all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  enable();
});
for (const box of boxes) box.addEventListener("change", enable);
enable();

document.querySelector("#chosen")?.addEventListener("click", (event) => {
  const what = event.target.dataset.do;
  if (!what) return;
  const ids = chosen();
  // The older one first: before, after.
  if (what === "compare") location.assign(`/compare?a=${ids[1]}&b=${ids[0]}`);
  else {
    const wanted = { ids, form: what === "html" ? "html" : "pdf", kind: document.querySelector("#kind").value, together: what === "one" };
    const name = what === "one" ? "reports.pdf" : ids.length > 1 ? "reports.zip" : `report.${wanted.form}`;
    trying(() => download("/api/reports", wanted, name), event.target);
  }
});

function onSubmit(id, work) {
  document.querySelector(id)?.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(() => work(Object.fromEntries(new FormData(event.target))), event.submitter);
  });
}
onSubmit("#card", async ({ consent_on, words }) => {
  await ask("POST", `/api/people/${person}/card`, { consent_on: consent_on || null, words });
  say("Kept.");
});
onSubmit("#rename", async ({ name }) => {
  const { id } = await ask("POST", `/api/people/${person}/name`, { name });
  location.assign(`/people/${id}`);
});

const sure = document.querySelector("#sure");
document.querySelector("#forget")?.addEventListener("click", () => sure.showModal());
sure?.addEventListener("close", () => {
  if (sure.returnValue !== "yes") return;
  trying(async () => {
    const gone = await ask("POST", `/api/people/${person}/forget`, { name: sure.querySelector("[name=name]").value });
    if (gone.left.length) say(`Deleted, but left alone: ${gone.left.join("; ")}`, true);
    setTimeout(() => location.assign("/people"), gone.left.length ? 6000 : 0);
  });
});

const code = document.querySelector("#code");
document.querySelector("#phone")?.addEventListener("click", (event) => trying(async () => {
  const { address, svg } = await ask("POST", `/api/people/${person}/phone`, { open: true });
  code.querySelector("img").src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  document.querySelector("#code-address").textContent = address;
  code.showModal();
}, event.target));
document.querySelector("#code-close")?.addEventListener("click", () => code.close());
document.querySelector("#withdraw")?.addEventListener("click", () => trying(async () => {
  await ask("POST", `/api/people/${person}/phone`, { open: false });
  code.close();
  say("The code is withdrawn.");
}));

// Clips dropped here, or chosen, are theirs.
if (named) {
  const told = ({ left }) => say(left ? `${left} on the way. Stay on this page until they have come.` : "All have come. Clips shows how far they are.");
  const add = (found) => send(found, { person: named }, told);
  dropTarget(document.body, add);
  document.querySelector("#files").addEventListener("change", (event) => {
    add([...event.target.files]);
    event.target.value = "";
  });
}
