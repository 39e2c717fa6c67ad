"use strict";
// A picture that was just sent is still being put away: it is asked for again until it is there.
// Without this the page says that it should be loaded again.
(() => {
  const EVERY_MS = 2000, MOST = 15;
  for (const picture of document.querySelectorAll("img.sheet")) {
    const address = picture.getAttribute("src");
    let asked = 0;
    const again = () => {
      if (asked >= MOST) return;
      asked += 1;
      setTimeout(() => { picture.src = `${address}?again=${asked}`; }, EVERY_MS);
    };
    picture.addEventListener("error", again);
    if (picture.complete && !picture.naturalWidth) again();
  }
})();
