// A review's text in code points, as the server counts them. JavaScript's own strings count UTF-16
// units: an emoji is two of them, or eleven.
"use strict";

// Where `part` stands in `points`, overlapping ones too.
function places(points, part) {
  const found = [];
  for (let at = 0; at + part.length <= points.length; at += 1) {
    if (part.every((one, index) => points[at + index] === one)) found.push(at);
  }
  return found;
}

// Spans of one text in another one of the same review: where all before or all after a span is
// as it was, there; else the same one among as many occurrences of its words. What could be
// either of several is left out, never guessed.
export function carried(spans, before, after) {
  const [old, now] = [Array.from(before), Array.from(after)];
  const longer = now.length - old.length;
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return spans.flatMap((one) => {
    if (one.end <= head) return [one];
    if (one.start >= old.length - tail) return [{ ...one, start: one.start + longer, end: one.end + longer }];
    const part = old.slice(one.start, one.end);
    const [then, found] = [places(old, part), places(now, part)];
    const start = then.length === found.length ? found[then.indexOf(one.start)] : undefined;
    return start === undefined ? [] : [{ ...one, start, end: start + part.length }];
  });
}

const BRIEF = 60; // code points
const TAIL = 20;

export class ReviewText {
  // placeholders: [start, end, type] in code points; each is passed over and selected as a whole.
  // covers: the same of words that are reported as personal data, and not replaced yet.
  constructor(text, language, placeholders, covers = []) {
    this.text = text;
    this.points = Array.from(text);
    this.length = this.points.length;
    this.covers = covers;
    this.placeholders = [...(placeholders || []), ...covers];
    const locale = language === "zh" ? "zh" : "en";
    const at = this.#unitsToPoints();
    this.stops = this.#free(this.#starts(locale, "grapheme", at).map((one) => one.start).concat(this.length));
    this.words = this.#starts(locale, "word", at).filter((one) => one.word);
  }

  #unitsToPoints() {
    const found = new Map();
    let units = 0;
    this.points.forEach((point, index) => { found.set(units, index); units += point.length; });
    return found.set(units, this.length);
  }

  #starts(locale, granularity, at) {
    return Array.from(new Intl.Segmenter(locale, { granularity }).segment(this.text), (one) => ({
      start: at.get(one.index),
      end: at.get(one.index + one.segment.length),
      word: one.isWordLike,
    }));
  }

  #free(stops) {
    return stops.filter((stop) => !this.placeholders.some(([start, end]) => start < stop && stop < end));
  }

  // What may be read out: nothing of what is covered.
  spoken(cover) { return this.#open(` ${cover} `).join(""); }

  // Words to point them out elsewhere on the page: the middle of many is left out.
  brief(start, end) {
    const points = this.#open("▒").slice(start, end);
    return points.length <= BRIEF ? points.join("") : [...points.slice(0, BRIEF - TAIL), " … ", ...points.slice(-TAIL)].join("");
  }

  #open(cover) {
    const points = [...this.points];
    this.covers.forEach(([start, end]) => points.fill("", start, end).splice(start, 1, cover));
    return points;
  }

  slice(start, end) { return this.points.slice(start, end).join(""); }

  // UTF-16 units of the first `count` code points after `start`.
  units(start, count) { return this.slice(start, start + count).length; }

  left(place) { return this.stops.findLast((stop) => stop < place) ?? 0; }
  right(place) { return this.stops.find((stop) => stop > place) ?? this.length; }

  wordLeft(place) { return this.floor(this.words.findLast((one) => one.start < place)?.start ?? 0); }
  wordRight(place) { return this.ceil(this.words.find((one) => one.end > place)?.end ?? this.length); }

  floor(place) { return this.stops.findLast((stop) => stop <= place) ?? 0; }
  ceil(place) { return this.stops.find((stop) => stop >= place) ?? this.length; }

  // The span that whole characters and whole placeholders make of a selection, without blanks at
  // its edges; null when nothing is left.
  span(one, other) {
    let start = this.floor(Math.min(one, other));
    let end = this.ceil(Math.max(one, other));
    while (start < end && !this.points[start].trim()) start += 1;
    while (start < end && !this.points[end - 1].trim()) end -= 1;
    return start < end ? { start, end } : null;
  }
}
