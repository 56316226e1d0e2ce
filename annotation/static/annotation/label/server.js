// Requests to the server. A network that is away raises Unreachable; every other answer is
// returned, with what it says.
"use strict";

const PATIENCE = 15000; // milliseconds

export class Unreachable extends Error {}

export class Server {
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }

  get(path) { return this.#ask(path, { method: "GET" }); }

  post(path, body) {
    return this.#ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
    });
  }

  async #ask(path, options) {
    let answer;
    try {
      answer = await fetch(this.base + path, {
        ...options, credentials: "same-origin", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(PATIENCE),
      });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    let data = {};
    try {
      data = await answer.json();
    } catch (error) {
      // A page instead of JSON: the session's token is stale, or something before us answered.
      data = { code: answer.status === 403 ? "signed_out" : "strange" };
    }
    return { ok: answer.ok, status: answer.status, data, after: Number(answer.headers.get("Retry-After")) || 0 };
  }
}
