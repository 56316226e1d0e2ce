// The guideline: the rule of the choice in question beside it, and all of it in a panel to search.
"use strict";

import { composing } from "./keys.js";
import { Unreachable } from "./server.js";
import { element } from "./view.js";
import { fill, number } from "./words.js";

const AT_ONCE = 3;

export class Guide {
  constructor(page, config, back) {
    this.page = page;
    this.config = config;
    this.#take(config.guideline);
    // Letters on the way to a word are nothing to search for.
    page.search.addEventListener("input", (event) => { if (!event.isComposing) this.#search(); });
    page.search.addEventListener("compositionend", () => this.#search());
    page.panel.addEventListener("close", back);
    page.panel.addEventListener("keydown", (event) => {
      event.stopPropagation();
      // In a field of this kind Esc would only empty it.
      if (event.key === "Escape" && !composing(event)) { event.preventDefault(); page.panel.close(); }
    });
    page.panel.addEventListener("click", (event) => { if (event.target === page.panel) page.panel.close(); });
    this.note("");
  }

  #take({ version, clauses }) {
    this.version = version;
    this.clauses = clauses.map((one) => ({
      ...one, sought: [one.own, one.other].map((said) => `${said.title}\n${said.body}`.normalize("NFKC").toLowerCase()),
    }));
  }

  // The newest version takes the place of this one. Returns the titles of the clauses that are new,
  // other than they were, or gone; null where nothing came.
  async renew(server) {
    let answer;
    try {
      answer = await server.get("guideline/");
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return null;
    }
    if (!answer.ok || !Array.isArray(answer.data.clauses) || answer.data.version <= this.version) return null;
    const [before, now] = [this.clauses, answer.data.clauses].map((all) => new Map(all.map((one) => [one.id, one.own])));
    const other = [...now].filter(([id, one]) => before.get(id)?.body !== one.body || before.get(id)?.title !== one.title);
    const gone = [...before].filter(([id]) => !now.has(id));
    this.#take(answer.data);
    this.page.panelTitle.textContent = fill(this.config.words.guideline_title, { version: number(this.version) });
    const { about } = this;
    this.about = null;
    this.note(about);
    return [...other, ...gone].map(([, one]) => one.title);
  }

  // about: "question:choice", "mentions:kind", "scope:name", "flags:name" or "skip".
  note(about) {
    if (about === this.about) return;
    this.about = about;
    const found = this.clauses.filter((one) => one.about.includes(about)).slice(0, AT_ONCE);
    const shown = found.map((one) => this.#clause(one, one.own, "h3"));
    this.page.beside.replaceChildren(...(shown.length ? shown : [element("p", "v-meta", this.config.words.no_clause)]));
  }

  #clause(clause, said, heading) {
    const made = element("section", "v-clause");
    made.dataset.clause = clause.id;
    made.append(element(heading, "", said.title));
    said.body.split(/\n{2,}/).forEach((words) => made.append(this.#paragraph(words)));
    return made;
  }

  #paragraph(words) {
    const made = element("p");
    // A line break within a paragraph is the file's, not the reader's; Chinese has no blank for it.
    const flowing = words.replace(/([\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])/g, "$1").replace(/\n/g, " ");
    flowing.split("`").forEach((piece, n) => made.append(n % 2 ? element("kbd", "", piece) : piece));
    return made;
  }

  open() {
    this.page.search.value = "";
    this.#search();
    this.page.panel.showModal();
    this.page.search.focus();
  }

  #search() {
    const wanted = this.page.search.value.normalize("NFKC").trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (text) => wanted.every((word) => text.includes(word));
    let section = "";
    const shown = [];
    let count = 0;
    for (const clause of this.clauses) {
      const here = clause.sought.map(fits);
      if (!here[0] && !here[1]) continue;
      count += 1;
      if (clause.section !== section) shown.push(element("h3", "v-clause-section", clause.section));
      section = clause.section;
      const made = this.#clause(clause, clause.own, "h4");
      if (!here[0]) {
        const other = this.#clause(clause, clause.other, "h4");
        other.classList.add("v-clause-other");
        other.prepend(element("p", "v-meta", this.config.words.also));
        made.append(other);
      }
      shown.push(made);
    }
    this.page.rules.replaceChildren(...shown);
    const { found, found_none: none } = this.config.words;
    this.page.count.textContent = count ? fill(found, { n: count }) : none;
    this.page.rules.scrollTop = 0;
  }
}
