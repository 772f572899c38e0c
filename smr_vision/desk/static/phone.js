// The one thing a phone may do: send clips, piece by piece, going on after a break.
const PIECE = 4 << 20;
const list = document.querySelector(".jobs");

async function send(file) {
  const line = list.appendChild(document.createElement("li"));
  line.className = "job";
  const words = line.appendChild(document.createElement("span"));
  const bar = line.appendChild(document.createElement("progress"));
  bar.max = file.size;
  bar.setAttribute("aria-label", file.name);
  const ask = async (method, path, body, headers = {}) => {
    const answer = await fetch(path, { method, body, headers });
    const told = await answer.json().catch(() => ({ error: "This code has run out. Ask your trainer for a new one." }));
    if (answer.ok || typeof told.received === "number") return told;
    throw Object.assign(new Error(told.error), { final: true });
  };
  words.textContent = `${file.name} is being sent`;
  try {
    const begun = { name: file.name, size: file.size, mark: String(file.lastModified) };
    let { id, received: at } = await ask("POST", "clips", JSON.stringify(begun), { "content-type": "application/json" });
    for (let tries = 0; at < file.size; ) {
      bar.value = at;
      try {
        at = (await ask("PUT", `clips/${id}?offset=${at}`, file.slice(at, at + PIECE))).received;
        tries = 0;
      } catch (error) {
        if (error.final || ++tries > 60) throw error;
        await new Promise((go) => setTimeout(go, Math.min(500 * tries, 5000)));
      }
    }
    bar.remove();
    words.textContent = `${file.name} has arrived. Thank you!`;
  } catch (error) {
    bar.remove();
    words.textContent = `${file.name}: ${error.message}`;
    line.classList.add("failed");
  }
}
for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    for (const file of files) await send(file);
  });
}
