// Keyboard, filters that apply themselves, and charts. Pages work without it, but for the charts.
"use strict";

(function () {
  const text = (element) => element instanceof HTMLElement &&
    (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  const help = () => document.getElementById("keyboard-help");
  let waiting = -Infinity; // when `g` was pressed, in milliseconds since the page came

  function search() {
    const box = document.querySelector("[data-search]");
    if (box) { box.focus(); box.select(); return; }
    const target = help();
    if (target) window.location.assign(target.dataset.r + "#search");
  }

  function step(by) {
    const links = [...document.querySelectorAll("[data-rows] a[data-open]")];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
    links[next].focus();
    return true;
  }

  // A page's own keys: data-key presses a button or follows a link, data-key-focus goes to a field.
  function press(key) {
    if (!/^[a-z]$/.test(key)) return false;
    const field = document.querySelector(`[data-key-focus="${key}"]`);
    if (field) { field.focus(); if (field.select) field.select(); return true; }
    const target = document.querySelector(`[data-key="${key}"]`);
    if (target) target.click();
    return Boolean(target);
  }

  // Words selected in a text go into the field that asks for them.
  document.addEventListener("mouseup", () => {
    const field = document.querySelector("[data-selected]");
    const chosen = window.getSelection();
    const inside = chosen.rangeCount && chosen.anchorNode && chosen.anchorNode.parentElement.closest("[data-selectable]");
    const words = String(chosen).trim();
    if (field && inside && words && words.length <= field.maxLength) field.value = words;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) event.target.form.requestSubmit();
  });

  function escape() {
    const dialog = help();
    if (dialog && dialog.open) { dialog.close(); return; }
    if (text(document.activeElement)) { document.activeElement.blur(); return; }
    const up = document.querySelector("a[data-back]");
    if (up) up.click();
  }

  // One level up is the list as it was left, with its filters and its place.
  function cameFrom(link) {
    if (!document.referrer) return false;
    const before = new URL(document.referrer);
    return before.origin === window.location.origin && before.pathname === link.pathname;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-back]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !cameFrom(link)) return;
    event.preventDefault();
    // A page opened in a tab of its own has nothing behind it.
    if (window.history.length > 1) window.history.back();
    else window.location.assign(document.referrer);
  });

  function table() {
    const details = [...document.querySelectorAll("details[data-table]")];
    details.forEach((one) => { one.open = !one.open; });
    if (details.length && details[0].open) details[0].querySelector("summary").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") { escape(); return; }
    if (text(event.target) || !help()) return;
    const soon = event.timeStamp - waiting < 1500;
    waiting = -Infinity;
    if (soon && /^[drpimjql]$/.test(event.key)) {
      event.preventDefault();
      const place = help().dataset[event.key];
      // Labelling is for some: who may not has no such line in the menu.
      if (event.key !== "l" || document.querySelector(`a[href="${place}"]`)) window.location.assign(place);
    } else if (event.key === "/") { event.preventDefault(); search(); }
    else if (event.key === "?") { event.preventDefault(); if (!help().open) help().showModal(); }
    else if (event.key === "g") waiting = event.timeStamp;
    else if (event.key === "t") table();
    else if (press(event.key)) event.preventDefault();
    else if (event.key === "ArrowDown" && step(1)) event.preventDefault();
    else if (event.key === "ArrowUp" && step(-1)) event.preventDefault();
  });

  // A form without its empty fields: the address stays readable, and "back" keeps it.
  function tidy(form) {
    for (const field of form.elements) {
      if (field.name && field.value === "" && field.type !== "submit") field.disabled = true;
    }
  }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form.v-filters")) tidy(event.target);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("select[data-submit]")) return;
    // A named period takes the place of days of one's own.
    if (event.target.name === "period") {
      event.target.form.querySelectorAll("[name=from],[name=to]").forEach((field) => { field.value = ""; });
    }
    event.target.form.requestSubmit();
  });
  // Days of one's own take the place of a named period. While a year is typed it is one of long ago.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches("input[type=date][data-submit]")) return;
    if (field.value ? field.value < "1990" : field.validity.badInput) return;
    const period = field.form.elements.period;
    const days = ["from", "to"].some((name) => field.form.elements[name] && field.form.elements[name].value);
    if (period && days) period.disabled = true;
    field.form.requestSubmit();
  });
  // Answers that wait for the network go on waiting when somebody signs out: they should know.
  function unsent() {
    const said = document.documentElement.dataset.unsent;
    if (said !== undefined) return Number(said);
    const page = document.getElementById("page-content");
    const begin = page && page.dataset.person && `verbatim.label.${page.dataset.person}.`;
    try {
      return Object.keys(window.localStorage).filter((key) => begin && key.startsWith(begin) && /\.\d+\.\d+$/.test(key)).length;
    } catch (error) {
      return 0; // this browser keeps nothing
    }
  }
  document.addEventListener("submit", (event) => {
    const page = document.getElementById("page-content");
    if (event.target.id === "logout-form" && page && unsent() && !window.confirm(page.dataset.unsent)) event.preventDefault();
  });

  // Coming back to a page must find its fields usable again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form.v-filters :disabled").forEach((field) => { field.disabled = false; });
  });

  // A piece of a page that is fetched again keeps the focus where it was.
  let focused = "";
  document.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement ? document.activeElement.id : ""; });
  document.addEventListener("htmx:afterSwap", () => {
    const again = focused && document.getElementById(focused);
    if (again) again.focus();
  });

  const colours = { sentiment: "#1f5fae", purchase_intent: "#3d4552", product_demand: "#3d4552" };
  function axis(weeks, language) {
    const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone: "UTC" });
    return weeks.map((week) => day.format(new Date(week + "T00:00:00Z")));
  }
  function number(value, language) {
    return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero" }).format(value).replace("-", "\u2212");
  }
  // The three figures are looked at side by side: one range for all, so that heights compare.
  function range(data) {
    const ends = Object.values(data.questions).flatMap((band) => [...band.low, ...band.high]).filter((one) => one !== null);
    const step = (one, round) => round(one * 4) / 4;
    return { min: Math.max(-1, step(Math.min(-0.1, ...ends), Math.floor)), max: Math.min(1, step(Math.max(0.1, ...ends), Math.ceil)) };
  }
  function line(canvas, data, labels, language) {
    const band = data.questions[canvas.dataset.question];
    const colour = colours[canvas.dataset.question] || "#3d4552";
    const edge = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, tension: 0 };
    return {
      type: "line",
      data: { labels, datasets: [
        { ...edge, data: band.low, fill: false },
        { ...edge, data: band.high, fill: "-1", backgroundColor: colour + "26" },
        { data: band.value, borderColor: colour, borderWidth: 2, pointRadius: 1.5, pointBackgroundColor: colour, tension: 0, spanGaps: false },
      ] },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { display: false }, tooltip: {
          filter: (item) => item.datasetIndex === 2,
          displayColors: false,
          callbacks: { label: (item) => {
            const i = item.dataIndex;
            return [number(band.value[i], language) + " (" + data.words.range.replace("%(low)s", number(band.low[i], language)).replace("%(high)s", number(band.high[i], language)) + ")",
              data.words.reviews + " " + new Intl.NumberFormat(language).format(data.n[i])];
          } },
        } },
        scales: {
          x: { grid: { display: false }, ticks: { maxTicksLimit: 4, maxRotation: 0, font: { size: 11 } } },
          y: { ...range(data), ticks: { maxTicksLimit: 5, includeBounds: false, font: { size: 11 }, callback: (value) => number(value, language) }, grid: { color: (tick) => (tick.tick.value === 0 ? "#8d95a3" : "#eceef1") } },
        },
      },
    };
  }
  function volume(data, labels, language) {
    return {
      type: "bar",
      data: { labels, datasets: [{ data: data.n, backgroundColor: "#aab1bd", borderRadius: 2 }] },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        plugins: { legend: { display: false }, tooltip: { displayColors: false, callbacks: { label: (item) => data.words.reviews + " " + new Intl.NumberFormat(language).format(item.raw) } } },
        scales: {
          x: { grid: { display: false }, ticks: { maxTicksLimit: 8, maxRotation: 0, font: { size: 11 } } },
          y: { beginAtZero: true, ticks: { maxTicksLimit: 3, precision: 0, font: { size: 11 } }, grid: { color: "#eceef1" } },
        },
      },
    };
  }
  function charts() {
    if (typeof Chart === "undefined") return;
    const language = document.documentElement.lang || "en";
    document.querySelectorAll("canvas[data-chart]").forEach((canvas) => {
      const holder = document.getElementById(canvas.dataset.chart);
      if (!holder) return;
      const data = JSON.parse(holder.textContent);
      const labels = axis(data.weeks, language);
      new Chart(canvas, "volume" in canvas.dataset ? volume(data, labels, language) : line(canvas, data, labels, language));
    });
  }
  window.addEventListener("DOMContentLoaded", () => {
    charts();
    if (window.location.hash === "#search") search();
  });
})();
