"use strict";
// One key per button, as the button says; not while somebody types.
let wanted = null; // the verdict whose reason is being chosen
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (wanted && event.key === "Enter" && event.target.name === "reason" && event.target.value) {
    event.preventDefault();
    wanted.form.requestSubmit(wanted);
    return;
  }
  if (event.target.closest("input, textarea, select")) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  const needsReason = button.value === "return" || button.value === "reject";
  if (needsReason && !form.elements.reason.value) {
    wanted = button;
    form.elements.reason.focus();
  } else form.requestSubmit(button);
});
// A verdict is sent once.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
// A picture that does not come leaves its words, and says once where the reason stands.
for (const image of document.querySelectorAll(".evidence img")) {
  const missing = () => {
    document.getElementById("no-picture").hidden = false;
  };
  if (image.complete && !image.naturalWidth) missing();
  else image.addEventListener("error", missing);
}
