// The palette behind Ctrl+K, fetched when it is first asked for.
const address = "/palette";
let dialog;

export async function open(fail) {
  if (dialog?.open) return;
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  try {
    dialog.innerHTML = await fetched("");
  } catch {
    return fail();
  }
  document.body.append(dialog);
  dialog.setAttribute("aria-label", box().getAttribute("aria-label"));
  dialog.addEventListener("input", later);
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
  box().focus();
  choose(0);
}

const box = () => dialog.querySelector("input");
const offers = () => [...dialog.querySelectorAll("[role=option]")];

async function fetched(typed) {
  const query = typed ? `?q=${encodeURIComponent(typed)}` : "";
  const response = await fetch(address + query, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!response.ok) throw new Error(response.status);
  return response.text();
}

let waiting;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(renew, 120);
}

async function renew() {
  const typed = box().value;
  const html = await fetched(typed).catch(() => null);
  if (html === null || typed !== box().value) return;
  const part = document.createElement("template");
  part.innerHTML = html;
  dialog.querySelector("ul").replaceWith(part.content.querySelector("ul"));
  choose(0);
}

function choose(place) {
  const all = offers();
  const chosen = all[(place + all.length) % all.length];
  all.forEach((one) => one.setAttribute("aria-selected", one === chosen));
  if (chosen) box().setAttribute("aria-activedescendant", chosen.id);
  else box().removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

function pressed(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = offers().findIndex((one) => one.ariaSelected === "true");
  if (step) {
    event.preventDefault();
    choose(at + step);
  } else if (event.key === "Enter") {
    event.preventDefault();
    offers()[at]?.click();
  }
}
