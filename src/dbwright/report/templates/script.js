"use strict";
(() => {
  document.documentElement.classList.add("js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const wordsOf = (form) => (form.elements.words.value || "").toLowerCase().split(/\s+/).filter(Boolean);
  const say = (form, text) => { form.querySelector("output").textContent = text; };

  // Every form filters while one types; Enter sends nothing anywhere.
  function whenChanged(form, filter) {
    let waiting = 0;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 60); });
    form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
    form.addEventListener("reset", () => setTimeout(filter));
  }

  // ---------------------------------------------------------------- findings
  const findingForm = document.getElementById("finding-filters");
  const findings = all(".finding");
  let texts = null;

  function filterFindings() {
    const chosen = new FormData(findingForm);
    const severities = new Set(chosen.getAll("severity"));
    const group = chosen.get("group") || "";
    const harm = chosen.get("harm") || "";
    const words = wordsOf(findingForm);
    if (words.length && !texts) texts = new Map(findings.map((each) => [each, each.textContent.toLowerCase()]));
    let shown = 0;
    for (const finding of findings) {
      const fits = severities.has(finding.dataset.severity)
        && (!group || finding.dataset.group === group)
        && (!harm || finding.dataset.harm === harm)
        && words.every((word) => texts.get(finding).includes(word));
      finding.hidden = !fits;
      shown += fits;
    }
    for (const each of all(".more")) {
      each.hidden = !each.querySelector(".finding:not([hidden])");
      if (words.length) each.open = true;
    }
    for (const each of all(".group")) each.hidden = !each.querySelector(".finding:not([hidden])");
    say(findingForm, shown === findings.length ? "" : `${shown} of ${findings.length} shown`);
  }
  if (findingForm) {
    whenChanged(findingForm, filterFindings);
    filterFindings();
  }

  // ---------------------------------------------------------------- tables
  const tableForm = document.getElementById("table-filters");
  const overview = document.getElementById("overview");
  const sections = all("section.table");
  let known = null;

  function filterTables() {
    const words = wordsOf(tableForm);
    const faulty = tableForm.elements.found.checked;
    if (!known) {
      known = new Map(sections.map((each) => {
        const told = all("h3, .comment, tbody th, .prose", each).map((part) => part.textContent);
        return [`#${each.id}`, { section: each, text: told.join(" ").toLowerCase(), faulty: !!each.querySelector(".found") }];
      }));
    }
    let shown = 0;
    for (const each of known.values()) {
      each.fits = (!faulty || each.faulty) && words.every((word) => each.text.includes(word));
      each.section.hidden = !each.fits;
      shown += each.fits;
    }
    for (const row of all("tbody tr", overview)) row.hidden = !known.get(row.querySelector("a").getAttribute("href")).fits;
    for (const item of all(".table-links li")) item.hidden = !known.get(item.querySelector("a").getAttribute("href")).fits;
    say(tableForm, shown === sections.length ? "" : `${shown} of ${sections.length} shown`);
  }

  function sortBy(heading) {
    const at = [...heading.parentElement.children].indexOf(heading);
    const down = heading.getAttribute("aria-sort") === "ascending" || (heading.matches(".number") && !heading.hasAttribute("aria-sort"));
    const value = (row) => {
      const cell = row.children[at];
      return cell.matches(".number") ? Number(cell.dataset.value ?? cell.textContent.replace(/\D/g, "")) : cell.textContent;
    };
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b));
    const rows = all("tbody tr", overview).map((row) => [value(row), row]);
    rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
    overview.tBodies[0].append(...rows.map(([, row]) => row));
    for (const each of heading.parentElement.children) each.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  if (tableForm) {
    whenChanged(tableForm, filterTables);
    for (const heading of all("thead th", overview)) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sortBy(heading));
      heading.append(button);
    }
  }

  // ---------------------------------------------------------------- going to a place
  function reveal() {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    if (!target) return;
    for (let each = target; each; each = each.parentElement) if (each.matches("details")) each.open = true;
    const hidden = target.closest("[hidden]");
    if (hidden && hidden.matches(".finding, .more, .group")) { findingForm.reset(); filterFindings(); }
    if (hidden && hidden.matches("section.table")) { tableForm.reset(); filterTables(); }
    if (target.matches("[tabindex]")) target.focus({ preventScroll: true });
    // What stands further up may only now get its real height.
    target.scrollIntoView();
    requestAnimationFrame(() => requestAnimationFrame(() => target.scrollIntoView()));
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && findingForm && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      findingForm.elements.words.focus();
    }
  });

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest(".copy");
    if (!copy) return;
    const code = copy.parentElement.querySelector("code");
    let copied = true;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      copied = document.execCommand("copy");
    }
    copy.textContent = copied ? "Copied" : "Selected";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });

  // Paper has no buttons: what can be opened is printed, but for the rules, which fill a book.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("details:not([open]):not(.rule)");
    for (const each of closed) each.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
})();
