"use strict";
// Sends a pile by tus 1.0: broken off anywhere, the same files go on where they were.
(() => {
  const form = document.querySelector("form.hand-in");
  if (!form) return;
  const input = form.querySelector("input[type=file]"), box = form.querySelector(".progress");
  const bar = box.querySelector("progress"), line = box.querySelector("[role=status]");
  const CHUNK = 2 << 20, WAITS_S = [1, 2, 4, 8, 15, 30];
  const head = { "Tus-Resumable": "1.0.0", "Hecha-Seal": form.dataset.seal };
  const sleep = (s) => new Promise((done) => setTimeout(done, 1000 * s));
  const text64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  let sent = 0, whole = 1;

  function show(words, more = 0) {
    box.hidden = false;
    const share = Math.min(1000, Math.floor(1000 * (sent + more) / whole));
    bar.value = share;
    const told = `${words} ${Math.floor(share / 10)}%`;
    if (line.textContent !== told) line.textContent = told;
  }

  class Refused extends Error { constructor(status, code) { super(code); this.status = status; } }

  async function ask(method, url, headers, body) {
    const answer = await fetch(url, { method, headers: { ...head, ...headers }, body, redirect: "error" });
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, told.code || "upload_failed");
  }

  // Repeats what a broken line or a full house interrupted; a refusal is a refusal.
  async function stubborn(act) {
    for (let i = 0; ; i += 1) {
      try { return await act(i > 0); } catch (error) {
        const passes = !(error instanceof Refused) || [408, 409, 423, 429, 500, 502, 503, 504, 400].includes(error.status);
        if (!passes || i >= WAITS_S.length) throw error;
        show(box.dataset.again);
        await sleep(WAITS_S[i] * (0.8 + 0.4 * Math.random()));
      }
    }
  }

  // A file is known by its size and age: its name may be a pupil's, and stays out of the browser.
  const nameOf = (file, place) => `hecha-upload ${place} ${file.size} ${file.lastModified}`;
  const recall = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };

  async function known(address) {
    try {
      const answer = await ask("HEAD", address, {});
      return +answer.headers.get("Upload-Offset");
    } catch (error) {
      if (error instanceof Refused && (error.status === 404 || error.status === 410)) return null;
      throw error;
    }
  }

  async function send(file, place, label) {
    const key = nameOf(file, place), kept = recall(key);
    let address = kept && kept.label === label ? kept.address : null, offset = address ? await stubborn(() => known(address)) : null;
    if (offset === null) {
      const metadata = `batch ${text64(label)}` + (file.type ? `,filetype ${text64(file.type)}` : "");
      const begun = await stubborn(() => ask("POST", form.dataset.uploads, { "Upload-Length": String(file.size), "Upload-Metadata": metadata }));
      address = begun.headers.get("Location");
      localStorage.setItem(key, JSON.stringify({ label, address }));
      offset = 0;
    }
    while (offset < file.size) {
      show(box.dataset.sending, offset);
      offset = await stubborn(async (isAgain) => {
        if (isAgain) offset = await known(address) ?? 0;
        if (offset >= file.size) return offset;
        const piece = file.slice(offset, offset + CHUNK);
        const answer = await ask("PATCH", address, { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" }, piece);
        return +answer.headers.get("Upload-Offset");
      });
    }
    sent += file.size;
    return address.split("/").pop();
  }

  // The same files are the same pile, also after the page was loaded anew.
  function labelOf(files) {
    const key = "hecha-pile " + files.map(nameOf).join("|");
    const kept = localStorage.getItem(key);
    const label = kept || Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
    localStorage.setItem(key, label);
    return [label, key];
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = [...input.files], button = form.querySelector("button");
    if (!files.length) return;
    button.disabled = true;
    sent = 0;
    whole = files.reduce((sum, one) => sum + one.size, 0) || 1;
    const [label, key] = labelOf(files);
    try {
      const uploads = [];
      for (const [place, file] of files.entries()) uploads.push(await send(file, place, label));
      const answer = await stubborn(() => ask("POST", form.dataset.batches, { "Content-Type": "application/json" }, JSON.stringify({ batch: label, uploads })));
      const pile = (await answer.json()).pile;
      show(box.dataset.done);
      files.forEach((file, place) => localStorage.removeItem(nameOf(file, place)));
      localStorage.removeItem(key);
      location.assign(form.dataset.pile.replace("PILE", pile));
    } catch (error) {
      button.disabled = false;
      if (error instanceof Refused && error.status !== 503) location.assign(`?said=${encodeURIComponent(error.message)}`);
      else { line.textContent = box.dataset.failed; box.hidden = false; }
    }
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
  }
})();
