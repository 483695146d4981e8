// What was typed into a form is kept on this device until the desk has it: through a lost connection,
// a closed tab, a flat battery. Gone when it is saved, at sign-out, and after 14 days.
"use strict";
(() => {
  const PREFIX = "mainstay-draft:", DAYS = 14, RETRY_MS = 4000;
  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  if (!store) return;
  const keys = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  for (const key of keys()) {
    const draft = read(key);
    if (!draft || Date.now() - draft.at > DAYS * 86400e3) store.removeItem(key);
  }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-sign-out]")) keys().forEach((key) => store.removeItem(key));
  });

  const kept = (name) => name !== "csrfmiddlewaretoken" && name !== "seen";
  const prepare = (form) => {
    const key = `${PREFIX}${form.dataset.user}:${form.dataset.draft}`;
    const note = document.createElement("p");
    note.className = "message draft"; note.setAttribute("role", "status"); note.hidden = true;
    form.prepend(note);
    const say = (text) => { note.textContent = text; note.hidden = !text; };
    const typed = () => [...new FormData(form)].filter(([name, value]) => kept(name) && typeof value === "string");
    // What was sent without a connection is named on every page until it is: see unsent.js.
    let unsent = Boolean(read(key)?.unsent);
    const keep = () => { try { store.setItem(key, JSON.stringify({ at: Date.now(), values: typed(), unsent, where: location.pathname + location.search })); } catch { /* full: nothing to do */ } };
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
    const draft = read(key);
    if (draft && !form.querySelector(".errorlist")) {
      const before = JSON.stringify(typed());
      put(draft.values);
      if (JSON.stringify(typed()) !== before) say(form.dataset.kept);
    }
    // A second tap takes an answer back that nobody has to give.
    let was = null;
    form.addEventListener("pointerdown", ({ target }) => { was = target.type === "radio" && target.checked && !target.required ? target : null; });
    form.addEventListener("click", ({ target }) => { if (target === was) { target.checked = false; keep(); } was = null; });
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);

    // Sent by script, so that a lost connection leaves the page and what is in it as they are.
    let waiting = false;
    const send = async () => {
      let answer;
      try {
        answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Draft": "1" }, redirect: "manual" });
      } catch {
        unsent = true; keep(); say(form.dataset.offline); waiting = true;
        return;
      }
      waiting = false; unsent = false; say("");
      if (answer.headers.get("X-Draft") === "clear") store.removeItem(key);
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
    setInterval(() => { if (waiting && navigator.onLine && form.isConnected) send(); }, RETRY_MS);
  };
  document.querySelectorAll("form[data-draft]").forEach(prepare);
})();
