"use strict";
// Sends a roster as it is, with how much has arrived; without this the form does the same.
(() => {
  const form = document.querySelector("form.roster");
  if (!form) return;
  const input = form.querySelector("input[type=file]"), box = form.querySelector(".progress");
  const bar = box.querySelector("progress"), line = box.querySelector("[role=status]");

  function send(file) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("PUT", form.dataset.address);
      request.setRequestHeader("Hecha-Seal", form.dataset.seal);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = (event) => {
        bar.value = Math.floor(1000 * event.loaded / Math.max(1, event.total));
        line.textContent = `${box.dataset.sending} ${Math.floor(bar.value / 10)}%`;
      };
      request.onloadend = () => done(request);
      request.send(file);
    });
  }

  form.addEventListener("submit", async (event) => {
    const file = input.files[0], button = form.querySelector("button");
    if (!file) return;
    event.preventDefault();
    button.disabled = true;
    box.hidden = false;
    const answer = await send(file);
    let told = {};
    try { told = JSON.parse(answer.responseText); } catch { /* no answer of ours */ }
    if (answer.status === 201) location.assign(told.address);
    else if (answer.status >= 400 && answer.status !== 503 && told.code) location.assign(`?said=${encodeURIComponent(told.code)}`);
    else { line.textContent = box.dataset.failed; button.disabled = false; }
  });
})();
