// The guardian's page: pick, check, shrink, send, ask. Everything here only enhances the form.
(() => {
  'use strict';
  // Whole, and for a slow line: a fifth of the bytes, in which the same is read (docs/adr/0016).
  const WHOLE = { px: 2400, quality: 0.82 }, LEAN = { px: 1600, quality: 0.4 }, CHECK_PX = 800;
  // Bytes a second below which a whole photo takes more than some seconds; how soon that is told.
  const SLOW_LINE = 150e3, LOOK_MS = 800, PATIENCE_S = 4;
  // Laplacian variance at 800 px; sharp sheets measure several hundred and more.
  const SHARP = 150, DARK = 60, SMALL_PX = 900;
  const WAITS_S = [1, 2, 4, 8, 15], POLLS_S = [0.4, 0.6, 1, 2, 4, 8];
  const REPEATED = [0, 408, 429, 500, 502, 503, 504];
  const at = (id) => document.getElementById(id);
  const form = at('upload'), input = at('photo');
  const words = JSON.parse(at('words').textContent);
  const photos = form.dataset.photos, lang = form.dataset.lang, largest = +form.dataset.largest;
  let current = null; // {key, body, picture, again}

  const sleep = (s) => new Promise((done) => setTimeout(done, 1000 * s));
  const show = (id, on) => { at(id).hidden = !on; };
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (b) => b.toString(16).padStart(2, '0')).join('');

  function say(tone, title, advice, buttons = [], receipt = '') {
    show('work', true);
    at('state').dataset.tone = tone;
    at('title').textContent = title;
    at('advice').textContent = advice;
    for (const id of ['anyway', 'again', 'result', 'retake']) show(id, buttons.includes(id));
    show('number', receipt !== '');
    at('receipt').textContent = receipt;
  }

  // The state of the page lives in its address: some phones reload it after the picker.
  function keep(key, receipt) {
    history.replaceState(null, '', '#k=' + key + (receipt ? '&r=' + receipt : ''));
    at('result').href = photos + '/' + key + '?lang=' + lang + (receipt ? '&receipt=' + receipt : '');
  }

  function kept() {
    const values = new URLSearchParams(location.hash.slice(1));
    const key = values.get('k') || '';
    return /^[0-9a-f]{32}$/.test(key) ? { key, receipt: values.get('r') || '' } : null;
  }

  async function opened(file) {
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    try {
      await picture.decode();
      return picture;
    } catch {
      return null;
    } finally {
      URL.revokeObjectURL(picture.src);
    }
  }

  const longestOf = (picture) =>
    Math.max(picture.naturalWidth || picture.width, picture.naturalHeight || picture.height);

  // A picture, or a canvas that was drawn of one, no longer than this.
  function drawn(picture, longest) {
    const scale = Math.min(1, longest / longestOf(picture));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round((picture.naturalWidth || picture.width) * scale));
    canvas.height = Math.max(1, Math.round((picture.naturalHeight || picture.height) * scale));
    canvas.getContext('2d', { willReadFrequently: longest === CHECK_PX }).drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  // Whether the whole photo would take long: as the browser knows its line, or as this page came.
  function isSlowLine() {
    const known = navigator.connection && navigator.connection.downlink; // megabits a second
    if (known) return known * 125e3 < SLOW_LINE;
    let bytes = 0, ms = 0;
    for (const kind of ['navigation', 'resource']) {
      for (const one of performance.getEntriesByType(kind)) {
        if (!one.transferSize) continue; // it was here already
        bytes += one.transferSize;
        ms += one.responseEnd - one.responseStart;
      }
    }
    return ms > 50 && (1000 * bytes) / ms < SLOW_LINE;
  }

  // What may be wrong with the photo, as a word of ours, or ''. It warns and never refuses.
  function doubt(picture) {
    if (longestOf(picture) < SMALL_PX) return 'small';
    const canvas = drawn(picture, CHECK_PX), w = canvas.width, h = canvas.height;
    const { data } = canvas.getContext('2d').getImageData(0, 0, w, h);
    const grey = new Float32Array(w * h);
    let light = 0;
    for (let i = 0; i < grey.length; i++) {
      grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
      light += grey[i];
    }
    if (light / grey.length < DARK) return 'dark';
    let sum = 0, squares = 0, n = 0;
    for (let y = 1; y < h - 1; y++) {
      for (let i = y * w + 1; i < y * w + w - 1; i++, n++) {
        const edge = grey[i - 1] + grey[i + 1] + grey[i - w] + grey[i + w] - 4 * grey[i];
        sum += edge;
        squares += edge * edge;
      }
    }
    return n > 0 && squares / n - (sum / n) ** 2 < SHARP ? 'blurred' : '';
  }

  // The canvas writes a new file, without the place where the photo was taken.
  function written(picture, how) {
    return new Promise((done) => drawn(picture, how.px).toBlob(done, 'image/jpeg', how.quality));
  }

  function outline(pen, canvas, corners, colour) {
    if (corners.length < 3) return;
    pen.lineWidth = 6;
    pen.strokeStyle = colour;
    pen.beginPath();
    for (const [x, y] of corners) pen.lineTo((x * canvas.width) / 1000, (y * canvas.height) / 1000);
    pen.closePath();
    pen.stroke();
  }

  // The sheet in green, and what is wrong with it in red; the sentence says the same in words.
  function preview(picture, corners = [], places = []) {
    const canvas = at('preview');
    show('preview', picture !== null);
    if (picture === null) return;
    const copy = drawn(picture, CHECK_PX), pen = canvas.getContext('2d');
    canvas.width = copy.width;
    canvas.height = copy.height;
    pen.drawImage(copy, 0, 0);
    outline(pen, canvas, corners, '#07804a');
    for (const place of places) outline(pen, canvas, place, '#c8102e');
  }

  function put(key, body, isTooSlow = () => false) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open('PUT', photos + '/' + key + '?lang=' + lang);
      request.setRequestHeader('Content-Type', body.type || 'application/octet-stream');
      request.timeout = 130000;
      const began = performance.now();
      request.upload.onprogress = (event) => {
        at('progress').value = (100 * event.loaded) / event.total;
        const ms = performance.now() - began, left = event.total - event.loaded;
        if (ms > LOOK_MS && isTooSlow((left * ms) / 1000 / event.loaded)) request.abort();
      };
      request.onloadend = () => {
        let said = {};
        try { said = JSON.parse(request.responseText); } catch { /* a proxy's page, or nothing */ }
        done({ status: request.status, said, wait: +request.getResponseHeader('Retry-After') || 0 });
      };
      request.send(body);
    });
  }

  async function send(photo) {
    keep(photo.key, '');
    show('progress', true);
    let answer;
    for (let tries = 0; ; tries++) {
      say('wait', tries ? words.retrying : words.sending, '');
      const mayShrink = photo.drawn && !photo.isLean;
      let isAborted = false;
      answer = await put(photo.key, photo.body, (s) => mayShrink && (isAborted = s > PATIENCE_S));
      if (current !== photo) return;
      if (isAborted) {
        await lean(photo);
        tries--;
        continue;
      }
      if (!REPEATED.includes(answer.status) || tries === WAITS_S.length) break;
      // A limit that lasts longer than our patience is told, not waited for.
      if (answer.wait > 60) break;
      await sleep(Math.max(answer.wait, WAITS_S[tries]) * (0.8 + 0.4 * Math.random()));
      if (current !== photo) return;
    }
    show('progress', false);
    if (answer.status === 202) {
      keep(photo.key, answer.said.receipt);
      say('wait', answer.said.title, answer.said.advice, ['result'], answer.said.receipt);
      await ask(photo, answer.said.receipt);
    } else {
      const isLasting = answer.status >= 400 && !REPEATED.includes(answer.status);
      say('bad', answer.said.title || words.failed, answer.said.advice || words.failed_advice,
        isLasting ? ['retake'] : ['again', 'retake']);
    }
  }

  // The same photo for a line that would take too long for the whole of it.
  async function lean(photo) {
    photo.isLean = true;
    const body = await written(photo.drawn, LEAN);
    if (body && body.size < photo.body.size) photo.body = body;
  }

  async function ask(photo, receipt) {
    const url = photos + '/' + photo.key + '?lang=' + lang + '&receipt=' + receipt;
    let isTold = false;
    for (const wait of POLLS_S) {
      await sleep(wait);
      if (current !== photo) return;
      try {
        const answer = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' });
        if (current !== photo) return;
        if (!answer.ok) continue;
        const said = await answer.json();
        if (said.state === 'waiting') continue;
        preview(photo.picture, said.corners, said.places);
        say(said.tone, said.title, said.advice, said.may_retake ? ['retake'] : [], said.receipt);
        isTold = true;
        if (said.is_final) return;
      } catch { /* offline for a moment: ask again */ }
    }
    if (!isTold) say('wait', words.slow_verdict, words.slow_verdict_advice, ['result'], receipt);
  }

  async function picked() {
    const file = input.files[0];
    if (!file) return;
    const photo = { key: newKey(), body: file, picture: null, drawn: null, isLean: false };
    current = photo;
    say('wait', words.checking, '');
    at('work').scrollIntoView({ block: 'start' });
    photo.picture = await opened(file);
    let doubtful = '';
    if (photo.picture) {
      try {
        photo.isLean = isSlowLine();
        const how = photo.isLean ? LEAN : WHOLE;
        photo.drawn = drawn(photo.picture, how.px);
        preview(photo.drawn);
        doubtful = doubt(photo.drawn);
        photo.body = (await written(photo.drawn, how)) || file;
        photo.picture = photo.drawn; // the phone need not keep all of it
      } catch { photo.body = file; /* no canvas: the original goes, the server cleans it */ }
    } else {
      preview(null);
      if (!/^image\//.test(file.type)) doubtful = 'unreadable';
    }
    if (current !== photo) return;
    input.value = '';
    if (photo.body.size > largest) doubtful = 'large';
    if (doubtful === 'unreadable' || doubtful === 'large') {
      say('bad', words[doubtful], words[doubtful + '_advice'], ['retake']);
    } else if (doubtful) {
      say('warn', words[doubtful], words[doubtful + '_advice'], ['anyway', 'retake']);
    } else {
      await send(photo);
    }
  }

  document.documentElement.classList.add('js');
  input.addEventListener('change', picked);
  at('anyway').addEventListener('click', () => current && send(current));
  at('again').addEventListener('click', () => current && send(current));
  form.addEventListener('submit', (event) => { event.preventDefault(); input.click(); });
  const before = kept();
  if (before && before.receipt) {
    current = { key: before.key, picture: null };
    keep(before.key, before.receipt);
    say('wait', words.slow_verdict, words.slow_verdict_advice, ['result'], before.receipt);
    ask(current, before.receipt);
  }
})();
