// Makes pages smooth; every page works without it. Attributes named hx-… mean what they mean in htmx.
"use strict";
(() => {
  const root = document.documentElement;
  const words = document.body.dataset;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const inherited = (element, name) => element.closest(`[${name}]`)?.getAttribute(name);
  const on = (kind, act) => document.addEventListener(kind, act);
  const csrf = () => $('meta[name="csrf"]')?.content || "";

  // ---- Partial updates

  // By target: what stops its update.
  const running = new Map();

  function targetOf(element) {
    const selector = inherited(element, "hx-target");
    if (!selector || selector === "this") return selector ? element.closest("[hx-target]") : element;
    return selector.startsWith("closest ") ? element.closest(selector.slice(8)) : $(selector);
  }

  // What goes along: the form sent; for a POST also the form around; else the element's own value.
  function valuesOf(element, method, submitter) {
    const form = element.matches("form")
      ? element
      : method === "POST" || element.getAttribute("hx-include") === "closest form" ? element.closest("form") : null;
    const values = form ? new FormData(form, submitter?.form === form ? submitter : undefined) : new FormData();
    if (!form && element.name) values.set(element.name, element.value);
    if (method === "POST" && !values.has("csrf")) values.set("csrf", csrf());
    return values;
  }

  async function send(element, submitter) {
    const question = element.getAttribute("hx-confirm");
    if (question && !(await ask(question))) return;
    const method = element.hasAttribute("hx-post") ? "POST" : "GET";
    const target = targetOf(element);
    if (!target) return;
    let address = element.getAttribute(method === "POST" ? "hx-post" : "hx-get") || location.href;
    const values = valuesOf(element, method, submitter);
    const options = { method, headers: { "HX-Request": "true" }, credentials: "same-origin" };
    if (method === "POST") {
      options.body = element.closest("form")?.enctype === "multipart/form-data" ? values : new URLSearchParams(values);
      options.headers["X-CSRF-Token"] = csrf();
    } else {
      const query = new URLSearchParams([...values].filter(([, value]) => value !== ""));
      if (`${query}`) address = `${address.split("?")[0]}?${query}`;
    }
    running.get(target)?.abort();
    const control = new AbortController();
    running.set(target, control);
    options.signal = control.signal;
    const busy = [element, $(element.getAttribute("hx-indicator") || "#none")].filter(Boolean);
    busy.forEach((one) => one.classList.add("hx-request"));
    target.setAttribute("aria-busy", "true");
    try {
      await show(await fetch(address, options), element, target, address);
    } catch (fault) {
      if (fault.name !== "AbortError") toast(words.textOffline, target);
    } finally {
      busy.forEach((one) => one.classList.remove("hx-request"));
      if (running.get(target) === control) {
        running.delete(target);
        target.removeAttribute("aria-busy");
      }
    }
  }

  async function show(response, element, target, address) {
    const redirect = response.headers.get("HX-Redirect");
    if (redirect) return void location.assign(redirect);
    const html = await response.text();
    const whole = /^\s*<!doctype/i.test(html);
    const page = parsed(html, whole);
    if (!response.ok && response.status !== 422) {
      return toast($(".problem p, .banner", page)?.textContent || words.textFailed, target);
    }
    $$("[data-toast]", page).forEach((one) => $("#toasts").append(one));
    let content = page;
    if (whole) {
      content = target.id && page.getElementById(target.id);
      if (!content) return void location.assign(response.url);
      document.title = page.title;
    }
    const push = inherited(element, "hx-push-url");
    if (push && push !== "false" && response.ok) {
      history.replaceState({ scroll: scrollY }, "");
      const shown = response.redirected ? response.url : push === "true" ? address : push;
      history.pushState({ scroll: 0 }, "", shown);
    }
    swap(target, content, inherited(element, "hx-swap") || "innerHTML");
  }

  // A fragment may begin with a table row, which only a template keeps.
  function parsed(html, whole) {
    if (whole) return new DOMParser().parseFromString(html, "text/html");
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  }

  function swap(target, content, how) {
    const [x, y] = [scrollX, scrollY];
    const held = target.contains(document.activeElement) ? document.activeElement : null;
    const nodes = content.nodeType === 1 && how === "outerHTML" ? [content] : [...content.childNodes];
    const parent = target.parentNode;
    if (how === "delete") target.remove();
    else if (how === "outerHTML") target.replaceWith(...nodes);
    else if (how === "beforeend") target.append(...nodes);
    else if (how === "afterbegin") target.prepend(...nodes);
    else target.replaceChildren(...nodes);
    scan(how === "outerHTML" || how === "delete" ? parent : target);
    scrollTo(x, y);
    if (held) refocus(held);
    if ($("[data-focus]")) document.activeElement.scrollIntoView({ block: "nearest" });
  }

  // The same control in the new markup takes the focus, with what has been typed since.
  function refocus(held) {
    if (held.isConnected) return held.focus({ preventScroll: true });
    const same = (held.id && document.getElementById(held.id))
      || (held.name && $$(`[name="${CSS.escape(held.name)}"]`).find((one) => one.value === held.value));
    if (!same || same.matches("[data-focus], [data-focus] *")) return;
    same.focus({ preventScroll: true });
    if (same.matches("input:not([type=checkbox]):not([type=radio]), textarea") && same.type === held.type) {
      same.value = held.value;
      if (held.selectionStart != null) same.setSelectionRange(held.selectionStart, held.selectionEnd);
    }
  }

  // ---- What starts an update

  function triggersOf(element) {
    const usual = element.matches("form") ? "submit" : element.matches("input, select, textarea") ? "change" : "click";
    return (element.getAttribute("hx-trigger") || usual).split(",").map((part) => {
      const [event, ...modifiers] = part.trim().split(/\s+/);
      const delay = modifiers.find((one) => one.startsWith("delay:"));
      return { event, every: event === "every" ? time(modifiers[0]) : 0, delay: delay ? time(delay.slice(6)) : 0 };
    });
  }

  const time = (text) => parseFloat(text) * (text.endsWith("ms") ? 1 : 1000);
  const waiting = new WeakMap();

  function dispatch(event) {
    for (let element = event.target.closest?.("[hx-get], [hx-post]"); element;
      element = element.parentElement?.closest("[hx-get], [hx-post]")) {
      const trigger = triggersOf(element).find((one) => one.event === event.type);
      if (!trigger) continue;
      if (event.type === "click" && (event.ctrlKey || event.metaKey || event.shiftKey || event.button)) return;
      if (event.type === "submit" || element.matches("a, button")) event.preventDefault();
      clearTimeout(waiting.get(element));
      if (trigger.delay) waiting.set(element, setTimeout(() => element.isConnected && send(element), trigger.delay));
      else send(element, event.submitter);
      return;
    }
  }
  ["click", "submit", "change", "input"].forEach((kind) => on(kind, dispatch));

  // Starts what runs by itself in markup that is new.
  function scan(from) {
    $$("[hx-trigger]", from).forEach((element) => {
      if (element.dataset.started) return;
      triggersOf(element).forEach((trigger) => {
        if (trigger.event === "load") setTimeout(send, trigger.delay, element);
        if (!trigger.every) return;
        const timer = setInterval(() => (element.isConnected ? send(element) : clearInterval(timer)), trigger.every);
      });
      element.dataset.started = "1";
    });
    $$("[data-toast]").forEach(expire);
    $$("[data-rows]", from).forEach(countSelected);
    $("[data-focus]:not(form), form[data-focus] :is(input:not([type=hidden]), select, textarea)", from)?.focus();
  }

  addEventListener("popstate", async (event) => {
    try {
      const response = await fetch(location.href, { credentials: "same-origin" });
      const page = parsed(await response.text(), true);
      document.title = page.title;
      $("#main").replaceChildren(...$("#main", page).childNodes);
      scan($("#main"));
      scrollTo(0, event.state?.scroll || 0);
    } catch {
      location.reload();
    }
  });

  // ---- Toasts and questions

  function toast(message, near) {
    const box = document.createElement("div");
    box.className = "toast fail";
    box.dataset.toast = "";
    box.textContent = message.trim();
    const form = near?.closest("dialog[open]");
    (form || $("#toasts") || document.body).append(box);
    expire(box);
  }

  function expire(box) {
    if (box.dataset.started) return;
    box.dataset.started = "1";
    const end = () => (box.matches(":hover, :focus-within") ? setTimeout(end, 2000) : box.remove());
    setTimeout(end, 10000);
  }

  const ask = async (question) => (await import(words.seldom)).ask(question, words);

  // ---- Forms

  let dirty = null;
  on("input", (event) => {
    dirty = event.target.closest("form[data-guard]") || dirty;
  });
  addEventListener("beforeunload", (event) => {
    if (dirty?.isConnected) event.preventDefault();
  });
  on("submit", async (event) => {
    const form = event.target;
    const question = form.getAttribute("hx-confirm") || event.submitter?.getAttribute("hx-confirm");
    if (question && !form.matches("[hx-get], [hx-post]") && !form.dataset.asked) {
      event.preventDefault();
      if (!(await ask(question))) return;
      form.dataset.asked = "1";
      form.requestSubmit(event.submitter);
      delete form.dataset.asked;
      return;
    }
    if (form === dirty) dirty = null;
  });

  on("change", (event) => {
    const rows = event.target.closest("[data-rows]");
    if (!rows) return;
    if (event.target.matches("[data-select-all]")) selectAll(rows, event.target.checked);
    else countSelected(rows);
  });

  const boxes = (rows) => $$('input[name="id"]', rows);

  function selectAll(rows, checked) {
    boxes(rows).forEach((box) => { box.checked = checked; });
    countSelected(rows);
  }

  function countSelected(rows) {
    const all = boxes(rows);
    const count = all.filter((box) => box.checked).length;
    const head = $("[data-select-all]", rows);
    if (head) [head.checked, head.indeterminate] = [count === all.length, count > 0 && count < all.length];
    const shown = $("[data-selected-count]", rows);
    if (shown) shown.textContent = $("[name=all]:checked", rows)?.dataset.total ?? count;
  }

  on("input", (event) => {
    const field = event.target;
    if (field.matches?.("[data-suggest]")) {
      clearTimeout(waiting.get(field));
      waiting.set(field, setTimeout(() => suggest(field), 200));
    }
    if (field.matches?.("[data-tags]")) import(words.seldom).then((part) => part.offerTags(field));
  });

  async function suggest(field) {
    if (!field.value.trim()) return;
    const address = field.dataset.suggest + encodeURIComponent(field.value);
    const response = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (response?.ok) field.list.replaceChildren(...$$("option", parsed(await response.text(), false)));
  }

  // ---- Clicks that need no server

  on("click", async (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    $$("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const theme = hit("[data-theme-button]");
    if (theme) {
      event.preventDefault();
      (await import(words.seldom)).theme(theme.dataset.themeButton, csrf(), offline);
    }
    if (hit("[data-select-none]")) selectAll(hit("[data-rows]"), false);
    const opener = hit("[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
    const copy = hit("[data-copy]");
    if (copy) (await import(words.seldom)).copy(copy);
  });

  const offline = () => toast(words.textOffline);

  // The one set of buttons for rows goes to the row that is pointed at.
  function takeTools(event) {
    const row = event.target.closest?.(".list [data-rows] tbody tr");
    const tools = $("#row-tools");
    if (!row || !tools || row.contains(tools)) return;
    const link = $(".row-link", row);
    const lacks = row.dataset.lacks || "";
    $$("[data-act]", tools).forEach((one) => {
      const act = one.dataset.act;
      one[one.href === undefined ? "formAction" : "href"] = `${link.pathname}/${act}${link.search}`;
      one.hidden = lacks.includes(act);
    });
    tools.hidden = false;
    row.lastElementChild.append(tools);
  }
  ["mouseover", "focusin"].forEach((kind) => on(kind, takeTools));

  // ---- Keyboard

  on("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      const form = document.activeElement.closest?.("form[data-guard]") || $("form[data-guard]");
      if (!form) return;
      event.preventDefault();
      return form.requestSubmit();
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      return import(words.palette).then((part) => part.open(offline), offline);
    }
    if (event.key === "Escape") return closeMenus(event);
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const row = event.target.closest("[data-rows] tr");
    const step = { j: 1, k: -1, J: 1, K: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const free = !event.key.startsWith("Arrow") || event.target.matches("body, main, .row-link");
    if (step && free) return moveCursor(step, event);
    if (row && event.key === "x") $('input[name="id"]', row)?.click();
    else if (row && event.key === "e") $('[data-act="edit"]:not([hidden])', row)?.click();
    else if (event.key === "e") focusKey("e", event);
    else if (event.key === "?") $("#keys")?.showModal();
    else if (event.key === "/") focusKey("/", event);
    else if (event.key === "n") focusKey("n", event);
  });

  function focusKey(key, event) {
    const element = $(`[data-key="${key}"]`);
    if (!element) return;
    event.preventDefault();
    if (key === "/") return element.select();
    element.click();
    $("a", element.parentElement.matches("details") ? element.parentElement : root)?.focus();
  }

  function moveCursor(step, event) {
    const links = $$("[data-rows] .row-link");
    if (!links.length) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement);
    const to = links[Math.max(0, Math.min(links.length - 1, at + step))];
    to.focus();
    if (!event.shiftKey) return;
    // Both ends of the step are chosen, so that steps make a range.
    [links[at] || to, to].forEach((link) => {
      const box = $('input[name="id"]', link.closest("tr"));
      if (box && !box.checked) box.click();
    });
  }

  function closeMenus(event) {
    event.target.closest?.("form")?.querySelector("[data-cancel]")?.click();
    $$("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      $("summary", menu).focus();
    });
    if (document.activeElement.matches("input[type=search]")) document.activeElement.blur();
  }

  scan(document);
})();
