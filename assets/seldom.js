// What is seldom pressed, fetched when it is.

export function theme(chosen, csrf, fail) {
  document.documentElement.dataset.theme = chosen;
  document.querySelector('meta[name="color-scheme"]').content = chosen === "auto" ? "light dark" : chosen;
  document.querySelectorAll("[data-theme-button]").forEach((button) => {
    button.setAttribute("aria-pressed", button.dataset.themeButton === chosen);
  });
  const body = new URLSearchParams({ csrf, theme: chosen });
  fetch("/profile/theme", { method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": csrf } }).catch(fail);
}

export async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // Over plain HTTP: the text is selected for the person to copy.
    return getSelection().selectAllChildren(button.previousElementSibling);
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = before; }, 2000);
}

export function ask(question, words) {
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  text.textContent = question;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "actions";
  [["yes", "button danger", words.textOk], ["", "button", words.textCancel]].forEach(([value, name, label]) => {
    const button = document.createElement("button");
    Object.assign(button, { value, className: name, textContent: label });
    form.append(button);
  });
  dialog.append(text, form);
  dialog.setAttribute("aria-label", question);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "yes");
  }));
}

// A browser compares the whole value with its list, so the tags already typed stand before each offer.
export function offerTags(field) {
  const options = [...field.list.options];
  const typed = field.value.slice(0, field.value.lastIndexOf(",") + 1);
  options.forEach((option) => {
    option.dataset.tag ??= option.value;
    option.value = typed ? `${typed} ${option.dataset.tag}` : option.dataset.tag;
  });
}
