// Settling by keyboard: a key chooses an answer, Enter saves what is chosen. The keys of buttons and
// links (a, b, s, x, z) are pressed by the site's own script.
"use strict";

const form = document.getElementById("settle");

function typing(target) {
  return target.matches("textarea, select, input:not([type=radio])") || target.isContentEditable;
}

// The first question without an answer.
function missing() {
  return [...form.querySelectorAll("fieldset")].find((one) => !one.querySelector(":checked"));
}

function choose(key) {
  const found = form.querySelector(`[data-choose="${CSS.escape(key)}"]`);
  if (!found) return false;
  found.checked = true;
  found.focus();
  return true;
}

if (form) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      const open = missing();
      if (open) open.querySelector("input").focus();
      else form.requestSubmit(document.getElementById("settle-save"));
    } else if (choose(event.key)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
  // A second press while the first is on its way would settle the next review unseen.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
}
