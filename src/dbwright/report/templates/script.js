"use strict";
(() => {
  document.documentElement.classList.add("js");
  const form = document.querySelector(".filters");
  const findings = [...document.querySelectorAll(".finding")];

  function filter() {
    const chosen = new FormData(form);
    const severities = new Set(chosen.getAll("severity"));
    const group = chosen.get("group") || "";
    const words = (chosen.get("words") || "").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const finding of findings) {
      const fits = severities.has(finding.dataset.severity)
        && (!group || finding.dataset.group === group)
        && words.every((word) => finding.dataset.words.includes(word));
      finding.hidden = !fits;
      shown += fits;
    }
    for (const each of document.querySelectorAll(".group")) {
      each.hidden = !each.querySelector(".finding:not([hidden])");
    }
    form.querySelector("output").textContent = shown === findings.length ? "" : `${shown} of ${findings.length} shown`;
  }

  if (form) {
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.target.closest("input, select, textarea")) {
        event.preventDefault();
        form.elements.words.focus();
      }
    });
    filter();
  }

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details")) target.open = true;
    if (target && target.hidden && form) { form.reset(); filter(); target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest(".copy");
    if (copy) {
      const code = copy.parentElement.querySelector("code");
      let copied = true;
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(code);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        copied = document.execCommand("copy");
      }
      copy.textContent = copied ? "Copied" : "Selected";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    }
    const zoom = event.target.closest("[data-zoom]");
    if (zoom) {
      document.querySelector(".canvas").classList.toggle("fit", zoom.dataset.zoom === "fit");
      for (const each of document.querySelectorAll("[data-zoom]")) each.setAttribute("aria-pressed", String(each === zoom));
    }
  });

  window.addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
  });
})();
