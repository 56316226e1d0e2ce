// An answer while it is being given. Offsets are code points.
"use strict";

const DEMANDS = ["add", "improve", "remove", "keep"];

export class Draft {
  constructor() {
    this.answers = {};
    this.suggested = {}; // by question: the probability of what was filled in and not touched
    this.mentions = [];
    this.flags = [];
    this.comment = "";
    this.keys = 0;
    this.milliseconds = 0;
    this.changed = false;
  }

  // What the person answered before, or what the model suggests.
  static of(item) {
    const made = new Draft();
    if (item.given && !item.given.skipped) {
      made.fill(item.given);
    } else if (item.suggested && !item.given) {
      for (const [question, [choice, probability]] of Object.entries(item.suggested.answers)) {
        made.answers[question] = choice;
        made.suggested[question] = probability;
      }
      made.mentions = item.suggested.mentions.map((one) => ({
        start: one.start, end: one.end, kind: one.kind, scope: one.scope, suggested: true,
      }));
    }
    return made;
  }

  fill(given) {
    this.answers = { ...given.answers };
    delete this.answers.product_demand;
    this.mentions = given.mentions.map((one) => ({ ...one }));
    this.flags = [...given.flags];
    this.comment = given.comment || "";
    this.keys = given.keys || 0;
    this.milliseconds = (given.seconds || 0) * 1000;
    return this;
  }

  // Choices that are not offered (any more) are to be made anew.
  keepOffered(questions) {
    for (const { key, choices } of questions) {
      if (choices.some((one) => one.key === this.answers[key])) continue;
      delete this.answers[key];
      delete this.suggested[key];
    }
  }

  choose(question, choice) {
    this.answers[question] = choice;
    delete this.suggested[question];
    this.changed = true;
  }

  // Returns the mention, or null where the words are marked so already.
  mark(span, kind) {
    if (this.mentions.some((one) => one.start === span.start && one.end === span.end && one.kind === kind)) return null;
    const made = { ...span, kind, scope: "product" };
    this.mentions.push(made);
    this.#sort();
    this.changed = true;
    return made;
  }

  alter(mention, change) {
    const wanted = { ...mention, ...change };
    const twin = this.mentions.find((one) => one !== mention && one.start === wanted.start && one.end === wanted.end && one.kind === wanted.kind);
    if (twin) return false;
    Object.assign(mention, change);
    delete mention.suggested;
    this.changed = true;
    return true;
  }

  unmark(mention) {
    this.mentions = this.mentions.filter((one) => one !== mention);
    this.changed = true;
  }

  #sort() { this.mentions.sort((a, b) => a.start - b.start || a.end - b.end); }

  note(comment) {
    this.comment = comment;
    this.changed = true;
  }

  toggle(flag) {
    this.flags = this.flags.includes(flag) ? this.flags.filter((one) => one !== flag) : [...this.flags, flag];
    this.changed = true;
  }

  // The kind of wish with most mentions; at a tie the one named first; none without any.
  get demand() {
    const counts = new Map();
    for (const { kind } of this.mentions) if (DEMANDS.includes(kind)) counts.set(kind, (counts.get(kind) || 0) + 1);
    let best = "none";
    for (const [kind, count] of counts) if (best === "none" || count > counts.get(best)) best = kind;
    return best;
  }

  body(item, moment) {
    return {
      revision: item.revision,
      client_ms: moment,
      answers: { ...this.answers },
      mentions: this.mentions.map(({ start, end, kind, scope }) => ({ start, end, kind, scope })),
      flags: [...this.flags],
      comment: this.comment,
      seconds: Math.round(this.milliseconds / 100) / 10,
      keys: this.keys,
    };
  }
}
