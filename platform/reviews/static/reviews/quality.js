// The charts of the data-quality page. The tables beside them hold the same numbers.
"use strict";

(function () {
  // Told apart by dashes and points as well as by colour.
  const styles = [
    { borderColor: "#1f5fae", borderDash: [], pointStyle: "circle" },
    { borderColor: "#b4540a", borderDash: [6, 3], pointStyle: "rect" },
    { borderColor: "#5c6470", borderDash: [2, 2], pointStyle: "triangle" },
    { borderColor: "#6b3fa0", borderDash: [8, 3, 2, 3], pointStyle: "rectRot" },
    { borderColor: "#0f766e", borderDash: [1, 3], pointStyle: "star" },
  ];
  const whole = (value, language) => new Intl.NumberFormat(language).format(value);
  const share = (value, language) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value) + " %";

  function options(data, language, told, top, unit) {
    return {
      animation: false, responsive: true, maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { display: top, position: "bottom", align: "start", labels: { usePointStyle: true, boxWidth: 9, boxHeight: 7, font: { size: 12 }, filter: (item) => !!item.text } },
        tooltip: { usePointStyle: true, filter: (item) => !!item.dataset.label, callbacks: { label: told, footer: (items) => items.length ? unit(items[0].dataIndex) : "" } },
      },
      scales: {
        x: { grid: { display: false }, ticks: { maxTicksLimit: 6, maxRotation: 0, font: { size: 11 } } },
        y: { beginAtZero: true, ticks: { maxTicksLimit: 5, font: { size: 11 } }, grid: { color: "#eceef1" } },
      },
    };
  }

  function shares(data, name, labels, language) {
    const lines = data.charts[name];
    const datasets = lines.map((line, at) => ({
      ...styles[at % styles.length], label: line.name, data: line.values, borderWidth: 2, tension: 0,
      pointRadius: labels.length > 30 ? 0 : 3, backgroundColor: styles[at % styles.length].borderColor, spanGaps: false,
    }));
    const refused = name === "refused";
    const n = (i) => (refused ? data.words.rows + " " + whole(data.rows[i], language) : data.words.reviews + " " + whole(data.n[i], language));
    const found = options(data, language, (item) => item.dataset.label + " " + share(item.raw, language), lines.length > 1, n);
    found.scales.y.ticks.callback = (value) => share(value, language);
    found.scales.y.suggestedMax = 5;
    return { type: "line", data: { labels, datasets }, options: found };
  }

  function lengths(data, labels, language) {
    const edge = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, tension: 0 };
    const band = data.lengths;
    const told = (item) => data.words.median + " " + whole(Math.round(item.raw), language) + " (" + whole(Math.round(band.low[item.dataIndex]), language) + " – " + whole(Math.round(band.high[item.dataIndex]), language) + ")";
    const found = options(data, language, told, false, (i) => data.words.reviews + " " + whole(data.n[i], language));
    return { type: "line", data: { labels, datasets: [
      { ...edge, data: band.low, fill: false },
      { ...edge, data: band.high, fill: "-1", backgroundColor: "#3d455222" },
      { label: data.words.median, data: band.middle, borderColor: "#3d4552", borderWidth: 2, pointRadius: labels.length > 30 ? 0 : 2.5, pointBackgroundColor: "#3d4552", tension: 0 },
    ] }, options: found };
  }

  window.addEventListener("DOMContentLoaded", () => {
    const holder = document.getElementById("quality-data");
    if (!holder || typeof Chart === "undefined") return;
    const data = JSON.parse(holder.textContent);
    const language = document.documentElement.lang || "en";
    const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone: "UTC" });
    const labels = data.weeks.map((week) => day.format(new Date(week + "T00:00:00Z")));
    document.querySelectorAll("canvas[data-quality]").forEach((canvas) => {
      const name = canvas.dataset.quality;
      new Chart(canvas, name === "lengths" ? lengths(data, labels, language) : shares(data, name, labels, language));
    });
  });
})();
