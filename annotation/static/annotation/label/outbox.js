// Answers on their way: kept on this computer, locked, until the server has them, also over a reload.
// Only ids and answers are kept, never a review's text. What the server refuses stays here until
// somebody has seen it.
"use strict";

import { Kept } from "./kept.js";
import { Unreachable } from "./server.js";

const LONGEST = 60000; // milliseconds between two tries
// What our server says of an answer it will never take. A status alone may be that of a proxy.
const REFUSALS = ["bad_answer", "gone", "taken", "changed"];
const DRAFT = "draft.";

export class Outbox {
  // batch: null for those of every batch. changed: told after every change of what waits.
  constructor(server, user, batch, seal, { changed, sent, refused }) {
    this.server = server;
    this.batch = batch;
    this.kept = new Kept(user, seal, () => this.#changed());
    this.told = { changed, sent, refused };
    this.failures = 0;
    this.trouble = ""; // "", "network", "server" or "signed_out"
    this.running = false;
    this.again = false;
    window.addEventListener("online", () => this.pump());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.pump(); });
  }

  // Before anything else: what was kept before.
  async load() {
    for (const name of await this.kept.load()) this.#lost(name);
    this.#changed();
  }

  // The site's key was changed meanwhile: it is said once, and the review comes again.
  #lost(name) {
    const [batch, id] = name.split(".").map(Number);
    this.kept.drop(name);
    if (!name.startsWith(DRAFT)) this.#keep({ id, batch, body: { client_ms: 0 }, refused: { code: "unreadable" } });
  }

  // The page of every kind asks before somebody signs out.
  #changed() {
    document.documentElement.dataset.unsent = this.kept.values().filter(([name, one]) => !name.startsWith(DRAFT) && !one.refused).length;
    this.told.changed();
  }

  #keep(entry) { return this.kept.put(`${entry.batch}.${entry.id}`, entry); }
  #now(entry) { return this.kept.get(`${entry.batch}.${entry.id}`); }

  moment(after) { return this.kept.moment(after); }

  // Whether what waits would not outlast the page.
  get loose() { return this.kept.failing; }

  all() {
    return this.kept.values()
      .filter(([name, one]) => !name.startsWith(DRAFT) && (this.batch === null || one.batch === this.batch))
      .map(([, one]) => one)
      .sort((a, b) => a.body.client_ms - b.body.client_ms);
  }

  waiting() { return this.all().filter((one) => !one.refused); }
  refused() { return this.all().filter((one) => one.refused); }

  // entry: {id, batch, action, body}; a newer one about the same review takes its place.
  put(entry) {
    this.#keep(entry);
    this.#changed();
    this.pump();
  }

  // Dropped only as it is known here: a newer one about the same review stays.
  drop(entry) {
    if (this.#now(entry)?.body.client_ms === entry.body.client_ms) this.kept.drop(`${entry.batch}.${entry.id}`);
    this.#changed();
  }

  // An answer that is not finished, kept over signing in again; there is one at most.
  keepDraft(id, revision, body) { return this.kept.put(`${DRAFT}${this.batch}`, { id, revision, body }); }
  draftOf(id, revision) {
    const found = this.kept.get(`${DRAFT}${this.batch}`);
    return found && found.id === id && found.revision === revision ? found.body : null;
  }
  dropDraft() { if (this.kept.get(`${DRAFT}${this.batch}`)) this.kept.drop(`${DRAFT}${this.batch}`); }

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
    this.#changed();
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
    if (this.#now(entry)?.body.client_ms !== entry.body.client_ms) return; // a newer one goes now
    const marked = { ...entry, refused: { code, field, client_ms } };
    // Where nothing is left to do with the words of a comment they are not kept either.
    if (!["bad_answer", "changed"].includes(code)) marked.body = { client_ms: entry.body.client_ms };
    this.#keep(marked);
    this.told.refused(marked);
  }

  #later() {
    const wait = Math.max(this.wait, Math.min(LONGEST, 1000 * 2 ** Math.min(this.failures, 6)));
    this.timer = setTimeout(() => this.pump(), wait * (0.8 + 0.4 * Math.random()));
  }
}
