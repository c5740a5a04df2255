// Adds keyboard shortcuts, highlighted evidence, and live checks. Every page works without this script.
"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");

  // Single-key shortcuts can be switched off (WCAG 2.1.4). The browser stores the choice.
  const STORED = "baton-single-keys";
  const storedChoice = (value) => {
    try {
      if (value !== undefined) localStorage.setItem(STORED, value);
      return localStorage.getItem(STORED);
    } catch {
      return null;
    }
  };
  const keys = $("#keys");
  const on = $("#keys-on");
  on.checked = storedChoice() !== "off";
  on.addEventListener("change", () => storedChoice(on.checked ? "on" : "off"));
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
    l: () => ($("#edit.open, #edit:target") ? open("#edit .when", "select") : open("#schedule", "button:not(:disabled), #leave-at")),
    d: () => open("#redraft", "textarea"),
    c: () => focus("#conforming"),
    n: () => open("#nonconforming", "textarea"),
    f: () => open("#factual", "textarea"),
    u: () => focus("#undo"),
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => rows.includes(document.activeElement) && step(1),
    ArrowUp: () => rows.includes(document.activeElement) && step(-1),
    "?": () => keys.showModal(),
    "g q": () => go("[data-key='g q']"),
    "g c": () => go("[data-key='g c']"),
    "g r": () => go("[data-key='g r']"),
    "g s": () => go("[data-key='g s']"),
    "g o": () => go("[data-key='g o']"),
    "g l": () => go("[data-key='g l']"),
    "g d": () => go("[data-key='g d']"),
  };
  // The queue: select rows, and act on the selected ones.
  Object.assign(pressed, {
    x: () => {
      const at = document.activeElement.closest("ol.queue > li");
      const box = at && at.querySelector("input[name=tick]");
      if (!box) return false;
      box.checked = !box.checked;
    },
    A: () => focus("#bulk-approve"),
    R: () => focus("#bulk-reason"),
    S: () => focus("#bulk-until"),
    G: () => focus("#bulk-to"),
    "/": () => focus("#filter-q"),
  });

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
        // The first Escape only leaves the field, so that typed text does not disappear by accident.
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

  // Highlights a claim together with its evidence.
  const highlight = (event, on) => {
    const from = event.target.closest && event.target.closest("[data-evidence]");
    if (!from) return;
    for (const number of from.dataset.evidence.split(" ")) {
      for (const element of document.querySelectorAll(`[data-evidence~="${CSS.escape(number)}"]`)) {
        element.classList.toggle("highlight", on);
      }
    }
  };
  for (const [begins, ends] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(begins, (event) => highlight(event, true));
    document.addEventListener(ends, (event) => highlight(event, false));
  }

  // Moves the focus to a problem, which has to be read first.
  const first = $("#problem") || ($("#checked .verdicts") && $("#checked"));
  if (first) first.focus({ preventScroll: false });

  // Checks the text while it is being edited: one request at a time, and only the latest response is shown.
  const writing = $("#edit form");
  if (writing && writing.dataset.inspect) {
    const { subject, body } = writing.elements;
    const [checked, says, restore] = [$("#checked"), $("#says"), $("#restore")];
    const drafted = [$("#drafted-subject").textContent, $("#drafted-body").textContent];
    let [timer, asking, again, held, mine] = [0, false, false, null, null];
    says.hidden = false;
    const put = (piece) => {
      // The replaced part has the fields for override reasons. Wait while one of them has the focus.
      if (checked.contains(document.activeElement)) {
        held = piece;
        return;
      }
      held = null;
      checked.innerHTML = piece;
      const summary = checked.querySelector(".summary");
      const late = checked.querySelector(".late");
      // The status line above already has the summary, and screen readers announce it there.
      if (summary) summary.parentElement.hidden = true;
      says.textContent = late ? late.textContent : `Checked as you write: ${summary ? summary.textContent : ""}`;
    };
    const ask = async () => {
      if (asking) {
        again = true;
        return;
      }
      [asking, again] = [true, false];
      try {
        const answer = await fetch(writing.dataset.inspect, { method: "POST", body: new URLSearchParams(new FormData(writing)) });
        const piece = await answer.text();
        if (!answer.ok || answer.redirected) throw new Error();
        if (!again) put(piece);
      } catch {
        says.textContent = "Not checked yet: Baton can't be reached, or you're signed out. Your text is checked when you approve it.";
      }
      asking = false;
      if (again) ask();
    };
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 400);
    };
    writing.addEventListener("input", (event) => {
      if (event.target !== subject && event.target !== body) return;
      mine = null;
      restore.textContent = "Restore draft";
      changed();
    });
    checked.addEventListener("focusout", () => setTimeout(() => held !== null && put(held)));
    restore.addEventListener("click", (event) => {
      event.preventDefault();
      const now = [subject.value, body.value];
      [subject.value, body.value] = mine || drafted;
      mine = mine ? null : now;
      restore.textContent = mine ? "Restore my text" : "Restore draft";
      body.focus();
      changed();
    });
  }

  // Counts down the time in which an approval can be undone for certain.
  const undo = $(".undo");
  if (undo) {
    const ends = performance.now() + 1000 * Number(undo.dataset.seconds);
    const count = setInterval(() => {
      const left = Math.ceil((ends - performance.now()) / 1000);
      undo.textContent = left > 0 ? `Undo within ${left} s` : "Sending now, or when the sending window opens";
      if (left <= 0) clearInterval(count);
    }, 250);
  }

  // Time in a background tab does not count as review time.
  const isVisible = () => document.visibilityState === "visible";
  let [looked, from] = [0, isVisible() ? performance.now() : null];
  document.addEventListener("visibilitychange", () => {
    if (from !== null) looked += performance.now() - from;
    from = isVisible() ? performance.now() : null;
  });
  const seconds = () => Math.floor((looked + (from === null ? 0 : performance.now() - from)) / 1000);

  // A form is submitted once: a second press during the request does nothing.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      const { visible } = form.elements;
      if (visible) {
        visible.dataset.before ??= visible.value || "0";
        visible.value = Number(visible.dataset.before) + seconds();
      }
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
