// The questions, the list of mentions, and what follows from them.
"use strict";

import { element } from "./view.js";
import { fill } from "./words.js";

const DEMANDS = ["add", "improve", "remove", "keep"];

function key(letter) { return element("kbd", "", letter); }

export class Form {
  // acts: choose, pick (a mention), scope, unmark, mark, note
  constructor(page, config, acts) {
    this.page = page;
    this.config = config;
    this.acts = acts;
    this.kinds = Object.fromEntries(config.kinds.map((one) => [one.key, one.name]));
    this.scopes = Object.fromEntries(config.scopes.map((one) => [one.key, one.name]));
    this.rows = {};
    config.questions.forEach((question) => page.questions.append(this.#question(question)));
    config.kinds.forEach((kind) => page.kinds.append(this.#kind(kind)));
    config.scopes.forEach((scope) => page.scopes.append(this.#scope(scope)));
    page.list.addEventListener("focusin", (event) => this.#picked(event));
    page.list.addEventListener("click", (event) => {
      const one = this.#mentionOf(event.target);
      if (one && event.target.closest("[data-remove]")) acts.unmark(one);
    });
  }

  #question(question) {
    const row = element("fieldset", "v-label-row");
    row.append(element("legend", "", question.name));
    const choices = element("div", "v-label-choices");
    this.rows[question.key] = {};
    question.choices.forEach((choice) => {
      const label = element("label", `v-label-choice v-label-${choice.polarity}`);
      const input = element("input");
      Object.assign(input, { type: "radio", name: question.key, value: choice.key });
      input.setAttribute("aria-keyshortcuts", choice.press);
      input.addEventListener("change", () => this.acts.choose(question.key, choice.key));
      input.addEventListener("focus", () => this.acts.note(`${question.key}:${choice.key}`));
      const sure = element("span", "v-label-sure");
      label.append(input, key(choice.press), element("span", "", choice.name), sure);
      choices.append(label);
      this.rows[question.key][choice.key] = { input, label, sure };
    });
    row.append(choices);
    return row;
  }

  #button(one, name, act) {
    const button = element("button", name);
    button.type = "button";
    button.setAttribute("aria-keyshortcuts", one.press);
    button.append(key(one.press), element("span", "", one.name));
    // What is selected stays selected, and the focus where it was.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", act);
    return button;
  }

  #kind(kind) { return this.#button({ ...kind, name: kind.short }, `v-label-kind v-label-kind-${kind.key}`, () => this.acts.mark(kind.key)); }

  #scope(scope) {
    const button = this.#button(scope, "v-label-scope", () => this.acts.scope(scope.key));
    button.dataset.scope = scope.key;
    return button;
  }

  #mentionOf(node) {
    const holder = node.closest("[data-mention]");
    return holder ? this.draft.mentions[Number(holder.dataset.mention)] : null;
  }

  #picked(event) { this.acts.pick(this.#mentionOf(event.target)); }

  focusMention(mention) {
    this.page.list.querySelector(`[data-mention="${this.draft.mentions.indexOf(mention)}"] button`)?.focus();
  }

  mentionAt(node) { return this.page.list.contains(node) ? this.#mentionOf(node) : null; }

  show(draft, text, current) {
    this.draft = draft;
    for (const question of this.config.questions) {
      for (const choice of question.choices) {
        const { input, label, sure } = this.rows[question.key][choice.key];
        input.checked = draft.answers[question.key] === choice.key;
        const suggested = input.checked && question.key in draft.suggested;
        label.classList.toggle("v-suggested", suggested);
        sure.textContent = suggested ? fill(this.config.words.suggested, { percent: this.#percent(draft.suggested[question.key]) }) : "";
      }
    }
    this.#mentions(draft, text, current);
    this.#demand(draft);
    const flags = this.config.flags.filter((one) => draft.flags.includes(one.key)).map((one) => one.name);
    this.page.flags.textContent = flags.join(" · ");
    this.page.flagged.hidden = !flags.length;
    if (this.page.comment.value !== draft.comment) this.page.comment.value = draft.comment;
    this.page.commentRow.hidden = !draft.comment && document.activeElement !== this.page.comment;
  }

  #percent(share) {
    return new Intl.NumberFormat(document.documentElement.lang || "en", { style: "percent", maximumFractionDigits: 0 }).format(share);
  }

  #mentions(draft, text, current) {
    const drawn = JSON.stringify([draft.mentions, text.text, text.covers, current && draft.mentions.indexOf(current)]);
    this.page.scopeRow.hidden = !current;
    for (const button of this.page.scopes.children) button.setAttribute("aria-pressed", String(current?.scope === button.dataset.scope));
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.mentionAt(document.activeElement);
    this.page.list.replaceChildren(...draft.mentions.map((one, index) => this.#chip(one, index, text, one === current)));
    this.page.none.hidden = draft.mentions.length > 0;
    if (focused && draft.mentions.includes(focused)) this.focusMention(focused);
  }

  #chip(one, index, text, current) {
    const item = element("li", `v-label-mention${current ? " v-current" : ""}${one.suggested ? " v-suggested" : ""}`);
    item.dataset.mention = index;
    const button = element("button", "v-label-pick");
    button.type = "button";
    const words = element("mark", `v-mention v-mention-${one.kind}`, text.brief(one.start, one.end));
    words.lang = this.page.text.lang;
    words.dir = "auto";
    button.append(element("span", "v-label-is", this.kinds[one.kind]), words, element("span", "v-meta", this.scopes[one.scope]));
    const remove = element("button", "v-label-remove", "×");
    remove.type = "button";
    remove.tabIndex = -1;
    remove.dataset.remove = "";
    remove.setAttribute("aria-hidden", "true");
    item.append(button, remove);
    return item;
  }

  #demand(draft) {
    const choice = draft.demand;
    this.page.demand.replaceChildren(
      element("span", "v-meta", fill(this.config.words.demand_is, { question: this.config.demand_name })), " ",
      element("strong", "", this.config.demand[choice]), " ",
      element("span", "v-meta", this.config.words.demand_from),
    );
    this.page.demand.classList.toggle("v-asked", DEMANDS.includes(choice));
  }

  // The first question without an answer.
  missing(draft) { return this.config.questions.find((one) => !draft.answers[one.key]); }

  point(question) {
    const inputs = Object.values(this.rows[question.key]);
    const row = inputs[0].input.closest("fieldset");
    row.classList.add("v-missing");
    setTimeout(() => row.classList.remove("v-missing"), 1500);
  }
}
