// One person at work on one batch: which review is shown, and what becomes of each key.
"use strict";

import { Begun } from "./begun.js";
import { Clock } from "./clock.js";
import { Desk } from "./desk.js";
import { Form } from "./form.js";
import { Guide } from "./guide.js";
import { Menus } from "./menus.js";
import { Outbox } from "./outbox.js";
import { Refusals } from "./refusals.js";
import { Report } from "./report.js";
import { Server } from "./server.js";
import { Teller } from "./tell.js";
import { ReviewText } from "./text.js";
import { TextView } from "./view.js";
import { fill } from "./words.js";

// A review that has just come is not answered by an Enter that was meant for the one before: one
// that comes first of all keys waits, longer where an answer is filled in that has to be read.
const SETTLES = 300; // milliseconds
const READS = 600;

export class Session {
  constructor(page, config, seal) {
    this.page = page;
    this.config = config;
    this.words = config.words;
    this.ended = config.ended;
    this.today = config.today;
    this.drafts = new Map();
    this.steps = 0; // how many answers back we are
    this.busy = false; // while words of the shown text are being replaced
    this.server = new Server(config.base, config.csrf);
    this.teller = new Teller(page, config);
    this.outbox = new Outbox(this.server, config.user, config.batch, seal, {
      changed: () => this.told(),
      sent: (entry) => { if (entry.action === "personal-data") this.reporting.sent(); else this.desk?.fill(); },
      refused: (entry) => this.refusals.met(entry),
      elsewhere: (entry) => { this.desk?.leave(entry.id); this.#lost(entry); },
    });
    this.clock = new Clock();
    this.begun = new Begun(this);
    this.desk = new Desk(this.server, config.batch, this.outbox, {
      changed: () => this.#arrived(), lost: (item) => this.#lost(item),
    });
    this.view = new TextView(page.text, page.caret, this.words);
    // A dialog gives the focus back by itself; where it has nowhere to go, the text gets it.
    const closed = () => { if (document.activeElement === document.body) this.toText(); };
    this.menus = new Menus(config, closed, () => this.pressed());
    this.guide = new Guide(page, config, closed);
    this.reporting = new Report(this);
    this.refusals = new Refusals(this);
    this.form = new Form(page, config, {
      choose: (question, choice) => this.choose(question, choice),
      pick: (mention) => this.#pick(mention),
      scope: (scope) => { if (this.current) this.alter(this.current, { scope }); },
      unmark: (mention) => this.unmark(mention),
      mark: (kind) => this.mark(kind),
      note: (about) => this.guide.note(about),
    });
    page.comment.addEventListener("input", () => { this.draft.note(page.comment.value); this.begun.soon(); });
    page.comment.addEventListener("blur", () => this.#render());
  }

  async begin() {
    await this.outbox.load();
    this.teller.progress(this.ended, this.config.wanted, this.today);
    this.told();
    const sending = this.outbox.pump();
    await this.desk.fill();
    if (!this.item) this.#next();
    await sending; // answers kept from before are among the last ten, too
    this.desk.recall();
  }

  // Showing.

  #show(item) {
    this.count();
    this.item = item;
    this.current = null;
    this.fresh = null;
    this.acted = false;
    this.page.desk.hidden = !item;
    this.page.empty.hidden = Boolean(item);
    this.page.label.dataset.item = item ? item.id : "";
    if (!item) { this.#nothing(); return; }
    this.draft = this.drafts.get(item.id) || this.begun.draft(item);
    this.draft.keepOffered(this.config.questions);
    this.drafts.set(item.id, this.draft);
    this.text = new ReviewText(item.text, item.language, item.placeholders, this.reporting.covers(item));
    this.view.open(this.text, item.language);
    this.page.text.setAttribute("aria-label", `${this.page.text.dataset.label}: ${this.spoken}`);
    this.page.product.textContent = item.product;
    this.page.product.hidden = !item.product;
    this.page.suggested.hidden = !Object.keys(this.draft.suggested).length && !this.draft.mentions.some((one) => one.suggested);
    this.page.suggested.textContent = item.suggested ? fill(this.words.suggested_all, { model: item.suggested.model }) : "";
    this.page.back.hidden = !this.steps;
    this.page.back.textContent = this.steps ? `${this.#skipped(item.given?.skipped)} ${fill(this.words.back_at, { n: this.steps })}` : "";
    this.guide.note("");
    this.#render();
    this.page.text.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
    this.shown = performance.now();
  }

  get spoken() { return this.text.spoken(this.words.covered); }

  #skipped(reason) {
    return reason ? fill(this.words.skipped, { reason: this.config.reasons.find((one) => one.key === reason).name }) : "";
  }

  #render() {
    if (!this.item) return;
    this.view.render(this.draft.mentions, this.current);
    this.form.show(this.draft, this.text, this.current);
    if (this.draft.changed) this.begun.soon();
  }

