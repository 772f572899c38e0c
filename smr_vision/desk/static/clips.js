// Clips in: many at once, piece by piece, going on after any break; and how far each is.
import { ask, make, say, trying } from "./common.js";

const PIECE = 4 << 20;
const AT_ONCE = 3;
const find = (selector) => document.querySelector(selector);
const drop = find("#drop");
const queue = find("#queue");
const waiting = [];
let sending = 0;
let finished = null;

const asked = () => ({
  person: find("#person").value.trim() || null,
  move: find("#move").value || null,
  side: find("#side").value || null,
});

function add(files) {
  const about = asked();
  for (const file of files) waiting.push({ file, about });
  for (let i = sending; i < AT_ONCE; i++) next();
}

async function next() {
  const one = waiting.shift();
  if (!one) return;
  sending++;
  await trying(() => send(one.file, one.about));
  sending--;
  next();
}

async function send(file, about) {
  const mark = String(file.lastModified);
  const { id, received } = await ask("POST", "/api/uploads", { name: file.name, size: file.size, mark, ...about });
  let at = received;
  let tries = 0;
  soon();
  while (at < file.size) {
    try {
      const answer = await fetch(`/api/uploads/${id}?offset=${at}`, { method: "PUT", body: file.slice(at, at + PIECE) });
      const told = await answer.json();
      if (answer.ok) at = told.received;
      else if (typeof told.received === "number") at = told.received;
      else throw Object.assign(new Error(told.error), { final: answer.status < 500 });
      tries = 0;
    } catch (error) {
      if (error.final || ++tries > 60) throw error;
      await new Promise((go) => setTimeout(go, Math.min(500 * tries, 5000)));
      const state = await ask("GET", `/api/uploads/${id}`).catch(() => null);
      if (state?.state === "cancelled") return;
    }
  }
  soon();
}

// A folder that is dropped: all clips in it and in its folders.
async function filesOf(items) {
  const found = [];
  async function walk(entry) {
    if (!entry) return;
    if (entry.isFile) found.push(await new Promise((done, fail) => entry.file(done, fail)));
    else {
      const reader = entry.createReader();
      for (;;) {
        const part = await new Promise((done, fail) => reader.readEntries(done, fail));
        if (!part.length) break;
        for (const inner of part) if (!inner.name.startsWith(".")) await walk(inner);
      }
    }
  }
  for (const entry of [...items].map((item) => item.webkitGetAsEntry?.())) await walk(entry);
  return found;
}

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"));
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const files = [...event.dataTransfer.files];
  const walked = await filesOf(event.dataTransfer.items).catch(() => []);
  add(walked.length ? walked : files);
});
find("#files").addEventListener("change", (event) => {
  add(event.target.files);
  event.target.value = "";
});
window.addEventListener("beforeunload", (event) => sending && event.preventDefault());

const WORDS = { uploading: "coming in", waiting: "waits", running: "being analysed", done: "done", failed: "failed", cancelled: "taken out" };

function row(job) {
  const share = job.share === null ? null : Math.round(100 * job.share);
  const left = job.left_s ? `, ${job.left_s > 90 ? `${Math.ceil(job.left_s / 60)} min` : `${Math.ceil(job.left_s)} s`} left` : "";
  const act = (what, words) => make("button", { className: "button small", textContent: words, "aria-label": `${words}: ${job.name}`, onclick: (e) => trying(() => ask("POST", `/api/jobs/${job.id}/${what}`, {}).then(soon), e.target) });
  const going = ["uploading", "waiting", "running"].includes(job.state);
  return make("li", { className: `job ${job.state}` },
    make("span", { className: "job-name" }, job.session ? make("a", { href: `/sessions/${job.session}`, textContent: job.name }) : job.name),
    make("span", { className: "soft" }, [job.person, WORDS[job.state] + (going && share !== null ? ` ${share} %` : "") + (job.state === "running" ? left : "")].filter(Boolean).join(" · ")),
    going && job.state !== "waiting" ? make("progress", { max: 100, ...(share === null ? {} : { value: share }), "aria-label": job.name }) : null,
    job.error ? make("p", { className: "wrong", textContent: job.error }) : null,
    make("span", { className: "bar" }, going ? act("cancel", "Take out") : null, ["failed", "cancelled"].includes(job.state) ? act("again", "Try again") : null,
      job.session ? make("a", { className: "button small primary", href: `/sessions/${job.session}`, textContent: "Open" }) : null));
}

let shown = "";
async function look() {
  const jobs = await ask("GET", "/api/jobs").catch(() => null);
  if (!jobs) return 3000;
  const text = JSON.stringify(jobs);
  if (text !== shown) {
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
