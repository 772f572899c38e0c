// Sends clips, many at once, piece by piece, going on after any break.
import { ask, trying } from "./common.js";

const PIECE = 4 << 20;
const AT_ONCE = 3;
const waiting = [];
let sending = 0;
let told = () => {};

// `found`: files, or { file, folder } of those that were in folders. `about`: whose they are and what is done in them.
export function send(found, about, onChange) {
  told = onChange ?? told;
  for (const one of found) waiting.push({ ...(one instanceof File ? { file: one, folder: "" } : one), about });
  for (let i = sending; i < AT_ONCE; i++) next();
}

async function next() {
  const one = waiting.shift();
  if (!one) return;
  sending++;
  await trying(() => sent(one));
  sending--;
  told({ left: waiting.length + sending });
  next();
}

async function sent({ file, folder, about }) {
  const mark = String(file.lastModified);
  const { id, received } = await ask("POST", "/api/uploads", { name: file.name, size: file.size, mark, folder: folder.slice(-1000), ...about });
  let at = received;
  let tries = 0;
  told({ left: waiting.length + sending });
  while (at < file.size) {
    try {
      const answer = await fetch(`/api/uploads/${id}?offset=${at}`, { method: "PUT", body: file.slice(at, at + PIECE) });
      const said = await answer.json();
      if (answer.ok || typeof said.received === "number") at = said.received;
      else throw Object.assign(new Error(said.error), { final: answer.status < 500 });
      tries = 0;
    } catch (error) {
      if (error.final || ++tries > 60) throw error;
      await new Promise((go) => setTimeout(go, Math.min(500 * tries, 5000)));
      const state = await ask("GET", `/api/uploads/${id}`).catch(() => null);
      if (state?.state === "cancelled") return;
    }
  }
}

// What was dropped: all files, and those in folders with the names of the folders.
export async function dropped(transfer) {
  const files = [...transfer.files];
  const found = [];
  async function walk(entry, folder) {
    if (!entry) return;
    if (entry.isFile) found.push({ file: await new Promise((done, fail) => entry.file(done, fail)), folder });
    else {
      const reader = entry.createReader();
      for (;;) {
        const part = await new Promise((done, fail) => reader.readEntries(done, fail));
        if (!part.length) break;
        for (const inner of part) if (!inner.name.startsWith(".")) await walk(inner, `${folder}/${entry.name}`);
      }
    }
  }
  try {
    for (const entry of [...transfer.items].map((item) => item.webkitGetAsEntry?.())) await walk(entry, "");
  } catch {
    return files;
  }
  return found.length ? found : files;
}

// A part of the page on which clips may be dropped.
export function dropTarget(element, take) {
  let inside = 0;
  const over = (by) => {
    inside = by === null ? 0 : inside + by;
    element.classList.toggle("over", inside > 0);
  };
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  element.addEventListener("dragenter", (event) => carries(event) && (event.preventDefault(), over(1)));
  element.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  element.addEventListener("dragleave", (event) => carries(event) && over(-1));
  element.addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    over(null);
    take(await dropped(event.dataTransfer));
  });
}

window.addEventListener("beforeunload", (event) => sending && event.preventDefault());
