// The reviews at hand: the one that is shown, those fetched before it is needed, the last ten.
"use strict";

import { Unreachable } from "./server.js";

const AHEAD = 3;
const MOST = 5; // what the server gives one person at once
const BACK = 10;
const RENEW = 10 * 60 * 1000; // milliseconds; a review is lent for thirty minutes
const IDLE = 60 * 60 * 1000; // nobody at the page for so long: let others have them

export class Desk {
  // changed: told when reviews have come, or none could; lost: told the review at hand that is not
  // in this person's hands any more.
  constructor(server, batch, outbox, { changed, lost }) {
    this.server = server;
    this.batch = batch;
    this.outbox = outbox;
    this.changed = changed;
    this.lost = lost;
    this.asked = ""; // the sets of choices that are asked now, as far as we know
    this.taken = Date.now(); // when what is at hand was lent, or lent again
    this.items = new Map();
    this.queue = [];
    this.history = [];
    this.current = null;
    this.exhausted = false;
    this.unreachable = false;
    this.failures = 0;
    this.used = Date.now();
    this.today = null;
    this.guideline = 0; // the newest version there is, as far as we know
    setInterval(() => { if (Date.now() - this.used < IDLE) this.fill(true); }, RENEW);
    window.addEventListener("online", () => this.fill());
    // A computer that slept has missed its time.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && Date.now() - this.taken > RENEW) this.fill(true);
    });
  }

  // Take the next review; null where none is at hand.
  next() {
    const id = this.queue.shift();
    this.current = id === undefined ? null : this.items.get(id);
    this.fill();
    return this.current;
  }

  ended(item) {
    if (!this.history.includes(item.id)) this.history.push(item.id);
    while (this.history.length > BACK) this.#forget(this.history.shift());
  }

  #forget(id) { if (this.current?.id !== id && !this.queue.includes(id)) this.items.delete(id); }

  async fill(renew = false) {
    if (this.filling) { this.refill = true; return; }
    if (!renew && (this.exhausted || this.queue.length >= AHEAD)) return;
    this.filling = true;
    clearTimeout(this.timer);
    try {
      await this.#take();
      this.failures = 0;
      this.unreachable = false;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.failures += 1;
      this.unreachable = true;
      this.timer = setTimeout(() => this.fill(), Math.min(30000, 1000 * 2 ** this.failures));
    } finally {
      this.filling = false;
    }
    this.changed();
    if (this.refill) { this.refill = false; this.fill(); }
  }

  async #take() {
    const waiting = this.outbox.waiting();
    const here = waiting.filter((one) => one.batch === this.batch);
    const count = Math.min(MOST, AHEAD + 1 + here.length);
    const asked = Date.now();
    const held = [...new Set([...this.items.keys(), ...this.outbox.all().map((one) => one.id)])];
    const answer = await this.server.post(`${this.batch}/take/`, { count, held });
    if (answer.data.code === "gone") { this.exhausted = true; return; } // closed meanwhile
    if (!answer.ok || !Array.isArray(answer.data.items) || !Array.isArray(answer.data.in_hand)) {
      this.signedOut = answer.status === 401 || answer.status === 403;
      throw new Unreachable(`take: ${answer.status}`);
    }
    this.signedOut = false;
    this.taken = asked;
    for (const item of answer.data.items) {
      this.items.set(item.id, item);
      this.queue.push(item.id);
    }
    this.#givenBack(new Set(answer.data.in_hand));
    // Counted before an answer on its way was in, it would fall behind.
    this.today = waiting.length ? null : answer.data.today;
    this.guideline = answer.data.guideline || 0;
    this.asked = answer.data.asked || "";
    // Fewer than asked for: nothing more is to be had. Answers on their way are no sign of that.
    this.exhausted = answer.data.in_hand.length < count;
  }

  // Queued, but no longer in hand: answered in another tab, closed, or somebody else's by now.
  #givenBack(inHand) {
    const gone = this.queue.filter((id) => !inHand.has(id));
    this.queue = this.queue.filter((id) => inHand.has(id));
    gone.forEach((id) => this.items.delete(id));
    if (this.current && !inHand.has(this.current.id)) this.lost(this.current);
  }

  // Answered in another tab.
  leave(id) {
    if (!this.queue.includes(id)) return;
    this.queue = this.queue.filter((one) => one !== id);
    this.items.delete(id);
    this.fill();
  }

  more() { this.exhausted = false; return this.fill(); }

  // The last ten of before this visit; those of this visit are here already.
  async recall() {
    try {
      const answer = await this.server.get(`${this.batch}/last/`);
      if (!answer.ok || !Array.isArray(answer.data.items)) return;
      const older = answer.data.items.filter((one) => !this.items.has(one.id)).reverse();
      older.forEach((one) => this.items.set(one.id, one));
      this.history = [...older.map((one) => one.id), ...this.history].slice(-BACK);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  async fetch(id) {
    const answer = await this.server.get(`${this.batch}/items/${id}/`);
    const item = answer.ok ? answer.data.items?.[0] : null;
    if (item) this.items.set(id, item);
    return item || null;
  }
}
