// Answers on their way: kept on this computer until the server has them, also over a reload.
// Only ids and answers are kept, never a review's text. What the server refuses stays here until
// somebody has seen it.
"use strict";

import { Unreachable } from "./server.js";

const PREFIX = "verbatim.label";
const LONGEST = 60000; // milliseconds between two tries
// What our server says of an answer it will never take. A status alone may be that of a proxy.
const REFUSALS = ["bad_answer", "gone", "taken", "changed"];

// A stand-in where the browser keeps nothing: then answers last as long as the page.
class Memory {
  constructor() { this.kept = new Map(); }
  get length() { return this.kept.size; }
  key(index) { return [...this.kept.keys()][index]; }
  getItem(key) { return this.kept.get(key) ?? null; }
  setItem(key, value) { this.kept.set(key, value); }
  removeItem(key) { this.kept.delete(key); }
}

function storage() {
  try {
    window.localStorage.setItem(`${PREFIX}.try`, "1");
    window.localStorage.removeItem(`${PREFIX}.try`);
    return window.localStorage;
  } catch (error) {
    return new Memory();
  }
}

export class Outbox {
  // batch: null for those of every batch. changed: told after every change of what waits.
  constructor(server, user, batch, { changed, sent, refused }) {
    this.server = server;
    this.mine = `${PREFIX}.${user}.`;
    this.batch = batch;
    this.kept = storage();
    this.told = { changed, sent, refused };
    this.failures = 0;
    this.trouble = ""; // "", "network", "server" or "signed_out"
    this.running = false;
    this.again = false;
    window.addEventListener("online", () => this.pump());
    window.addEventListener("storage", () => changed());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.pump(); });
  }

  #key(batch, id) { return `${this.mine}${batch}.${id}`; }

  // Milliseconds that only grow, whatever the clock of the computer does.
  moment(after = 0) {
    const key = `${this.mine}clock`;
    const now = Math.max(Date.now(), Number(this.kept.getItem(key) || 0) + 1, after + 1);
    this.#write(key, String(now));
    return now;
  }

  #write(key, value) {
    try {
      this.kept.setItem(key, value);
    } catch (error) {
      // Full: go on in memory, with what was there.
      const before = this.kept;
      this.kept = new Memory();
      for (let i = 0; i < before.length; i += 1) {
        if (before.key(i).startsWith(this.mine)) this.kept.setItem(before.key(i), before.getItem(before.key(i)));
      }
      this.kept.setItem(key, value);
    }
  }

  all() {
    const begin = this.batch === null ? this.mine : `${this.mine}${this.batch}.`;
    const found = [];
    for (let i = 0; i < this.kept.length; i += 1) {
      const key = this.kept.key(i);
      if (key.startsWith(begin) && !key.endsWith(".clock")) found.push(JSON.parse(this.kept.getItem(key)));
    }
    return found.sort((a, b) => a.body.client_ms - b.body.client_ms);
  }

  waiting() { return this.all().filter((one) => !one.refused); }
  refused() { return this.all().filter((one) => one.refused); }

  // entry: {id, batch, action, body}; a newer one about the same review takes its place.
  put(entry) {
    this.#write(this.#key(entry.batch, entry.id), JSON.stringify(entry));
    this.told.changed();
    this.pump();
  }

  drop(entry) {
    const now = this.kept.getItem(this.#key(entry.batch, entry.id));
    if (now && JSON.parse(now).body.client_ms === entry.body.client_ms) this.kept.removeItem(this.#key(entry.batch, entry.id));
    this.told.changed();
  }

  async pump() {
    clearTimeout(this.timer);
    if (this.running) { this.again = true; return; }
    this.running = true;
    try {
      do {
        this.again = false;
        await this.#round();
      } while (this.again);
    } finally {
      this.running = false;
    }
    if (this.waiting().length) this.#later();
    this.told.changed();
  }

  async #round() {
    this.wait = 0;
    let trouble = "";
    for (const entry of this.waiting()) {
      try {
        trouble = await this.#send(entry) || trouble;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        trouble = "network";
      }
      if (trouble === "network" || trouble === "signed_out") break;
    }
    this.failures = trouble ? this.failures + 1 : 0;
    this.trouble = trouble;
  }

  async #send(entry) {
    const answer = await this.server.post(`${entry.batch}/items/${entry.id}/${entry.action}/`, entry.body);
    // Only who names the answer has stored it.
    if (answer.ok && answer.data.id === entry.id) {
      if (answer.data.client_ms > entry.body.client_ms) {
        // The server keeps the later of two answers; that one was not given here.
        this.#refuse(entry, { code: "later", client_ms: answer.data.client_ms });
        return "";
      }
      this.drop(entry);
      this.told.sent(entry, answer.data);
      return "";
    }
    if (answer.status === 401 || answer.status === 403) return "signed_out";
    if (REFUSALS.includes(answer.data.code)) {
      this.#refuse(entry, answer.data);
      return "";
    }
    this.wait = Math.max(this.wait, answer.after * 1000);
    return "server";
  }

  #refuse(entry, { code, field = "", client_ms }) {
    const now = this.kept.getItem(this.#key(entry.batch, entry.id));
    if (!now || JSON.parse(now).body.client_ms !== entry.body.client_ms) return; // a newer one goes now
    const marked = { ...entry, refused: { code, field, client_ms } };
    this.#write(this.#key(entry.batch, entry.id), JSON.stringify(marked));
    this.told.refused(marked);
  }

  #later() {
    const wait = Math.max(this.wait, Math.min(LONGEST, 1000 * 2 ** Math.min(this.failures, 6)));
    this.timer = setTimeout(() => this.pump(), wait * (0.8 + 0.4 * Math.random()));
  }
}
