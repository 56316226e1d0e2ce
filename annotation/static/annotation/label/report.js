// Words of the shown review that say who somebody is: replaced at once, in the text and for all.
// Until the new text is here nothing is marked, saved or left: it would be about the old one. Without
// a network they are covered, and the report waits as answers do; the server finds the words in
// whatever the text has become.
"use strict";

import { Unreachable } from "./server.js";

const PATIENCE = 5000; // milliseconds; after that the report waits by itself

export class Report {
  constructor(session) { this.session = session; }

  begin() {
    const { session } = this;
    const { item } = session;
    const span = session.view.selected;
    if (!span) { session.teller.say(session.words.select_first, { kind: "v-asks" }); return; }
    session.guide.note("flags:personal_data");
    session.menus.open(session.menus.report, (type) => { this.#held(item, span, type); });
  }

  async #held(item, span, type) {
    this.session.busy = true;
    this.session.teller.say(this.session.words.report_sending);
    try {
      await this.#send(item, span, type);
    } finally {
      this.session.busy = false;
    }
  }

  async #send(item, span, type) {
    const { session } = this;
    const { words, teller } = session;
    const mentions = session.draft.mentions.map(({ start, end, kind, scope }) => ({ start, end, kind, scope }));
    const body = { revision: item.revision, start: span.start, end: span.end, type };
    const answer = await this.#asked(item, { ...body, mentions });
    const code = answer?.data.code;
    if (answer?.ok && answer.data.item) {
      this.#flag();
      session.replaced(answer.data.item, answer.data.mentions);
      teller.say(words.reported);
    } else if (code === "changed") {
      const fresh = await session.desk.fetch(item.id).catch(() => null);
      if (fresh) session.replaced(fresh, []);
      teller.say(words.report_changed, { kind: "v-asks" });
    } else if (code === "bad_answer" || code === "gone") {
      teller.say(code === "gone" ? words.report_gone : words.report_bad, { kind: "v-asks" });
    } else {
      this.#later(item, body);
    }
  }

  // Null where the network is away.
  async #asked(item, body) {
    const { session } = this;
    try {
      return await session.server.post(`${session.config.batch}/items/${item.id}/personal-data/`, body, PATIENCE);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return null;
    }
  }

  #later(item, body) {
    const { session } = this;
    this.#flag();
    item.covers = [...this.covers(item), [body.start, body.end, body.type]];
    const client_ms = session.outbox.moment();
    session.outbox.put({ id: item.id, batch: session.config.batch, action: "personal-data", body: { ...body, client_ms } });
    session.replaced(item, session.draft.mentions); // the same, with the words covered
    session.teller.say(session.words.report_kept);
  }

  #flag() {
    const { draft } = this.session;
    if (!draft.flags.includes("personal_data")) draft.toggle("personal_data");
  }

  // Words of `item` that are reported and stand in the text that is at hand.
  covers(item) {
    item.covers ||= this.session.outbox.reports()
      .filter((one) => one.id === item.id && one.body.revision === item.revision)
      .map(({ body }) => [body.start, body.end, body.type]);
    return item.covers;
  }

  sent() { this.session.teller.say(this.session.words.reported); }
}
