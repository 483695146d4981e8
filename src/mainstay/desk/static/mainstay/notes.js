// Fields proposed from the note of a visit: first what would be sent is shown, then it is sent, then each
// proposal is taken over by hand. The form is saved as always.
"use strict";
(() => {
  const ask = async (button, digest) => {
    const form = button.closest("form"), answer = form.querySelector("[data-note-answer]");
    const asked = new FormData();
    for (const name of ["csrfmiddlewaretoken", "notes", "on"]) asked.set(name, form.elements[name].value);
    if (digest) asked.set("digest", digest);
    button.disabled = true;
    try {
      const page = await fetch(button.dataset.to, { method: "POST", body: asked, redirect: "error" });
      if (!page.ok) throw new Error(page.status);
      const part = new DOMParser().parseFromString(await page.text(), "text/html");
      answer.replaceChildren(...part.body.childNodes);
    } catch {
      const said = document.createElement("p");
      said.className = "message warning"; said.textContent = answer.dataset.failed;
      answer.replaceChildren(said);
    } finally { button.disabled = false; }
  };
  const take = (button) => {
    const { field, value, taken } = button.dataset, form = button.closest("form");
    const found = [...form.elements].filter((one) => one.name === field);
    const one = found.find((each) => /^(radio|checkbox)$/.test(each.type) ? each.value === value : true);
    if (!one) return;
    if (/^(radio|checkbox)$/.test(one.type)) one.checked = true; else one.value = value;
    const folded = one.closest("details");
    if (folded) folded.open = true;
    one.dispatchEvent(new Event("input", { bubbles: true }));  // the draft on this device keeps it
    button.textContent = taken; button.disabled = true;
  };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-note]");
    switch (button?.dataset.note) {
      case "look": ask(button); break;
      case "send": ask(button, button.dataset.digest); break;
      case "close": button.closest("[data-note-answer]").replaceChildren(); break;
      case "take": take(button); break;
    }
  });
})();
