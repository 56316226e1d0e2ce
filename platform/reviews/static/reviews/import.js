// Dragging a file onto the page, and what a long upload is doing. The form works without it.
"use strict";

(function () {
  const zone = document.querySelector("[data-drop]");
  if (!zone) return;
  const input = zone.querySelector("input[type=file]");
  const shown = zone.querySelector("[data-file]");
  const form = zone.closest("form");
  const source = form.querySelector("[name=source]");

  function size(bytes) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
    let at = 0;
    while (bytes >= 1000 && at < units.length - 1) { bytes /= 1000; at += 1; }
    return new Intl.NumberFormat(document.documentElement.lang, {
      style: "unit", unitDisplay: "long", unit: units[at], maximumFractionDigits: at ? 1 : 0,
    }).format(bytes);
  }

  function chosen() {
    const file = input.files[0];
    shown.textContent = file ? size(file.size) : "";
    if (file && source && !source.value) {
      const stem = file.name.replace(/(\.(csv|tsv|txt|xlsx|jsonl|ndjson|json|parquet|gz))+$/i, "");
      source.value = stem.toLowerCase().replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);
    }
  }

  input.addEventListener("change", chosen);
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("v-over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("v-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; chosen(); }
  });

  form.addEventListener("submit", (event) => {
    const bar = form.querySelector("progress[data-sending]");
    if (!bar || !input.files.length || !window.XMLHttpRequest) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (step) => {
      bar.hidden = false;
      if (step.lengthComputable) { bar.max = step.total; bar.value = step.loaded; }
    });
    request.addEventListener("load", () => {
      if (request.status < 400) { window.location.assign(request.responseURL); return; }
      document.open(); document.write(request.responseText); document.close();
    });
    request.addEventListener("error", () => { bar.hidden = true; form.submit(); });
    request.open("POST", form.action || window.location.href);
    request.send(new FormData(form));
    form.querySelector("button.v-primary").disabled = true;
  });
})();
