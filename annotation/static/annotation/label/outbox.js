// Answers and reports on their way: kept on this computer, locked, until the server has them, also
// over a reload. Only ids and answers are kept, never a review's text. What the server refuses stays
// here until somebody has seen it.
"use strict";

import { Kept } from "./kept.js";
import { Unreachable } from "./server.js";

const LONGEST = 60000; // milliseconds between two tries
// What our server says of an answer it will never take. A status alone may be that of a proxy.
const REFUSALS = ["bad_answer", "gone", "taken", "changed"];
const DRAFT = "draft.";
const REPORT = "report.";

// An answer is kept as "<batch>.<id>", a report of personal data as "report.<batch>.<id>.<moment>".
const nameOf = ({ batch, id, action, body }) => (
  action === "personal-data" ? `${REPORT}${batch}.${id}.${body.client_ms}` : `${batch}.${id}`
);

export class Outbox {
  // batch: that of the page; null on the list of batches. What waits is sent whatever its batch is.
  // changed: told after every change of what waits. elsewhere: told of an answer given in another tab.
  constructor(server, user, batch, seal, { changed, sent, refused, elsewhere = () => {} }) {
    this.server = server;
    this.batch = batch;
    this.kept = new Kept(user, seal, (name, value) => this.#told(name, value));
    this.told = { changed, sent, refused, elsewhere };
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
    if (!name.startsWith(DRAFT) && !name.startsWith(REPORT)) this.#keep({ id, batch, body: { client_ms: 0 }, refused: { code: "unreadable" } });
  }

  // The page of every kind asks before somebody signs out.
  #changed() {
    document.documentElement.dataset.unsent = this.#entries().filter((one) => !one.refused).length;
    this.told.changed();
  }

  #told(name, entry) {
    this.#changed();
    const isAnswer = !name.startsWith(DRAFT) && !name.startsWith(REPORT);
    if (isAnswer && entry && !entry.refused) this.told.elsewhere(entry);
  }

  #keep(entry) { return this.kept.put(nameOf(entry), entry); }
  #now(entry) { return this.kept.get(nameOf(entry)); }

  moment(after) { return this.kept.moment(after); }

  // Whether what waits would not outlast the page.
  get loose() { return this.kept.failing; }

  // Of all batches, in the order in which they were given.
  #entries() {
    return this.kept.values().filter(([name]) => !name.startsWith(DRAFT)).map(([, one]) => one)
      .sort((a, b) => a.body.client_ms - b.body.client_ms);
  }

  #answers() { return this.#entries().filter((one) => one.action !== "personal-data"); }
  #here(one) { return this.batch === null || one.batch === this.batch; }

  // Answers of this page's batch, and those of every batch that wait.
  all() { return this.#answers().filter((one) => this.#here(one)); }
  refused() { return this.all().filter((one) => one.refused); }
  waiting() { return this.#answers().filter((one) => !one.refused); }
  reports() { return this.#entries().filter((one) => one.action === "personal-data"); }

  // entry: {id, batch, action, body}; a newer answer about the same review takes its place.
  put(entry) {
    this.#keep(entry);
    this.#changed();
    this.pump();
  }

  // Dropped only as it is known here: a newer one about the same review stays.
  drop(entry) {
    if (this.#now(entry)?.body.client_ms === entry.body.client_ms) this.kept.drop(nameOf(entry));
    this.#changed();
  }

  // An answer that is not finished, kept over signing in again; there is one at most. Where the
  // browser has no cipher none is kept: it would ask about it at every step out of the page.
  keepDraft(id, revision, body) {
    return this.kept.able ? this.kept.put(`${DRAFT}${this.batch}`, { id, revision, body }) : Promise.resolve();
  }
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
    if (this.#entries().some((one) => !one.refused)) this.#later();
    this.#changed();
  }

  async #round() {
    this.wait = 0;
    let trouble = "";
    for (const entry of this.#entries()) {
      if (entry.refused) continue;
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
    if (answer.ok && (answer.data.id === entry.id || answer.data.item?.id === entry.id)) {
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
    if (entry.action === "personal-data") {
      this.drop(entry); // the words are not there any more
    } else {
      // Where nothing is left to do with the words of a comment they are not kept either.
      if (!["bad_answer", "changed"].includes(code)) marked.body = { client_ms: entry.body.client_ms };
      this.#keep(marked);
    }
    this.told.refused(marked);
  }

  #later() {
    const wait = Math.max(this.wait, Math.min(LONGEST, 1000 * 2 ** Math.min(this.failures, 6)));
    this.timer = setTimeout(() => this.pump(), wait * (0.8 + 0.4 * Math.random()));
  }
}
