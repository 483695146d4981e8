// Names what was sent without a connection from a page that was left since: it waits on this device.
"use strict";
(() => {
  const note = document.querySelector("#unsent");
  if (!note) return;
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  let keys = [];
  try { keys = Object.keys(localStorage); } catch { return; }
  const here = location.pathname + location.search;
  const found = keys.filter((key) => key.startsWith(`mainstay-draft:${note.dataset.user}:`)).map(read)
    .find((draft) => draft?.unsent && /^\/(?![/\\])/.test(draft.where) && draft.where !== here);
  if (!found) return;
  note.querySelector("a").href = found.where;
  note.hidden = false;
})();
