// Clips in, and how far each is.
import { ask, make, say, trying } from "./common.js";
import { dropTarget, send } from "./uploads.js";

const find = (selector) => document.querySelector(selector);
const queue = find("#queue");
let finished = null;

const asked = () => ({
  person: find("#person").value.trim() || null,
  move: find("#move").value || null,
  side: find("#side").value || null,
});
const add = (found) => send(found, asked(), soon);

dropTarget(find("#drop"), add);
dropTarget(document.body, add);
find("#files").addEventListener("change", (event) => {
  add([...event.target.files].map((file) => ({ file, folder: file.webkitRelativePath })));
  event.target.value = "";
});

const WORDS = { uploading: "coming in", waiting: "waits", running: "being analysed", done: "done", failed: "failed", cancelled: "taken out" };

function row(job) {
  const share = job.share === null ? null : Math.round(100 * job.share);
  const left = job.left_s ? `, ${job.left_s > 90 ? `${Math.ceil(job.left_s / 60)} min` : `${Math.ceil(job.left_s)} s`} left` : "";
  const act = (what, words) => make("button", { className: "button small", textContent: words, "aria-label": `${words}: ${job.name}`, onclick: (e) => trying(() => ask("POST", `/api/jobs/${job.id}/${what}`, {}).then(soon), e.target) });
  const going = ["uploading", "waiting", "running"].includes(job.state);
  const day = job.filmed_at ? `filmed ${new Date(job.filmed_at).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" })}` : null;
  return make("li", { className: `job ${job.state}` },
    make("span", { className: "job-name" }, job.session ? make("a", { href: `/sessions/${job.session}`, textContent: job.name }) : job.name),
    make("span", { className: "soft" }, [job.person && (job.guessed ? `${job.person}, by its name` : job.person), day, WORDS[job.state] + (going && share !== null ? ` ${share} %` : "") + (job.state === "running" ? left : "")].filter(Boolean).join(" · ")),
    going && job.state !== "waiting" ? make("progress", { max: 100, ...(share === null ? {} : { value: share }), "aria-label": job.name }) : null,
    job.error ? make("p", { className: "wrong", textContent: job.error }) : null,
    job.id === editing ? whose(job) : null,
    make("span", { className: "bar" }, job.state === "failed" || job.state === "cancelled" || job.id === editing ? null : make("button", { className: "button small", textContent: job.person ? "Not theirs?" : "Whose?", "aria-label": `${job.person ? "Not theirs?" : "Whose?"} ${job.name}`, onclick: () => edit(job.id) }), going ? act("cancel", "Take out") : null, ["failed", "cancelled"].includes(job.state) ? act("again", "Try again") : null,
      job.session ? make("a", { className: "button small primary", href: `/sessions/${job.session}`, textContent: "Open" }) : null));
}

let editing = null; // the clip of which somebody says whose it is
function edit(id) {
  editing = id;
  shown = "";
  clearTimeout(timer);
  soon();
}
function whose(job) {
  const name = make("input", { value: job.person ?? "", maxLength: 120, "aria-label": `Person of ${job.name}` });
  name.setAttribute("list", "names");
  setTimeout(() => name.focus());
  return make("form", { className: "row", onsubmit: (event) => {
    event.preventDefault();
    trying(async () => {
      await ask("POST", `/api/jobs/${job.id}/about`, { person: name.value.trim() || null, move: job.move, side: job.side });
      edit(null);
    }, event.submitter);
  } }, name, make("button", { className: "button small primary", textContent: "Keep" }), make("button", { type: "button", className: "button small", textContent: "Leave it", onclick: () => edit(null) }));
}

let shown = "";
async function look() {
  const jobs = await ask("GET", "/api/jobs").catch(() => null);
  if (!jobs) return 3000;
  const text = JSON.stringify(jobs);
  if (text !== shown && !(editing && document.activeElement?.closest(".job form"))) {
    shown = text;
    const focused = document.activeElement?.getAttribute("aria-label");
    queue.hidden = !jobs.length;
    queue.querySelector("ul").replaceChildren(...jobs.map(row));
    if (focused) queue.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }
  const done = jobs.filter((job) => job.state === "done").length;
  if (finished !== null && done > finished) say("A clip is done. Open it above.");
  finished = done;
  return jobs.some((job) => ["uploading", "waiting", "running"].includes(job.state)) ? 700 : 4000;
}

let timer;
async function soon() {
  clearTimeout(timer);
  timer = setTimeout(soon, await look());
}
soon();

find("#take-in").addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    const { found } = await ask("POST", "/api/results", { folder: new FormData(event.target).get("folder") });
    say(`${found} taken in.`);
    setTimeout(() => location.reload(), 800);
  }, event.submitter);
});
