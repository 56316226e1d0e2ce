// A review's text in code points, as the server counts them. JavaScript's own strings count UTF-16
// units: an emoji is two of them, or eleven.
"use strict";

export class ReviewText {
  // placeholders: [start, end, type] in code points; each is passed over and selected as a whole.
  constructor(text, language, placeholders) {
    this.text = text;
    this.points = Array.from(text);
    this.length = this.points.length;
    this.placeholders = placeholders || [];
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
