// Requests to the server. A network that is away raises Unreachable; every other answer is
// returned, with what it says. `ok` is one of our own: what is no JSON object came from something
// on the way (the page of a hotel's network, of a sign-on, of maintenance) and is a 502.
"use strict";

const PATIENCE = 15000; // milliseconds

export class Unreachable extends Error {}

export class Server {
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }

  get(path) { return this.#ask(path, { method: "GET" }, PATIENCE); }

  post(path, body, patience = PATIENCE) {
    return this.#ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
    }, patience);
  }

  async #ask(path, options, patience) {
    let answer;
    try {
      answer = await fetch(this.base + path, {
        ...options, credentials: "same-origin", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(patience),
      });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    const after = Number(answer.headers.get("Retry-After")) || 0;
    const data = await answer.json().catch(() => null);
    if (data !== null && typeof data === "object") return { ok: answer.ok, status: answer.status, data, after };
    // Our only page among the answers is that of a stale token.
    if (answer.status === 403) return { ok: false, status: 403, data: { code: "signed_out" }, after };
    return { ok: false, status: 502, data: {}, after };
  }
}
