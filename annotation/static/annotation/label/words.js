"use strict";

// A sentence with its named places filled: "%(n)s answers".
export function fill(sentence, values = {}) {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function number(value) {
  return new Intl.NumberFormat(document.documentElement.lang || "en").format(value);
}
