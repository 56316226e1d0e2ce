// The text on the page: its mentions underlined, what is selected, and the caret of the keyboard.
"use strict";

function element(tag, name, content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (content !== undefined) made.textContent = content;
  return made;
}

// The place in the page's text at a point of the window; browsers have one of two ways to ask.
function caretAt(x, y) {
  if (document.caretPositionFromPoint) {
    const found = document.caretPositionFromPoint(x, y);
    return found ? [found.offsetNode, found.offset] : [null, 0];
  }
  const found = document.caretRangeFromPoint(x, y);
  return found ? [found.startContainer, found.startOffset] : [null, 0];
}

export class TextView {
  constructor(box, caret, words) {
    this.box = box;
    this.caret = caret;
    this.words = words;
    this.anchor = 0;
    this.focus = 0;
    this.active = false; // whether the caret was used
    this.shown = ""; // what is drawn already
    document.addEventListener("selectionchange", () => this.sync());
    box.addEventListener("scroll", () => this.#draw());
    window.addEventListener("resize", () => this.#draw());
  }

  open(text, language) {
    this.text = text;
    this.shown = "";
    this.anchor = this.focus = 0;
    this.active = false;
    this.box.lang = language;
    this.box.scrollTop = 0;
    this.render([], null);
    this.#draw();
  }

  // mentions: {start, end, kind}; current: the one to point out.
  render(mentions, current) {
    const drawn = JSON.stringify([mentions, current]);
    if (drawn === this.shown) return;
    this.shown = drawn;
    const cuts = new Set([0, this.text.length]);
    [...mentions, ...this.text.placeholders.map(([start, end]) => ({ start, end }))]
      .forEach(({ start, end }) => { cuts.add(start); cuts.add(end); });
    const places = [...cuts].sort((a, b) => a - b);
    this.pieces = [];
    const all = document.createDocumentFragment();
    for (let i = 0; i + 1 < places.length; i += 1) all.append(this.#piece(places[i], places[i + 1], mentions, current));
    this.box.replaceChildren(all);
    if (this.active) this.#select();
  }

  #piece(start, end, mentions, current) {
    const node = document.createTextNode(this.text.slice(start, end));
    this.pieces.push({ node, start, end });
    let made = node;
    if (this.text.placeholders.some(([from, to]) => from <= start && end <= to)) {
      made = element("span", this.text.covers.some(([from, to]) => from <= start && end <= to) ? "v-chip v-covered" : "v-chip");
      made.title = this.words.placeholder;
      made.append(node);
    }
    // Overlapping mentions lie below each other, the shorter one nearer to the words.
    mentions.filter((one) => one.start <= start && end <= one.end)
      .sort((a, b) => (a.end - a.start) - (b.end - b.start))
      .forEach((one, depth) => {
        const mark = element("mark", `v-mention v-mention-${one.kind} v-depth-${Math.min(depth, 3)}`);
        if (one.suggested) mark.classList.add("v-suggested");
        if (current && one.start === current.start && one.end === current.end && one.kind === current.kind) mark.classList.add("v-current");
        mark.append(made);
        made = mark;
      });
    return made;
  }

  // Places: code points to the page and back.
  #where(place) {
    const piece = this.pieces.find((one) => place <= one.end) || this.pieces.at(-1);
    return [piece.node, this.text.units(piece.start, place - piece.start)];
  }

  // What lies outside of the text (a triple click ends in the next paragraph) is its nearer edge.
  #place(node, offset) {
    if (!this.box.contains(node)) {
      const all = document.createRange();
      all.selectNodeContents(this.box);
      return all.comparePoint(node, offset) < 0 ? 0 : this.text.length;
    }
    const before = document.createRange();
    before.setStart(this.box, 0);
    before.setEnd(node, offset);
    return Array.from(before.toString()).length;
  }

