// The desk's few lines of script; every page also works without them.
"use strict";
(() => {
  const root = document.documentElement;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

  // htmx: the CSRF token on every request that writes; what went wrong is said, never swallowed.
  const failure = () => document.getElementById("failure");
  const say = (text) => { const box = failure(); if (box) { box.textContent = text; box.hidden = false; } };
  document.addEventListener("htmx:configRequest", (event) => {
    if (!["get", "head"].includes(event.detail.verb)) event.detail.headers["X-CSRFToken"] = meta("csrf-token");
  });
  document.addEventListener("htmx:sendError", () => say(failure().dataset.offline));
  document.addEventListener("htmx:timeout", () => say(failure().dataset.offline));
  document.addEventListener("htmx:responseError", () => say(failure().dataset.error));
  document.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.successful && failure()) failure().hidden = true; });

  // Light or dark: at once, and kept for a year.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-look]")) return;
    event.preventDefault();
    const theme = event.submitter ? event.submitter.value : "";
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    document.cookie = `mainstay_theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax` + (location.protocol === "https:" ? "; secure" : "");
    document.querySelector('meta[name="color-scheme"]').content = theme || "light dark";
    form.querySelectorAll("button").forEach((b) => b.value === theme ? b.setAttribute("aria-current", "true") : b.removeAttribute("aria-current"));
    form.closest("details").open = false;
  });

  // Menus close on a click elsewhere and on Escape, which gives the focus back.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
      const found = document.getElementById("found");
      if (found && found.firstChild) { found.replaceChildren(); document.getElementById("find").focus(); }
    }
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName) || document.activeElement?.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = document.querySelector('[data-hotkey="/"]');
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
    // Arrow keys through the hits of the search box and the marks of a chart.
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const find = event.target.closest?.(".find");
    if (find && event.key.match(/Up|Down/)) {
      const stops = [find.querySelector("input"), ...find.querySelectorAll(".found a")];
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (next) { event.preventDefault(); next.focus(); }
    }
    const svg = event.target.closest?.("svg[data-roving]");
    if (svg) {
      const stops = [...svg.querySelectorAll("a")];
      const next = stops[stops.indexOf(event.target.closest("a")) + step];
      if (next) { event.preventDefault(); stops.forEach((a) => a.setAttribute("tabindex", a === next ? "0" : "-1")); next.focus(); }
    }
  });

  // A chart is one stop of the Tab key; the arrows go on inside.
  const prepare = (scope) => {
    scope.querySelectorAll("svg[data-roving]").forEach((svg) => {
      const stops = [...svg.querySelectorAll("a")];
      stops.forEach((a, i) => a.setAttribute("tabindex", i === stops.length - 1 ? "0" : "-1"));
    });
  };

  // One tooltip for all marks, by pointer and by keyboard.
  const tip = document.createElement("div");
  tip.className = "tip"; tip.hidden = true;
  const show = (mark) => {
    const title = mark.querySelector(":scope > title");
    if (title) { mark.dataset.tip = title.textContent; mark.setAttribute("aria-label", title.textContent.replace(/\n/g, "; ")); title.remove(); }
    if (!mark.dataset.tip) return;
    tip.textContent = mark.dataset.tip; tip.hidden = false;
    const at = mark.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const x = Math.max(6, Math.min(innerWidth - own.width - 6, at.left + at.width / 2 - own.width / 2));
    const y = at.top - own.height - 6 > 4 ? at.top - own.height - 6 : Math.min(innerHeight - own.height - 6, at.bottom + 6);
    tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };
  const over = (event) => { const mark = event.target.closest?.(".chart [data-mark]"); if (mark) show(mark); else tip.hidden = true; };
  document.addEventListener("pointerover", over);
  document.addEventListener("focusin", over);
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true, capture: true });

  // What is folded on a small screen stands open on a wide one: filters where they fit in a row
  // (data-wide="row"), tables where they are no cards. What is being read is never closed.
  const wide = { row: matchMedia("(min-width: 44.01rem)"), table: matchMedia("(min-width: 62.01rem)") };
  const unfold = (scope) => {
    scope.querySelectorAll("details[data-wide]").forEach((part) => { if (wide[part.dataset.wide].matches) part.open = true; });
  };
  Object.values(wide).forEach((query) => query.addEventListener("change", () => unfold(document)));

  document.addEventListener("DOMContentLoaded", () => { document.body.append(tip); prepare(document); unfold(document); document.querySelector(".nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }); });
  document.addEventListener("htmx:load", (event) => { prepare(event.detail.elt); unfold(event.detail.elt); });

  // A list that was filtered here and now: an address without empty choices, and downloads and saved
  // views that mean the list as it is shown.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.elt.matches?.("form.filters")) return;
    const asked = event.detail.parameters;
    for (const name of Object.keys(asked)) if (asked[name] === "") delete asked[name];
  });
  document.addEventListener("htmx:pushedIntoHistory", () => {
    const query = location.search.slice(1);
    document.querySelectorAll("[data-download] a").forEach((a) => { a.href = a.dataset.base + (query ? `?${query}` : ""); });
    document.querySelectorAll("form[data-take-query] input[name=query]").forEach((i) => { i.value = query; });
  });
})();
