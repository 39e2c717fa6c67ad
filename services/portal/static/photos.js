"use strict";
// Sends photos one after the other, each no larger than is read; without this the form sends all.
(() => {
  const LARGEST_PX = 2400, QUALITY = 0.82;
  const form = document.querySelector("form.photos");
  if (!form || !window.createImageBitmap) return;
  const input = form.querySelector("input[type=file]"), line = form.querySelector("#sending");

  // The canvas writes a new file, without the place where the photo was taken.
  async function shrunk(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LARGEST_PX / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const body = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      return body && body.size < file.size ? body : file;
    } catch { return file; } // a format this browser does not draw: it goes as it is
  }

  async function send(file, sent) {
    const body = new FormData(form);
    body.set("sent", sent);
    body.set("photo", await shrunk(file), "photo.jpg");
    return fetch(form.action, { method: "POST", body });
  }

  form.addEventListener("submit", async (event) => {
    const files = [...input.files], button = form.querySelector("button");
    if (!files.length) return;
    event.preventDefault();
    button.disabled = true;
    let sent = form.elements.sent.value, address = "", refused = "";
    for (const [place, file] of files.entries()) {
      line.textContent = form.dataset.sending.replace("{n}", place + 1).replace("{all}", files.length);
      try {
        const answer = await send(file, sent);
        if (!answer.redirected || !answer.ok) throw new Error("away");
        const told = new URL(answer.url);
        address = told;
        sent = told.searchParams.get("sent") || sent;
        refused = refused || told.searchParams.get("refused") || "";
      } catch {
        line.textContent = form.dataset.failed;
        form.elements.sent.value = sent;
        button.disabled = false;
        return;
      }
    }
    if (refused) address.searchParams.set("refused", refused);
    location.assign(address);
  });
})();
