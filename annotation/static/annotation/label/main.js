// The labelling page, put together. On the list of batches it only sends what still waits.
"use strict";

import { Keys } from "./keys.js";
import { Outbox } from "./outbox.js";
import { Seal } from "./seal.js";
import { Server } from "./server.js";
import { Session } from "./session.js";
import { Teller } from "./tell.js";

const config = JSON.parse(document.getElementById("label-config").textContent);
const get = (id) => document.getElementById(`label-${id}`);

async function list(seal) {
  const teller = new Teller({ banner: get("banner"), live: get("live"), said: get("said") }, config);
  const server = new Server(config.base, config.csrf);
  const changed = () => teller.banner({
    waiting: outbox.waiting().length,
    reports: outbox.reports().length,
    trouble: outbox.trouble,
    loose: outbox.loose,
    refused: outbox.refused(),
  }, { look: (entry) => window.location.assign(`${config.base}${entry.batch}/`), understood: (entry) => outbox.drop(entry) });
  const outbox = new Outbox(server, config.user, null, seal, { changed, sent: () => {}, refused: changed });
  await outbox.load();
  outbox.pump();
}

function batch(seal) {
  const page = {
    label: document.getElementById("label"),
    desk: get("desk"), text: get("text"), caret: get("caret"), product: get("product"), suggested: get("suggested"), back: get("back"),
    questions: get("questions"), kinds: get("kinds"), scopes: get("scopes"), scopeRow: get("scope-row"), list: get("mentions"),
    none: get("none"), demand: get("demand"), flags: get("flagged-words"), flagged: get("flagged"), comment: get("comment"),
    commentRow: get("comment-row"), live: get("live"), said: get("said"), banner: get("banner"), progress: get("progress"),
    bar: get("bar"), today: get("today"), beside: get("beside"), panel: get("panel"), panelTitle: get("panel-title"), search: get("search"), rules: get("rules"),
    count: get("count"), empty: get("empty"), emptyTitle: get("empty-title"), emptyText: get("empty-text"), emptyMore: get("empty-more"),
  };
  const session = new Session(page, config, seal);
  new Keys(session);
  document.querySelectorAll("[data-act]").forEach((button) => {
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => session[button.dataset.act]());
  });
  get("more").addEventListener("click", () => session.desk.more());
  session.begin();
}

const seal = await Seal.of(config.keys);
if (config.page === "batch") batch(seal); else list(seal);
