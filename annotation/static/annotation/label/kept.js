// What this computer keeps of one person's labelling: locked, by name, until it is dropped. All of it
// is at hand in the page as well, so that reading waits for nothing.
"use strict";

import { keptAt } from "./seal.js";

const PREFIX = "verbatim.label";
const LONGEST = 3 * 24 * 60 * 60 * 1000; // milliseconds for which what others left is not touched
const CLOCK = "clock";

// A stand-in where the browser keeps nothing: then things last as long as the page.
class Memory {
  get length() { return 0; }
  key() { return null; }
  getItem() { return null; }
  setItem() { throw new Error("nothing is kept"); }
  removeItem() {}
}

// A full one is read all the same: what waits in it is sent, and makes room.
function storage() {
  try {
    return window.localStorage.length >= 0 ? window.localStorage : new Memory();
  } catch (error) {
    return new Memory();
  }
}

export class Kept {
  // changed: told the name of what another page of the same person has kept or dropped, and what it
  // kept, which may be gone again by now.
  constructor(user, seal, changed) {
    this.mine = `${PREFIX}.${user}.`;
    this.seal = seal;
    this.disk = storage();
    this.found = new Map();
    this.loose = new Set(); // names of what is in this page only
    this.last = 0;
    this.unkept = new Set(); // of them, those for which there was no room
    this.writing = Promise.resolve();
    window.addEventListener("storage", (event) => this.#elsewhere(event, changed));
    window.addEventListener("beforeunload", (event) => { if (this.loose.size) event.preventDefault(); });
  }

  #names(begin) {
    const all = Array.from({ length: this.disk.length }, (_, n) => this.disk.key(n));
    return all.filter((one) => one.startsWith(begin));
  }

  // Read what is there; what nobody needs any more goes. Returns names of what cannot be opened.
  async load() {
    this.#tidy();
    const shut = [];
    for (const key of this.#names(this.mine)) {
      const name = key.slice(this.mine.length);
      if (name === CLOCK) continue;
      const value = await this.#opened(key);
      if (value !== null) this.found.set(name, value);
      else if (this.seal.able) shut.push(name);
    }
    return shut;
  }

  async #opened(key) {
    const found = this.disk.getItem(key);
    return found === null ? null : this.seal.open(key, found);
  }

  // Of others: what is not locked at once, what is locked after some days.
  #tidy() {
    const others = this.#names(`${PREFIX}.`).filter((key) => !key.startsWith(this.mine));
    const stale = (key) => !(Date.now() - keptAt(this.disk.getItem(key)) < LONGEST);
    others.filter(stale).forEach((key) => this.disk.removeItem(key));
  }

  // Whether something is in this page only, and stays so.
  get failing() { return !this.seal.able || this.unkept.size > 0; }
  get able() { return this.seal.able; }
  values() { return [...this.found.entries()]; }
  get(name) { return this.found.get(name); }

  put(name, value) {
    this.found.set(name, value);
    this.loose.add(name);
    if (this.seal.able) this.writing = this.writing.then(() => this.#write(name, value));
    return this.writing;
  }

  async #write(name, value) {
    if (this.found.get(name) !== value) return; // a newer one follows, or it was dropped
    const closed = await this.seal.close(this.mine + name, value);
    if (this.found.get(name) !== value) return;
    try {
      this.disk.setItem(this.mine + name, closed);
      this.loose.delete(name);
      this.unkept.delete(name);
    } catch (error) {
      // Full, or switched off: it stays in this page, which asks before it is closed.
      if (!(error instanceof DOMException) && !(this.disk instanceof Memory)) throw error;
      this.unkept.add(name);
    }
  }

  drop(name) {
    for (const all of [this.found, this.loose, this.unkept]) all.delete(name);
    this.disk.removeItem(this.mine + name);
    // There may be room now for what there was none for.
    for (const one of this.unkept) this.put(one, this.found.get(one));
  }

  async #elsewhere(event, changed) {
    if (!event.key?.startsWith(this.mine)) return;
    const name = event.key.slice(this.mine.length);
    if (name === CLOCK) return;
    let value = null;
    if (event.newValue === null) {
      for (const all of [this.found, this.loose, this.unkept]) all.delete(name);
    } else {
      value = await this.seal.open(event.key, event.newValue);
      if (value === null) return;
      if (this.disk.getItem(event.key) === event.newValue) this.found.set(name, value);
    }
    changed(name, value);
  }

  // Milliseconds that only grow, whatever the clock of the computer does.
  moment(after = 0) {
    const before = Math.max(this.last, Number(this.disk.getItem(this.mine + CLOCK) || 0));
    this.last = Math.max(Date.now(), before + 1, after + 1);
    try {
      this.disk.setItem(this.mine + CLOCK, String(this.last));
    } catch (error) {
      if (!(error instanceof DOMException) && !(this.disk instanceof Memory)) throw error;
    }
    return this.last;
  }
}
