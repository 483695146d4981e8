// Sends what was sent without a connection from a page that was left since, from any page of the same user.
// What lies here was put down by drafts.js; it is gone when it is saved, at sign-out, and after 14 days.
"use strict";
(() => {
  const DRAFTS = "mainstay-draft:", DAYS = 14, RETRY_MS = 4000, LATER_MS = 60000;
  const HELD_MS = 10000; // a page that still shows the form sends it itself
  const note = document.querySelector("#unsent");
  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  if (!store) return;
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const keys = (start) => Object.keys(store).filter((key) => key.startsWith(start));
  for (const key of keys(DRAFTS)) if (!(Date.now() - read(key)?.at < DAYS * 86400e3)) store.removeItem(key);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-sign-out]")) keys(DRAFTS).forEach((key) => store.removeItem(key));
  });
  if (!note) return;

  const mine = `${DRAFTS}unsent:${note.dataset.user}:`;
  const here = location.pathname + location.search;
  const local = (address) => /^\/(?![/\\])/.test(address || "");
  const waiting = () => keys(mine).map((key) => [key, read(key)]).filter(([, form]) => local(form?.where) && local(form?.to));
  const say = (text, address, link) => {
    note.querySelector("span").textContent = text;
    const a = note.querySelector("a");
    a.textContent = link; a.href = address; a.hidden = !address || address === here;
    note.hidden = false;
  };
  const name = ({ where, refused }) => say(refused ? note.dataset.refused : note.dataset.waiting, where, note.dataset.open);

  // What the desk refuses waits for somebody to look at it. Who signed in since has another token, so that
  // nothing is written under another name.
  let notBefore = 0;
  const send = async (key, form) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector('meta[name="csrf-token"]').content);
    for (const [field, value] of form.values) body.append(field, value);
    const answer = await fetch(form.to, { method: "POST", body, headers: { "X-Draft": "1" }, redirect: "manual" });
    if (answer.headers.get("X-Draft") === "clear") {
      store.removeItem(key);
      if (!read(form.draft) || read(form.draft).once === form.once) store.removeItem(form.draft);
      say(note.dataset.sent, answer.headers.get("X-Next"), note.dataset.look);
      return;
    }
    const signedOut = answer.type === "opaqueredirect" || answer.status === 403;
    if (signedOut || answer.status >= 500 || answer.status === 429) { notBefore = Date.now() + LATER_MS; return; }
    store.setItem(key, JSON.stringify({ ...form, refused: true }));
    name({ ...form, refused: true });
  };
  let busy = false;
  const sendAll = async () => {
    if (busy || !navigator.onLine || Date.now() < notBefore) return;
    busy = true;
    try {
      for (const [key, form] of waiting()) {
        if (form.refused || Date.now() - form.held < HELD_MS) continue;
        await send(key, form);
      }
    } catch { /* no connection: the next time */ } finally { busy = false; }
  };
  const first = waiting().find(([, form]) => form.where !== here || !form.refused);
  if (first) name(first[1]);
  sendAll();
  addEventListener("online", sendAll);
  setInterval(sendAll, RETRY_MS);
})();
