// Which key does what. Before anything else on the page hears of it, and only outside of fields.
"use strict";

const SOON = 1500; // milliseconds after `g` in which a letter leads elsewhere

// What an input method has taken: the Enter that ends its word comes without `isComposing` in some
// browsers.
const TAKEN = 229;
export const composing = (event) => event.isComposing || event.keyCode === TAKEN || event.key === "Process";

// An input method may send letters and digits in full width: they mean the same.
export function letter(event) {
  return event.key.length === 1 ? event.key.normalize("NFKC").toLowerCase() : event.key;
}

const edge = (by, side) => Object.assign(by, { edge: side });

export class Keys {
  constructor(session) {
    this.session = session;
    this.leaving = -SOON;
    this.choices = new Map();
    session.config.questions.forEach((question) => question.choices.forEach(
      (choice) => this.choices.set(choice.press, () => session.choose(question.key, choice.key)),
    ));
    session.config.kinds.forEach((kind) => this.choices.set(kind.press, () => session.mark(kind.key)));
    const more = { z: "back", x: "skip", f: "flags", c: "comment", o: "report", "?": "guideline" };
    Object.entries(more).forEach(([key, act]) => this.choices.set(key, () => session[act]()));
    window.addEventListener("keydown", (event) => this.#down(event), true);
  }

  #down(event) {
    if (composing(event)) { this.#composed(event); return; }
    if (document.querySelector("dialog[open]")) return; // it has keys of its own
    this.session.view.sync();
    if (event.target.matches?.("textarea, select, input:not([type=radio])")) { this.#field(event); return; }
    const soon = event.timeStamp - this.leaving < SOON;
    this.leaving = -SOON;
    if (soon && /^[a-z]$/.test(event.key)) return;
    if (event.key === "g" && !event.ctrlKey && !event.metaKey && !event.altKey) { this.leaving = event.timeStamp; return; }
    if (this.#act(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  // Outside of fields nothing can be written: who types there with an input method is told.
  #composed(event) {
    const field = event.target.matches?.("textarea, select, input:not([type=radio])");
    if (!field && /^(?:Key|Digit)/.test(event.code)) this.session.composed();
  }

  // Only the comment is ours; other fields of the page keep their Enter.
  #field(event) {
    if (event.target !== this.session.page.comment) return;
    if (event.key === "Escape" || (event.key === "Enter" && !event.shiftKey)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.session.toText();
    }
  }

  #act(event) {
    const { session } = this;
    const inText = !event.target.matches?.("input[type=radio]");
    if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") return inText && this.#move(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const key = letter(event);
    const mention = session.form.mentionAt(event.target);
    if (key === "Escape") { session.escape(); return true; }
    if (key === "Tab") return !event.shiftKey && session.toFresh(event.target);
    if (key === "Enter") {
      // A button that was gone to by Tab does what it says; everywhere else Enter saves.
      if (event.target.closest?.("a, button, summary") && !mention) return false;
      if (!event.repeat) session.save();
      return true;
    }
    if (event.repeat) return this.choices.has(key);
    if (mention && this.#ofMention(key, mention)) { session.pressed(); return true; }
    const act = this.choices.get(key);
    if (!act) return false;
    session.pressed();
    act();
    return true;
  }

  #ofMention(key, mention) {
    const { session } = this;
    const scope = session.config.scopes.find((one) => one.press === key);
    const kind = session.config.kinds.find((one) => one.press === key);
    if (scope) session.alter(mention, { scope: scope.key });
    else if (kind) session.alter(mention, { kind: kind.key });
    else if (key === "Delete" || key === "Backspace") session.unmark(mention);
    else return false;
    return true;
  }

  #move(event) {
    const { view } = this.session;
    if (!view.text) return false;
    const far = event.ctrlKey || event.altKey || event.metaKey;
    // Without a caret yet, up and down scroll the page as ever.
    if (/Up|Down/.test(event.key) && (far || !view.active)) return false;
    const text = view.text;
    const by = {
      ArrowLeft: edge((at) => (far ? text.wordLeft(at) : text.left(at)), far ? "" : "min"),
      ArrowRight: edge((at) => (far ? text.wordRight(at) : text.right(at)), far ? "" : "max"),
      ArrowUp: () => view.line(-1),
      ArrowDown: () => view.line(1),
      Home: () => 0,
      End: () => text.length,
    }[event.key];
    if (!event.repeat) this.session.pressed();
    this.session.moved(by, event.shiftKey);
    return true;
  }
}
