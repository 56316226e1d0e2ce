// Time spent at a review: while the page is in front and somebody is at it. Reading without a key
// counts for a while; what is longer was a pause.
"use strict";

const PAUSE = 60000; // milliseconds after a sign of life that still count
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "input"];

export class Clock {
  constructor() {
    this.spent = 0;
    this.seen = performance.now();
    this.away = document.hidden;
    const alive = () => this.#count();
    SIGNS.forEach((sign) => window.addEventListener(sign, alive, { capture: true, passive: true }));
    document.addEventListener("visibilitychange", () => { this.#count(); this.away = document.hidden; });
  }

  #count() {
    const now = performance.now();
    if (!this.away) this.spent += Math.min(now - this.seen, PAUSE);
    this.seen = now;
  }

  // Milliseconds since this was asked last.
  take() {
    this.#count();
    const { spent } = this;
    this.spent = 0;
    return spent;
  }
}
