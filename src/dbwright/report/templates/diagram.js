"use strict";
(() => {
  const tools = document.getElementById("diagram-tools");
  if (!tools) return;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const drawings = all(".drawing");
  const shown = () => drawings.find((each) => !each.hidden) || drawings[0];
  const canvasOf = (drawing) => drawing.querySelector(".canvas");

  function view(drawing) {
    for (const each of drawings) each.hidden = each !== drawing;
    if (tools.elements.view) tools.elements.view.value = String(drawings.indexOf(drawing));
  }

  // ---------------------------------------------------------------- size and place
  // A drawing is scrolled by what surrounds it, so that keys, fingers and wheels work as everywhere.
  function zoomTo(canvas, width, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    const svg = canvas.querySelector("svg");
    const full = svg.viewBox.baseVal.width;
    const before = svg.getBoundingClientRect().width;
    const after = Math.min(Math.max(width, Math.min(full, 240)), full * 4);
    const left = canvas.scrollLeft + x, top = canvas.scrollTop + y;
    canvas.classList.remove("fit");
    svg.style.width = `${after}px`;
    svg.style.height = "auto";
    canvas.scrollTo(left * after / before - x, top * after / before - y);
  }

  function zoom(how, canvas = canvasOf(shown()), x = undefined, y = undefined) {
    const svg = canvas.querySelector("svg");
    const width = svg.getBoundingClientRect().width;
    if (how === "fit") {
      canvas.classList.add("fit");
      svg.style.width = svg.style.height = "";
    } else {
      zoomTo(canvas, { in: width * 1.25, out: width / 1.25, full: svg.viewBox.baseVal.width }[how], x, y);
    }
  }

  for (const drawing of drawings) {
    const canvas = canvasOf(drawing);
    let held = null, moved = false;
    canvas.addEventListener("pointerdown", (event) => {
      moved = false;
      if (event.button !== 0 || event.pointerType === "touch") return;
      held = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
    });
    window.addEventListener("pointermove", (event) => {
      if (!held) return;
      const left = held.x - event.clientX, top = held.y - event.clientY;
      if (!moved && Math.abs(left - canvas.scrollLeft) + Math.abs(top - canvas.scrollTop) < 4) return;
      moved = true;
      canvas.classList.add("held");
      canvas.scrollTo(left, top);
    });
    window.addEventListener("pointerup", () => { held = null; canvas.classList.remove("held"); });
    canvas.addEventListener("dragstart", (event) => event.preventDefault());
    canvas.addEventListener("click", (event) => { if (moved) { event.preventDefault(); event.stopPropagation(); } }, true);
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      // A notch of a wheel is one step; two fingers on a pad send many small ones.
      const turned = Math.max(-25, Math.min(25, event.deltaY * (event.deltaMode ? 33 : 1)));
      const place = canvas.getBoundingClientRect();
      const width = canvas.querySelector("svg").getBoundingClientRect().width;
      zoomTo(canvas, width * Math.exp(-turned * 0.009), event.clientX - place.left, event.clientY - place.top);
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const how = { "+": "in", "=": "in", "-": "out", "0": "fit", "1": "full" }[event.key];
      if (!how || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      zoom(how, canvas);
    });
    // The lines of the table under the pointer, or that has the focus.
    const near = (event, on) => {
      const box = event.target.closest && event.target.closest(".box");
      if (!box) return;
      for (const line of all(".line", drawing)) {
        if (line.dataset.ends.split(" ").includes(box.dataset.box)) line.classList.toggle("near", on);
      }
    };
    for (const name of ["mouseover", "focusin"]) canvas.addEventListener(name, (event) => near(event, true));
    for (const name of ["mouseout", "focusout"]) canvas.addEventListener(name, (event) => near(event, false));
  }

  // ---------------------------------------------------------------- search
  let found = [], at = -1;

  function show(box) {
    view(box.closest(".drawing"));
    const canvas = box.closest(".canvas");
    const svg = canvas.querySelector("svg");
    if (svg.getBoundingClientRect().width < svg.viewBox.baseVal.width * 0.7) zoom("full", canvas);
    const place = box.getBoundingClientRect(), frame = canvas.getBoundingClientRect();
    canvas.scrollBy(
      place.left + place.width / 2 - frame.left - frame.width / 2,
      place.top + Math.min(place.height, frame.height) / 2 - frame.top - frame.height / 2,
    );
  }

  function mark(hits) {
    found = hits || [];
    at = -1;
    for (const each of all(".dbw .hit")) each.classList.remove("hit");
    for (const each of all(".dbw")) each.classList.toggle("searching", hits !== null);
    for (const each of found) each.classList.add("hit");
  }

  function next() {
    if (!found.length) return;
    at = (at + 1) % found.length;
    show(found[at]);
  }

  function search() {
    const words = tools.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const output = tools.querySelector("output");
    mark(null);
    output.textContent = "";
    if (!words.length) return;
    const boxes = [...all(".box", shown()), ...drawings.filter((each) => each.hidden).flatMap((each) => all(".box", each))];
    const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
    const named = boxes.filter((each) => fits(each.dataset.name));
    const hits = named.length ? named : boxes.filter((each) => fits(each.textContent));
    mark(hits);
    const count = new Set(hits.map((each) => each.dataset.name)).size;
    output.textContent = count ? `${count} found${hits.length > 1 ? "; Enter shows the next" : ""}` : "Nothing found";
    next();
  }

  tools.elements.words.addEventListener("input", search);
  tools.addEventListener("submit", (event) => { event.preventDefault(); next(); });
  if (tools.elements.view) tools.elements.view.addEventListener("change", () => view(drawings[Number(tools.elements.view.value)]));

  // ---------------------------------------------------------------- coming from elsewhere on the page
  function showInDiagram(address) {
    const links = (within) => all("a", within).filter((each) => each.getAttribute("href") === address);
    const link = [shown(), ...drawings].flatMap(links)[0];
    if (!link) return false;
    tools.elements.words.value = "";
    mark([link.closest(".box")]);
    tools.scrollIntoView({ block: "start" });
    next();
    link.focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-zoom]");
    if (pressed) zoom(pressed.dataset.zoom);
    const wanted = event.target.closest("[data-show]");
    if (wanted && showInDiagram(wanted.dataset.show)) event.preventDefault();
  });

  function follow() {
    const drawing = drawings.find((each) => `#${each.id}` === location.hash);
    if (!drawing) return;
    view(drawing);
    drawing.scrollIntoView({ block: "nearest" });
    canvasOf(drawing).focus({ preventScroll: true });
  }

  // Paper has no choice of views: all are printed.
  let away = [];
  window.addEventListener("beforeprint", () => {
    away = drawings.filter((each) => each.hidden);
    for (const each of away) each.hidden = false;
  });
  window.addEventListener("afterprint", () => { for (const each of away) each.hidden = true; });
  window.addEventListener("hashchange", follow);
  view(drawings[0]);
  follow();
})();
