// What the page says: softly of what was saved, in a banner of what waits, kindly of progress.
"use strict";

import { element } from "./view.js";
import { fill, number } from "./words.js";

export class Teller {
  constructor(page, config) {
    this.page = page;
    this.config = config;
    this.words = config.words;
    this.flip = false;
  }

  // For the eye a line that fades, for a screen reader a live region. A text said twice is read
  // twice, which needs another node.
  say(words, { kind = "" } = {}) {
    this.page.live.replaceChildren(element("span", "", words));
    this.page.said.textContent = words;
    this.page.said.className = `v-label-said ${kind}`;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { this.page.said.textContent = ""; }, kind ? 6000 : 2500);
  }

  // To screen readers only.
  whisper(words) { this.page.live.replaceChildren(element("span", "", words)); }

  progress(ended, wanted, today) {
    const done = Math.min(ended, wanted);
    this.page.progress.textContent = `${number(done)} / ${number(wanted)}`;
    this.page.bar.max = wanted || 1;
    this.page.bar.value = done;
    this.page.today.textContent = today ? fill(this.words.today, { n: number(today) }) : "";
  }

  kindly(ended, wanted, today) {
    if (today && today % 50 === 0) return fill(this.words.kind_50, { n: number(today) });
    if (today === 10) return fill(this.words.kind_10, { n: number(today) });
    if (wanted > 10 && ended === Math.ceil(wanted / 2)) return this.words.kind_half;
    return "";
  }

  // waiting, reports: how many are not sent; refused: those the server would not take; loose: whether
  // what waits is in this page only; news: a new version of the guideline; reload: whether the page
  // shows choices of before.
  banner({ waiting, reports = 0, trouble, refused, loose, news, reload }, acts) {
    const { look, understood } = acts;
    const lines = [];
    const told = { taken: "refused_taken", bad_answer: "refused_bad", changed: "refused_changed", gone: "refused_gone", later: "refused_later", unreadable: "refused_unreadable" };
    if (trouble === "signed_out") {
      // The page itself: it asks who is signed out, and opens for who came back in another tab.
      lines.push(this.#line(this.words.signed_out, [this.#again(this.words.sign_in, acts)], "v-alert"));
    } else if (waiting + reports && trouble === "server") {
      lines.push(this.#line(this.words.trouble, [], "v-alert"));
    } else if (waiting && trouble) {
      const sentence = waiting === 1 ? this.words.waiting_one : fill(this.words.waiting_many, { n: number(waiting) });
      lines.push(this.#line(sentence, [], "v-alert v-alert-calm"));
    }
    if (reports && trouble) lines.push(this.#line(this.words.report_waits, [], "v-alert v-alert-calm"));
    if (waiting + reports && trouble && loose) lines.push(this.#line(this.words.waiting_loose, [], "v-alert"));
    if (reload) lines.push(this.#line(this.words.choices_new, [this.#again(this.words.load_again, acts)], "v-alert"));
    if (news) lines.push(this.#news(news, acts));
    // One line for all of which the same is to be said; what it does, it does for the first.
    const same = new Map();
    for (const entry of refused) {
      const sentence = fill(this.words[told[entry.refused.code] || "refused_gone"], { field: this.#field(entry.refused.field) });
      same.set(sentence, [...(same.get(sentence) || []), entry]);
    }
    for (const [said, [entry, ...more]] of same) {
      const code = entry.refused.code;
      const sentence = more.length ? `${said} (${number(1)} / ${number(more.length + 1)})` : said;
      const again = code === "bad_answer" || code === "changed";
      const buttons = again ? [this.#button(this.words.look_again, () => look(entry))] : [];
      // Where the text has changed, or the batch is closed, there may be nothing left to look at.
      if (code !== "bad_answer" || !this.config.questions) buttons.push(this.#button(this.words.understood, () => understood(entry)));
      lines.push(this.#line(sentence, buttons, again ? "v-alert" : "v-alert v-alert-calm"));
    }
    // By their ids too: two lines may say the same of different answers.
    const drawn = [...lines.map((one) => one.textContent), ...refused.map((one) => `${one.batch}.${one.id}`)].join("\n");
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.page.banner.replaceChildren(...lines);
  }

  // The page from the beginning.
  #again(words, { leave }) {
    const made = element("a", "v-button", words);
    made.href = window.location.pathname;
    made.addEventListener("click", (event) => this.#leave(event, leave));
    return made;
  }

  // What was begun is kept before the page goes.
  async #leave(event, leave) {
    if (!leave || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await leave();
    window.location.assign(event.target.href);
  }

  #news({ version, titles }, { read, known }) {
    const list = titles.slice(0, 3).join(" · ") + (titles.length > 3 ? " …" : "");
    const sentence = fill(titles.length ? this.words.guideline_new : this.words.guideline_newer, { version: number(version), titles: list });
    const buttons = [this.#button(this.words.guideline_read, read), this.#button(this.words.understood, known)];
    return this.#line(sentence, buttons, "v-alert v-alert-calm");
  }

  #button(words, act) {
    const button = element("button", "v-button", words);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  #field(name) {
    const question = (this.config.questions || []).find((one) => one.key === name);
    return question ? question.name : { comment: this.words.comment }[name] || name;
  }

  #line(sentence, buttons, name) {
    const line = element("div", `${name} v-label-line`);
    const acts = element("span");
    buttons.forEach((one) => acts.append(one, " ")); // on a narrow page they move together
    line.append(element("span", "", sentence), acts);
    return line;
  }
}