  // What the browser has selected by now; it tells of it a moment later, and a key may come before.
  sync() {
    const chosen = window.getSelection();
    if (!this.text) return;
    if (!this.box.contains(chosen.anchorNode) && !this.box.contains(chosen.focusNode)) {
      this.anchor = this.focus; // something else is selected: nothing here
      return;
    }
    const anchor = this.#place(chosen.anchorNode, chosen.anchorOffset);
    const focus = this.#place(chosen.focusNode, chosen.focusOffset);
    if (anchor === this.anchor && focus === this.focus) return;
    this.anchor = anchor;
    this.focus = focus;
    if (this.active || !chosen.isCollapsed) this.#draw();
  }

  #select() {
    window.getSelection().setBaseAndExtent(...this.#where(this.anchor), ...this.#where(this.focus));
  }

  get span() { return this.text.span(this.anchor, this.focus); }
  get selected() { return this.anchor !== this.focus ? this.span : null; }

  // by: a function from a place to the next one; hold: the other end of the selection stays.
  move(by, hold) {
    this.active = true;
    if (!hold && this.anchor !== this.focus && by.edge) this.focus = Math[by.edge](this.anchor, this.focus);
    else this.focus = by(this.focus);
    if (!hold) this.anchor = this.focus;
    this.#select();
    this.#reveal();
    this.#draw();
  }

  // Scroll the text within its box, then the page, to where the caret went.
  #reveal() {
    const inner = this.box.getBoundingClientRect();
    const at = this.#rect(this.focus);
    const margin = at.height / 2;
    const above = at.y - margin - inner.top;
    const below = at.y + at.height + margin - inner.bottom;
    if (above < 0) this.box.scrollTop += above;
    else if (below > 0) this.box.scrollTop += below;
    const now = this.#rect(this.focus);
    if (now.y < 0 || now.y + now.height > window.innerHeight) window.scrollBy({ top: now.y - window.innerHeight / 2 });
  }

  collapse() {
    this.anchor = this.focus;
    if (this.active) this.#select(); else window.getSelection().removeAllRanges();
    this.#draw();
  }

  // The place a line above (-1) or below (1).
  line(step) {
    const at = this.#rect(this.focus);
    const high = parseFloat(getComputedStyle(this.box).lineHeight);
    const [node, offset] = caretAt(at.x, at.y + at.height / 2 + step * high);
    if (!node || !this.box.contains(node)) return step < 0 ? 0 : this.text.length;
    return this.text.floor(this.#place(node, offset));
  }

  #rect(place) {
    const range = document.createRange();
    const [node, offset] = this.#where(place);
    range.setStart(node, offset);
    range.collapse(true);
    const found = [...range.getClientRects()].at(-1);
    if (found && found.height) return found;
    // At some edges a collapsed range has no place: take that of the character beside it.
    const start = place > 0 ? this.text.left(place) : place;
    const [from, first] = this.#where(start);
    range.setStart(from, first);
    range.setEnd(...this.#where(place > 0 ? place : Math.min(1, this.text.length)));
    const beside = range.getBoundingClientRect();
    return { x: place > 0 ? beside.right : beside.left, y: beside.top, height: beside.height };
  }

  #draw() {
    this.caret.hidden = !this.active;
    if (!this.active || !this.text) return;
    const at = this.#rect(this.focus);
    if (!this.caret.offsetParent) return; // the desk is hidden
    const frame = this.caret.offsetParent.getBoundingClientRect();
    const box = this.box.getBoundingClientRect();
    // Scrolled out of the box: it must not stand among the questions.
    this.caret.style.visibility = at.y + at.height <= box.top || at.y >= box.bottom ? "hidden" : "";
    this.caret.style.transform = `translate(${at.x - frame.left}px, ${at.y - frame.top}px)`;
    this.caret.style.height = `${at.height || 24}px`;
    // A caret that moves does not blink.
    this.caret.classList.remove("v-blinks");
    requestAnimationFrame(() => this.caret.classList.add("v-blinks"));
  }
}

export { element };
