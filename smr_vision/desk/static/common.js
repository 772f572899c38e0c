// What all pages share: asking the desk, saying what happened.
export async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("The desk does not answer. Is `smr desk` still running?");
  }
  if (answer.ok) return answer.headers.get("content-type")?.startsWith("application/json") ? answer.json() : answer;
  const told = await answer.json().catch(() => ({}));
  const error = new Error(told.error || "That did not work. Reload the page and try again.");
  error.status = answer.status;
  error.received = told.received;
  throw error;
}

let hiding;
export function say(words, bad = false) {
  const toast = document.querySelector(".toast");
  toast.textContent = words;
  toast.className = bad ? "toast shown bad" : "toast shown";
  clearTimeout(hiding);
  hiding = setTimeout(() => toast.classList.remove("shown"), bad ? 9000 : 4000);
}

// Runs something; what goes wrong is said, and a button shows that it is at work.
export async function trying(work, button) {
  button?.setAttribute("aria-busy", "true");
  try {
    return await work();
  } catch (error) {
    say(error.message, true);
    return undefined;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

export const clock = (t, digits = 0) => {
  const whole = Math.floor(t / 60);
  return `${whole}:${(t - 60 * whole).toFixed(digits).padStart(digits ? 3 + digits : 2, "0")}`;
};

export function make(name, values = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(values)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...inside.filter((part) => part !== null && part !== undefined));
  return made;
}

export async function download(path, body, name) {
  const answer = await ask("POST", path, body);
  const link = make("a", { href: URL.createObjectURL(await answer.blob()), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

for (const image of document.querySelectorAll(".thumb img, .face img")) {
  const gone = () => image.classList.add("gone");
  image.addEventListener("error", gone);
  if (image.complete && !image.naturalWidth && image.loading !== "lazy") gone();
}
