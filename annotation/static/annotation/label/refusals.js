// What the server would not take: it is told, and looked at again where that helps.
"use strict";

import { Draft } from "./draft.js";
import { Unreachable } from "./server.js";
import { carried } from "./text.js";

export class Refusals {
  constructor(session) {
    this.session = session;
    this.answered = new Map(); // texts as they were answered, of answers that are looked at again
  }

  over(id) { this.answered.delete(id); }

  met(entry) {
    const { session } = this;
    if (entry.action === "personal-data") return; // the words are gone already
    const item = session.desk.items.get(entry.id);
    if (entry.refused.code === "later") this.#outdated(item, entry);
    else if (item?.given) {
      item.given = null;
      session.uncounted();
    }
    session.told();
  }

  // The answer that the server has is the one to go back to.
  #outdated(item, entry) {
    const { session } = this;
    if (!item) return;
    item.client_ms = Math.max(item.client_ms, entry.refused.client_ms);
    if (item === session.item) return;
    session.drafts.delete(item.id);
    session.desk.fetch(item.id).catch((error) => { if (!(error instanceof Unreachable)) throw error; });
  }

  async look(entry) {
    const { session } = this;
    if (session.waits()) return;
    // The text that was answered; the one at hand is another one from the second look on.
    const seen = this.answered.get(entry.id) || session.desk.items.get(entry.id);
    const item = entry.refused.code === "changed" || !seen ? await session.desk.fetch(entry.id).catch(() => null) : seen;
    if (!item) { session.teller.say(session.words.no_network, { kind: "v-asks" }); return; }
    if (session.waits()) return;
    if (seen) this.answered.set(entry.id, seen);
    const draft = new Draft().fill({ ...entry.body, mentions: this.#brought(entry.body, seen, item) });
    draft.changed = true;
    session.drafts.set(item.id, draft);
    session.goBack(item, Math.max(1, session.steps));
    // What was refused stays until the new answer takes its place.
    if (entry.action === "skip") session.outbox.drop(entry);
  }

  // Offsets are about one text.
  #brought(body, seen, item) {
    if (body.revision === item.revision) return body.mentions;
    return seen && seen.revision === body.revision ? carried(body.mentions, seen.text, item.text) : [];
  }
}
