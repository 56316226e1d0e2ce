// What is kept on the computer is locked with a key that the server gives to the person who is
// signed in, and that is never kept: who signs in next on the same computer cannot read it, the
// same person can, also after a reload or a session that ran out.
"use strict";

const MARK = "s1"; // the form of what is kept: "s1.<milliseconds>.<nonce and cipher in base64>"
const NONCE = 12; // bytes

const bytes = (text) => Uint8Array.from(window.atob(text), (one) => one.charCodeAt(0));
const text = (raw) => window.btoa(Array.from(raw, (one) => String.fromCharCode(one)).join(""));

// When something locked was kept, in milliseconds; NaN for what is not locked.
export function keptAt(found) {
  const [mark, at] = found.split(".");
  return mark === MARK ? Number(at) : NaN;
}

export class Seal {
  // keys: in base64, 32 bytes each; the first one locks, the others only open what is older.
  static async of(keys) {
    const made = new Seal();
    made.keys = [];
    // Without https (on a computer other than this one) browsers have no cipher.
    if (!window.crypto?.subtle) return made;
    for (const key of keys) {
      made.keys.push(await window.crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]));
    }
    return made;
  }

  get able() { return this.keys.length > 0; }

  // name: where it is kept; it opens nowhere else.
  async close(name, value) {
    const nonce = window.crypto.getRandomValues(new Uint8Array(NONCE));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const how = { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(name) };
    const cipher = new Uint8Array(await window.crypto.subtle.encrypt(how, this.keys[0], plain));
    const both = new Uint8Array(NONCE + cipher.length);
    both.set(nonce);
    both.set(cipher, NONCE);
    return `${MARK}.${Date.now()}.${text(both)}`;
  }

  // Null for what cannot be opened.
  async open(name, found) {
    if (Number.isNaN(keptAt(found))) return null;
    try {
      const both = bytes(found.split(".")[2]);
      const how = { name: "AES-GCM", iv: both.slice(0, NONCE), additionalData: new TextEncoder().encode(name) };
      return JSON.parse(new TextDecoder().decode(await this.#first(how, both.slice(NONCE))));
    } catch (error) {
      return null; // another key, or not what we have kept
    }
  }

  #first(how, cipher) {
    return Promise.any(this.keys.map((key) => window.crypto.subtle.decrypt(how, key, cipher)));
  }
}
