"use strict";
// The text is there to be selected anyway; the button only makes it quicker.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  const said = document.getElementById("copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      document.execCommand("copy"); // old web views, and pages without TLS
    }
    said.textContent = text.dataset.copied;
  });
}
