// Flags, reasons to skip, types of personal data: small menus, worked by one key each.
"use strict";

import { composing, letter } from "./keys.js";
import { element } from "./view.js";

export class Menus {
  // back: told when a menu closes; pressed: of every choice by key.
  constructor(config, back, pressed) {
    this.back = back;
    this.pressed = pressed;
    this.flags = this.#menu("label-flags", config.flags, true);
    this.skip = this.#menu("label-skip", config.reasons, false);
    const keys = "123456789abcdefghijklmnopqrstuvwxyz";
    this.report = this.#menu("label-report", config.types.map((one, n) => ({ ...one, press: keys[n] })), false);
  }

  #menu(id, choices, several) {
    const dialog = document.getElementById(id);
    const list = dialog.querySelector("[data-choices]");
    const menu = { dialog, several, buttons: {}, act: () => {}, noted: () => {} };
    choices.forEach((one) => {
      const button = element("button", "v-label-option");
      button.type = "button";
      if (several) button.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-keyshortcuts", one.press);
      button.append(element("kbd", "", one.press), element("span", "", one.name));
      button.addEventListener("click", () => this.#choose(menu, one.key));
      button.addEventListener("focus", () => menu.noted(one.key));
      list.append(button);
      menu.buttons[one.press] = { button, key: one.key };
    });
    dialog.addEventListener("close", () => this.back());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("keydown", (event) => this.#key(menu, event));
    return menu;
  }

  #choose(menu, key) {
    const chosen = menu.act(key);
    if (!menu.several) { menu.dialog.close(); return; }
    for (const one of Object.values(menu.buttons)) one.button.setAttribute("aria-pressed", String(chosen.includes(one.key)));
  }

  #key(menu, event) {
    event.stopPropagation(); // the keys of the page below mean something else
    if (event.ctrlKey || event.metaKey || event.altKey || composing(event) || event.repeat) return;
    const pressed = letter(event);
    const found = menu.buttons[pressed];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (found) { event.preventDefault(); this.pressed(); found.button.focus(); this.#choose(menu, found.key); }
    else if (step) { event.preventDefault(); this.#step(menu, step); }
    else if (menu.several && (pressed === "f" || event.key === "Enter")) { event.preventDefault(); menu.dialog.close(); }
  }

  #step(menu, step) {
    const all = Object.values(menu.buttons).map((one) => one.button);
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length) % all.length].focus();
  }

  // act: told the key that was chosen; for several, returns all that are chosen now.
  open(menu, act, { chosen = [], noted = () => {} } = {}) {
    menu.act = act;
    menu.noted = noted;
    if (menu.several) for (const one of Object.values(menu.buttons)) one.button.setAttribute("aria-pressed", String(chosen.includes(one.key)));
    menu.dialog.showModal();
    Object.values(menu.buttons)[0].button.focus();
  }
}