  #nothing() {
    const { desk, words, page } = this;
    const over = desk.exhausted;
    const waits = desk.unreachable || !navigator.onLine ? words.no_network : words.loading;
    const done = this.config.is_test ? "test_done" : "done";
    page.emptyTitle.textContent = over ? words[`${done}_title`] : "";
    page.emptyText.textContent = over ? fill(words[`${done}_text`], { n: this.today }) : waits;
    page.emptyMore.hidden = !over;
    if (over && page.label.dataset.state !== "done") page.emptyTitle.focus(); // Tab leads on from there
    page.label.dataset.state = over ? "done" : "waiting";
    this.teller.whisper(`${page.emptyTitle.textContent} ${page.emptyText.textContent}`);
  }

  #next() {
    this.steps = 0;
    this.page.label.dataset.state = "labelling";
    this.#show(this.desk.next());
  }

  #arrived() {
    if (this.desk.today !== null && !this.outbox.waiting().length) this.today = this.desk.today;
    if (!this.item && this.desk.queue.length) this.#next();
    else if (!this.item) this.#nothing();
    if (this.desk.guideline > this.guide.version) this.#renewed();
    this.reload = this.desk.asked !== "" && this.desk.asked !== this.config.asked;
    this.told();
  }

  // A review that came to be answered in another tab, or is somebody else's by now: who has not
  // begun with it goes on; what was begun may still be sent.
  #lost({ id }) {
    if (this.pending?.id === id) this.pending = null;
    if (this.item?.id !== id || this.item.given || this.steps || this.draft.changed || this.busy) return;
    this.drafts.delete(id);
    this.#next();
    this.teller.say(this.words.elsewhere);
  }

  // A newer guideline was published while somebody labels: it is put in place, and said kindly.
  async #renewed() {
    const changed = await this.guide.renew(this.server);
    if (changed === null) return;
    this.news = { version: this.guide.version, titles: changed };
    this.told();
  }

  told() {
    const waiting = this.outbox.waiting().length;
    const reports = this.outbox.reports().length;
    const away = !navigator.onLine || this.desk?.unreachable;
    const trouble = this.desk?.signedOut ? "signed_out" : this.outbox.trouble || (waiting + reports && away ? "network" : "");
    this.page.label.dataset.waiting = waiting;
    this.page.label.dataset.ahead = this.desk ? this.desk.queue.length : 0;
    const said = { waiting, reports, trouble, refused: this.outbox.refused(), loose: this.outbox.loose };
    this.teller.banner({ ...said, news: this.news, reload: this.reload }, {
      look: (entry) => this.refusals.look(entry),
      understood: (entry) => this.outbox.drop(entry),
      read: () => { this.#known(); this.guide.open(); },
      known: () => this.#known(),
      leave: () => this.begun.putAside(),
    });
    if (this.troubled && !trouble && !waiting) this.teller.say(this.words.all_sent);
    this.troubled = Boolean(trouble && waiting);
  }

  // Time at the review, up to now.
  count() {
    const spent = this.clock.take();
    if (this.item) this.draft.milliseconds += spent;
  }

  // Whether this has to wait for the new text, which is told.
  waits() {
    if (this.busy) this.teller.say(this.words.report_sending, { kind: "v-asks" });
    return this.busy;
  }

  #known() { this.news = null; this.told(); }
  composed() { this.teller.say(this.words.composed, { kind: "v-asks" }); }

  pressed() {
    this.acted = true;
    if (this.draft) this.draft.keys += 1;
  }

  // Answering.

  choose(question, choice) {
    if (!this.item) return;
    this.acted = true;
    this.draft.choose(question, choice);
    this.guide.note(`${question}:${choice}`);
    this.#render();
  }

  mark(kind) {
    if (!this.item || this.waits()) return;
    const span = this.view.selected;
    if (!span) { this.teller.say(this.words.select_first, { kind: "v-asks" }); return; }
    const made = this.draft.mark(span, kind);
    const told = { kind: this.form.kinds[kind], words: this.text.brief(span.start, span.end) };
    this.teller.say(made ? fill(this.words.marked, told) : this.words.marked_already);
    this.fresh = made || this.fresh;
    this.view.collapse();
    this.guide.note(`mentions:${kind}`);
    this.#render();
  }

  alter(mention, change) {
    if (this.waits()) return;
    if (!this.draft.alter(mention, change)) this.teller.say(this.words.marked_already);
    this.guide.note(change.scope ? `scope:${mention.scope}` : `mentions:${mention.kind}`);
    // 1 to 3 answer again once it is said what the mention is about.
    if (change.scope) this.toText(); else { this.#render(); this.form.focusMention(mention); }
    const words = this.text.brief(mention.start, mention.end);
    this.teller.whisper(`${fill(this.words.marked, { kind: this.form.kinds[mention.kind], words })}, ${this.form.scopes[mention.scope]}`);
  }

  unmark(mention) {
    if (this.waits()) return;
    const at = this.draft.mentions.indexOf(mention);
    this.draft.unmark(mention);
    this.current = null;
    this.#render();
    this.teller.say(fill(this.words.removed, { words: this.text.brief(mention.start, mention.end) }));
    const next = this.draft.mentions[Math.min(at, this.draft.mentions.length - 1)];
    if (next) this.form.focusMention(next); else this.toText();
  }

  #pick(mention) {
    if (mention === this.current) return;
    this.current = mention;
    if (mention) this.guide.note(`mentions:${mention.kind}`);
    this.#render();
  }

  moved(by, hold) {
    this.current = null;
    if (document.activeElement !== this.page.text) this.page.text.focus({ preventScroll: true });
    this.view.move(by, hold);
    const { selected, focus } = this.view;
    const here = this.text.brief(focus, this.text.right(focus));
    this.teller.whisper(selected
      ? fill(this.words.selected, { words: this.text.brief(selected.start, selected.end) })
      : here || this.words.end_of_text);
  }

  toText() {
    this.current = null;
    if (this.item) this.page.text.focus({ preventScroll: true });
    this.#render();
  }

  // Tab right after marking goes to what was marked, wherever it stands in the list.
  toFresh(from) {
    if (from !== this.page.text || !this.fresh || !this.draft.mentions.includes(this.fresh)) return false;
    this.form.focusMention(this.fresh);
    this.fresh = null;
    return true;
  }

  escape() {
    if (this.view.selected) this.view.collapse();
    else if (this.current) this.toText();
    else if (this.steps && !this.waits()) {
      this.drafts.delete(this.item.id); // as it was
      this.#return();
    }
  }

  flags() {
    if (!this.item) return;
    this.menus.open(this.menus.flags, (flag) => { this.draft.toggle(flag); this.#render(); return this.draft.flags; }, {
      chosen: this.draft.flags, noted: (flag) => this.guide.note(`flags:${flag}`),
    });
  }

  comment() {
    if (!this.item) return;
    this.page.commentRow.hidden = false;
    this.page.comment.focus();
  }

  guideline() { this.guide.open(); }

  report() { if (this.item && !this.waits()) this.reporting.begin(); }

  skip() {
    if (!this.item || this.waits()) return;
    this.guide.note("skip");
    this.menus.open(this.menus.skip, (reason) => this.#end("skip", reason));
  }

  save() {
    if (!this.item || this.#tooSoon() || this.waits()) return;
    const missing = this.form.missing(this.draft);
    if (missing) {
      this.teller.say(fill(this.words.choose, { question: missing.name }), { kind: "v-asks" });
      this.form.point(missing);
      return;
    }
    this.draft.keys += 1;
    this.#end("answer");
  }

  #tooSoon() {
    const filled = Object.keys(this.draft.suggested).length > 0;
    return !this.acted && performance.now() - this.shown < (filled ? READS : SETTLES);
  }

  #end(action, reason) {
    const { item, draft } = this;
    this.count();
    const body = draft.body(item, this.outbox.moment(item.client_ms));
    body.guideline = this.guide.version;
    body.sets = this.config.sets;
    if (reason) body.reason = reason;
    const first = !item.given;
    item.given = { ...body, skipped: reason || "" };
    item.client_ms = body.client_ms;
    this.drafts.delete(item.id);
    this.refusals.over(item.id);
    this.outbox.dropDraft();
    this.desk.used = Date.now();
    this.desk.ended(item);
    if (first) { this.ended += 1; this.today += 1; }
    this.#return();
    this.outbox.put({ id: item.id, batch: this.config.batch, action, body });
    this.teller.progress(this.ended, this.config.wanted, this.today);
    const away = this.outbox.trouble || !navigator.onLine;
    const said = this.#skipped(reason) || (away && !this.outbox.loose ? this.words.kept : this.words.saved);
    const kind = first ? this.teller.kindly(this.ended, this.config.wanted, this.today) : "";
    this.teller.say(kind || said);
    if (this.item) this.teller.whisper(`${kind || said} ${this.words.next} ${this.spoken}`);
  }

  // Going back, and forward again to where we were.

  back() {
    if (this.waits()) return;
    const history = this.desk.history;
    const item = this.desk.items.get(history[history.length - 1 - this.steps]);
    if (!item) { this.teller.say(this.words.nothing_back); return; }
    if (this.steps && !this.draft.changed) this.drafts.delete(this.item.id);
    this.goBack(item, this.steps + 1);
    this.teller.whisper(`${this.page.back.textContent} ${this.spoken}`);
  }

  // Show one that was answered; the one at hand comes again afterwards.
  goBack(item, steps) {
    if (!this.steps) this.pending = this.item;
    this.steps = steps;
    this.page.label.dataset.state = "back";
    this.#show(item);
  }

  // An answer that was counted is not in after all.
  uncounted() {
    this.ended -= 1;
    this.today -= 1;
    this.teller.progress(this.ended, this.config.wanted, this.today);
  }

  #return() {
    if (!this.steps) { this.#next(); return; }
    const { pending } = this;
    this.steps = 0;
    this.pending = null;
    this.page.label.dataset.state = "labelling";
    if (pending) this.#show(pending); else this.#next();
  }

  // The text of the shown review became another one: words in it were replaced.
  replaced(item, mentions) {
    this.desk.items.set(item.id, item);
    this.draft.mentions = mentions;
    this.#show(item);
  }
}
