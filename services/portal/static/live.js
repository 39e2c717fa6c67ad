"use strict";
// A part of the page that is asked for again while something moves; what was ticked stays ticked.
(() => {
  const part = document.querySelector("[data-live]");
  if (!part || !part.dataset.live) return;
  const everyMs = Number(part.dataset.every) || 1500, slowestMs = 15000;
  let waitMs = everyMs;
  const ticked = () => new Set([...part.querySelectorAll("input:checked")].map((one) => one.value));
  function put(text) {
    const kept = ticked(), focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.innerHTML = text;
    for (const one of part.querySelectorAll("input[type=checkbox]")) one.checked = kept.has(one.value);
    if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }
  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" } });
        if (answer.redirected || answer.status === 401) { location.reload(); return; }
        if (answer.ok) {
          const text = await answer.text();
          if (text !== part.dataset.last) { put(text); part.dataset.last = text; }
          waitMs = everyMs;
          // What may be done now is decided by the whole page.
          if (part.firstElementChild?.dataset.moving === "no") { location.reload(); return; }
        }
      } catch { waitMs = Math.min(slowestMs, 2 * waitMs); }
    }
    setTimeout(look, waitMs);
  }
  setTimeout(look, waitMs);
})();
