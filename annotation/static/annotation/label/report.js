// Words of the shown review that say who somebody is: replaced at once, in the text and for all.
// Until the new text is here nothing is marked, saved or left: it would be about the old one.
"use strict";

import { Unreachable } from "./server.js";

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
    let answer;
    try {
      answer = await session.server.post(`${session.config.batch}/items/${item.id}/personal-data/`, {
        revision: item.revision, start: span.start, end: span.end, type, mentions,
      });
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      teller.say(words.report_offline, { kind: "v-asks" });
      return;
    }
    if (session.item !== item) {
      if (answer.ok && answer.data.item) session.desk.items.set(item.id, answer.data.item);
    } else if (answer.ok && answer.data.item) {
      if (!session.draft.flags.includes("personal_data")) session.draft.toggle("personal_data");
      session.replaced(answer.data.item, answer.data.mentions);
      teller.say(words.reported);
    } else if (answer.data.code === "changed") {
      const fresh = await session.desk.fetch(item.id).catch(() => null);
      if (fresh) session.replaced(fresh, []);
      teller.say(words.report_changed, { kind: "v-asks" });
    } else {
      teller.say(answer.status === 400 ? words.report_bad : words.trouble, { kind: "v-asks" });
    }
  }
}
