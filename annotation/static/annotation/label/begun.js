// An answer that is begun and not sent: there again after signing in anew, or a reload.
"use strict";

import { Draft } from "./draft.js";

const SOON = 250; // milliseconds after a change

export class Begun {
  constructor(session) {
    this.session = session;
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.putAside(); });
    window.addEventListener("pagehide", () => this.putAside());
  }

  // Locking takes a moment that a page which is left does not have.
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.putAside(), SOON);
  }

  putAside() {
    const { item, steps, draft, outbox } = this.session;
    if (!item || item.given || steps || !draft.changed) return Promise.resolve();
    this.session.count();
    return outbox.keepDraft(item.id, item.revision, draft.body(item, 0));
  }

  draft(item) {
    const kept = item.given ? null : this.session.outbox.draftOf(item.id, item.revision);
    return kept ? Object.assign(new Draft().fill(kept), { changed: true }) : Draft.of(item);
  }
}
