// How the score grows with the labels. The table under each chart holds the same numbers.
"use strict";

(function () {
  const blue = "#1f5fae";
  const others = ["#b4540a", "#6b3fa0", "#0f766e"];
  const dashes = [[6, 3], [2, 2], [8, 3, 2, 3]];
  const points = (rows, key) => rows.map((row) => ({ x: row.n, y: row[key] }));

  function band(rows) {
    const edge = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, tension: 0 };
    return [
      { ...edge, data: points(rows, "low"), fill: false },
      { ...edge, data: points(rows, "high"), fill: "-1", backgroundColor: blue + "22" },
    ];
  }

  function datasets(data) {
    const words = data.words;
    const lines = [
      ...band(data.points),
      ...band(data.line),
      { label: words.measured, data: points(data.points, "value"), borderColor: blue, backgroundColor: blue, borderWidth: 2, pointRadius: 3, tension: 0 },
      { label: words.foretold, data: points(data.line, "value"), borderColor: blue, backgroundColor: blue, borderWidth: 2, borderDash: [2, 4], pointRadius: 0, pointStyle: "line", tension: 0 },
      ...data.languages.map((one, at) => ({
        label: one.name, data: points(one.points, "value"), borderColor: others[at % 3], backgroundColor: others[at % 3],
        borderDash: dashes[at % 3], borderWidth: 1.5, pointRadius: 2, pointStyle: "triangle", tension: 0,
      })),
    ];
    if (data.versions.length) {
      lines.push({
        label: words.versions, data: data.versions.map((one) => ({ x: one.n, y: one.value, model: one.model })), showLine: false,
        borderColor: "#3d4552", backgroundColor: "#3d4552", pointStyle: "rectRot", pointRadius: 5,
      });
    }
    return lines;
  }

  // One range for all charts: they are looked at together.
  function range(all) {
    const scores = all.flatMap((data) => [
      ...[...data.points, ...data.line].flatMap((one) => [one.low, one.high]),
      ...data.versions.map((one) => one.value),
      ...data.languages.flatMap((one) => one.points.map((point) => point.value)),
    ]);
    return { min: Math.max(0, Math.floor(Math.min(...scores) * 10) / 10), max: Math.min(1, Math.ceil(Math.max(...scores) * 10) / 10) };
  }

  function chart(data, bounds, language) {
    const whole = new Intl.NumberFormat(language);
    const score = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
    const told = (item) => (item.raw.model || item.dataset.label) + " " + score.format(item.raw.y);
    return {
      type: "line",
      data: { datasets: datasets(data) },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        interaction: { mode: "nearest", intersect: false },
        plugins: {
          legend: { position: "bottom", align: "start", labels: { usePointStyle: true, boxWidth: 9, boxHeight: 7, font: { size: 12 }, filter: (item) => !!item.text } },
          tooltip: { usePointStyle: true, filter: (item) => !!item.raw.model || !!item.dataset.label, callbacks: { title: (items) => items.length ? whole.format(Math.round(items[0].raw.x)) + " " + data.words.labels : "", label: told } },
        },
        scales: {
          x: { type: "linear", min: 0, title: { display: true, text: data.words.labels, font: { size: 12 } }, grid: { display: false }, ticks: { maxTicksLimit: 7, font: { size: 11 }, callback: (value) => whole.format(value) } },
          y: { ...bounds, title: { display: true, text: data.words.score, font: { size: 12 } }, ticks: { maxTicksLimit: 5, font: { size: 11 } }, grid: { color: "#eceef1" } },
        },
      },
    };
  }

  window.addEventListener("DOMContentLoaded", () => {
    if (typeof Chart === "undefined") return;
    const language = document.documentElement.lang || "en";
    const found = [...document.querySelectorAll("canvas[data-curve]")];
    const all = found.map((canvas) => JSON.parse(document.getElementById(canvas.dataset.curve).textContent));
    if (!all.length) return;
    const bounds = range(all);
    found.forEach((canvas, at) => new Chart(canvas, chart(all[at], bounds, language)));
  });
})();
