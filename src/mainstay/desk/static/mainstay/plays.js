// One more row for a step; without script there are three empty ones.
"use strict";
for (const button of document.querySelectorAll("button[data-more]")) {
  const list = document.getElementById(button.dataset.more), total = document.getElementById("id_step-TOTAL_FORMS");
  const most = Number(document.getElementById("id_step-MAX_NUM_FORMS").value);
  button.hidden = Number(total.value) >= most;
  button.addEventListener("click", () => {
    const n = Number(total.value), row = list.lastElementChild.cloneNode(true);
    for (const e of row.querySelectorAll("[name], [for], [id]")) {
      for (const name of ["name", "for", "id"]) {
        const value = e.getAttribute(name);
        if (value) e.setAttribute(name, value.replace(/step-\d+-/, `step-${n}-`));
      }
      if (e.matches("input[type=checkbox]")) e.checked = false;
      else if (e.matches("input")) e.value = "";
    }
    row.querySelectorAll(".errorlist").forEach((e) => e.remove());
    list.append(row);
    total.value = n + 1;
    button.hidden = n + 1 >= most;
    row.querySelector("select, input").focus();
  });
}
