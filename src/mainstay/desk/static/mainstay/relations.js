// The relationship map: whoever is pointed at, by pointer or keyboard, stands out with their ties.
"use strict";
(() => {
  const clear = () => document.querySelectorAll(".map svg.lit, .map .lit").forEach((e) => e.classList.remove("lit"));
  const light = (who) => {
    const svg = who.closest("svg"), key = who.dataset.who, ours = who.classList.contains("ours");
    const lit = [who];
    for (const tie of svg.querySelectorAll("[data-a]")) {
      const mine = ours ? tie.dataset.b === key : tie.dataset.a === key;
      if (!mine) continue;
      lit.push(tie);
      const other = ours ? tie.dataset.a : tie.dataset.b;
      for (const one of svg.querySelectorAll(ours ? "a.theirs" : "a.ours")) if (one.dataset.who === other) lit.push(one);
    }
    clear();
    if (lit.length < 2) return;
    lit.forEach((e) => e.classList.add("lit"));
    svg.classList.add("lit");
  };
  const over = (event) => {
    const who = event.target.closest?.(".map svg.wide [data-who]");
    if (who) light(who); else clear();
  };
  document.addEventListener("pointerover", over);
  document.addEventListener("focusin", over);
  // From the map to the row of the table: the focus follows, so that one can go on typing there.
  document.addEventListener("click", (event) => {
    const who = event.target.closest?.(".map a[data-who]");
    const row = who && document.getElementById((who.getAttribute("href") || "").slice(1));
    if (row) setTimeout(() => row.focus({ preventScroll: true }), 0);
  });
  // Only what was clicked is sent, beside what the page said before.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.elt.matches?.("form.grid")) return;
    const clicked = event.detail.triggeringEvent?.target?.name, asked = event.detail.parameters;
    if (!clicked) return;
    for (const name of Object.keys(asked)) if (name !== clicked && name !== "were" && name !== "csrfmiddlewaretoken") delete asked[name];
  });
  // A change is sent by itself; the button is for those without script.
  if (window.htmx) document.querySelectorAll("[data-plain]").forEach((b) => { b.hidden = true; });
})();
