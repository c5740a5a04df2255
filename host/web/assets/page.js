// Makes the page quicker for whoever has it: keys, and evidence that lights up. Everything works without it.
"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");

  // Single keys can be switched off (WCAG 2.1.4); the choice stays with this browser.
  const STORED = "baton-single-keys";
  const remembered = (value) => {
    try {
      if (value !== undefined) localStorage.setItem(STORED, value);
      return localStorage.getItem(STORED);
    } catch {
      return null;
    }
  };
  const keys = $("#keys");
  const on = $("#keys-on");
  on.checked = remembered() !== "off";
  on.addEventListener("change", () => remembered(on.checked ? "on" : "off"));
  const list = $("#keys-button");
  list.hidden = false;
  list.addEventListener("click", () => keys.showModal());

  const go = (selector) => {
    const link = $(selector);
    if (link) link.click();
  };
  const focus = (selector) => {
    const element = $(selector);
    if (element) element.focus();
    return Boolean(element);
  };
  const open = (name, first) => {
    const drawer = $(name);
    if (!drawer) return;
    drawer.open = true;
    drawer.scrollIntoView({ block: "nearest" });
    const field = drawer.querySelector(first);
    if (field) field.focus();
  };
  const rows = [...document.querySelectorAll("a.row")];
  const step = (by) => {
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
    rows[next].focus();
  };
  const edit = () => {
    if (!$("#edit")) return;
    location.hash = "edit";
    $("#edit").classList.add("open");
    focus("#body");
  };
  const closeEdit = () => {
    const form = $("#edit");
    if (!form || !(form.classList.contains("open") || location.hash === "#edit")) return false;
    form.classList.remove("open");
    location.hash = "draft";
    focus("#to-edit");
    return true;
  };
  const toEdit = $("#to-edit");
  if (toEdit) {
    toEdit.addEventListener("click", (event) => {
      event.preventDefault();
      edit();
    });
    $("#edit .leave").addEventListener("click", (event) => {
      event.preventDefault();
      closeEdit();
    });
  }

  const pressed = {
    a: () => ($("#edit.open, #edit:target") ? focus("#edit button.main") : focus("#approve")),
    e: edit,
    r: () => open("#reject", "input[type=radio]"),
    s: () => open("#snooze", "button:not(:disabled), #at"),
    c: () => focus("#conforming"),
    n: () => open("#nonconforming", "textarea"),
    f: () => open("#factual", "textarea"),
    u: () => focus("#take-back"),
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => rows.includes(document.activeElement) && step(1),
    ArrowUp: () => rows.includes(document.activeElement) && step(-1),
    "?": () => keys.showModal(),
    "g q": () => go("[data-key='g q']"),
    "g c": () => go("[data-key='g c']"),
    "g s": () => go("[data-key='g s']"),
    "g o": () => go("[data-key='g o']"),
    "g l": () => go("[data-key='g l']"),
    "g d": () => go("[data-key='g d']"),
  };
  let before = "";
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
    if (key === "Escape") {
      const menu = $("details.menu[open]");
      const drawer = target.closest("details[name=decide]");
      if (menu) menu.open = false;
      else if (drawer) {
        drawer.open = false;
        drawer.querySelector("summary").focus();
      } else if (typing(target) && target.form && target.form.closest("#edit")) {
        // The first press leaves the field, so that nobody loses sight of what they typed by accident.
        focus("#edit .leave");
      } else if (!closeEdit()) target.blur();
      return;
    }
    if (typing(target) || !on.checked) return;
    const moves = key === "ArrowDown" || key === "ArrowUp";
    if (moves && target.matches("input")) return;
    const act = pressed[`${before} ${key}`] || pressed[key];
    before = key === "g" ? "g" : "";
    if (act && act() !== false) event.preventDefault();
  });

  // A claim and its evidence light up together.
  const light = (event, lit) => {
    const from = event.target.closest && event.target.closest("[data-evidence]");
    if (!from) return;
    for (const number of from.dataset.evidence.split(" ")) {
      for (const element of document.querySelectorAll(`[data-evidence~="${CSS.escape(number)}"]`)) {
        element.classList.toggle("lit", lit);
      }
    }
  };
  for (const [begins, ends] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(begins, (event) => light(event, true));
    document.addEventListener(ends, (event) => light(event, false));
  }

  // What needs to be read first gets the focus.
  const first = $("#problem") || $("#checked");
  if (first) first.focus({ preventScroll: false });

  // A form counts once; a second press while it is under way does nothing.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
