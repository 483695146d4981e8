// What was typed into a form is kept on this device until the desk has it: through a lost connection,
// a closed tab, a flat battery. What was sent without a connection is put down for unsent.js, which sends it
// from whatever page is open next, and forgets old drafts.
"use strict";
(() => {
  const PREFIX = "mainstay-draft:", RETRY_MS = 4000;
  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  if (!store) return;
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };

  const kept = (name) => name !== "csrfmiddlewaretoken" && name !== "seen";
  const prepare = (form) => {
    const key = `${PREFIX}${form.dataset.user}:${form.dataset.draft}`;
    const note = document.createElement("p");
    note.className = "message draft"; note.setAttribute("role", "status"); note.hidden = true;
    form.prepend(note);
    const say = (text) => { note.textContent = text; note.hidden = !text; };
    const texts = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const typed = () => texts().filter(([name]) => kept(name));
    const putDown = (at, what) => { try { store.setItem(at, JSON.stringify({ at: Date.now(), ...what })); } catch { /* full: nothing to do */ } };
    // Sent without a connection, under the code that it is saved once by; `held` while this page sends it itself.
    const once = () => form.querySelector("input[name=once]")?.value || "";
    const unsent = () => `${PREFIX}unsent:${form.dataset.user}:${once()}`;
    const hold = (held = Date.now()) => {
      if (!once()) return;
      const address = new URL(form.action);
      putDown(unsent(), {
        values: texts().filter(([name]) => name !== "csrfmiddlewaretoken"), draft: key, once: once(), held,
        where: location.pathname + location.search, to: address.pathname + address.search,
      });
    };
    let waiting = false;
    const keep = () => { putDown(key, { values: typed(), once: once() }); if (waiting) hold(); };
    const put = (values) => {
      const left = new Map();
      for (const [name, value] of values) left.set(name, [...(left.get(name) || []), value]);
      for (const field of form.elements) {
        if (!field.name || !kept(field.name)) continue;
        const given = left.get(field.name);
        if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(given?.includes(field.value));
        else if (field.type === "select-multiple") for (const o of field.options) o.selected = Boolean(given?.includes(o.value));
        else if (given) field.value = given[0];
        // What was restored is not hidden in a folded part.
        const folded = field.closest("details");
        if (folded && /^(text|date|textarea)$/.test(field.type) && field.value !== field.defaultValue) folded.open = true;
      }
    };

    // A form that comes back with errors holds what was typed already; the draft is for the empty one.
    // What is on its way already is not typed again.
    const draft = read(key);
    const sent = draft?.once && read(`${PREFIX}unsent:${form.dataset.user}:${draft.once}`);
    if (draft && !(sent && !sent.refused) && !form.querySelector(".errorlist")) {
      const before = JSON.stringify(typed());
      put(draft.values);
      if (JSON.stringify(typed()) !== before) say(form.dataset.kept);
    }
    // A second tap takes an answer back that nobody has to give.
    let was = null;
    form.addEventListener("pointerdown", ({ target }) => { was = target.type === "radio" && target.checked && !target.required ? target : null; });
    form.addEventListener("click", ({ target }) => { if (target === was) { target.checked = false; keep(); } was = null; });
    // Cancel means it: what was typed goes, after a question.
    form.addEventListener("click", (event) => {
      const cancel = event.target.closest("a[data-discard]");
      if (!cancel) return;
      if (read(key) && !window.confirm(cancel.dataset.discard)) { event.preventDefault(); return; }
      waiting = false;
      store.removeItem(key); store.removeItem(unsent());
    });
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);

    // Sent by script, so that a lost connection leaves the page and what is in it as they are.
    const send = async () => {
      let answer;
      try {
        answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Draft": "1" }, redirect: "manual" });
      } catch {
        waiting = true; keep(); say(form.dataset.offline);
        return;
      }
      waiting = false; say("");
      if (answer.headers.get("X-Draft") === "clear") store.removeItem(key);
      store.removeItem(unsent());
      const next = answer.headers.get("X-Next");
      if (next) { location.assign(next); return; }
      const text = await answer.text();
      const page = new DOMParser().parseFromString(text, "text/html");
      const main = page.querySelector("main");
      if (!main) { location.reload(); return; }
      document.querySelector("main").replaceWith(document.adoptNode(main));
      document.querySelectorAll("form[data-draft]").forEach(prepare);
      document.querySelector(".errorlist")?.scrollIntoView({ block: "center" });
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); keep(); send(); });
    addEventListener("online", () => { if (waiting) send(); });
    addEventListener("pagehide", () => { if (waiting) hold(0); });
    setInterval(() => {
      if (!waiting || !form.isConnected) return;
      hold();
      if (navigator.onLine) send();
    }, RETRY_MS);
  };
  document.querySelectorAll("form[data-draft]").forEach(prepare);
})();
