"use strict";
// Everything works without this: forms are sent and the page comes again. With it a row is saved
// where it stands, pictures stay, and what was typed stays too when nobody answers.
const sheet = document.querySelector("[data-sheet]");

function partsOf(form) {
  const row = form.dataset.row;
  return ["said", "waiting", "summary", ...(row ? [`work-${row}`] : [])];
}

function say(words, link) {
  const place = document.getElementById("said");
  const box = document.createElement("div");
  box.className = "said";
  box.setAttribute("role", "alert");
  box.dataset.tone = "bad";
  const text = document.createElement("p");
  text.textContent = words;
  if (link) {
    const way = document.createElement("a");
    way.href = sheet.dataset.signIn;
    way.target = "_blank";
    way.textContent = ` ${sheet.dataset.signInWords}`;
    text.append(way);
  }
  box.append(text);
  place.replaceChildren(box);
  place.scrollIntoView({ block: "nearest" });
}

function swap(form, fresh, moves) {
  const held = document.activeElement && document.activeElement.id;
  for (const name of partsOf(form)) {
    const old = document.querySelector(`[data-part="${CSS.escape(name)}"]`);
    const now = fresh.querySelector(`[data-part="${CSS.escape(name)}"]`);
    if (old && now) old.replaceWith(document.adoptNode(now));
  }
  const wanted = fresh.querySelector("[autofocus]") || document.querySelector("[data-part] [autofocus]");
  const id = moves && wanted ? wanted.id : held;
  const target = id && document.getElementById(id);
  if (!target) return;
  target.focus();
  target.closest(".row, section").scrollIntoView({ block: "nearest" });
}

async function send(form, button, moves) {
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  const told = new FormData(form);
  const body = form.enctype === "multipart/form-data" ? told : new URLSearchParams(told);
  if (button && button.name) body.set(button.name, button.value);
  try {
    // `formAction` of a button without one is the page's own address.
    const address = (button && button.getAttribute("formaction")) || form.action;
    const answer = await fetch(address, { method: "POST", body });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = fresh.querySelector("[data-sheet]");
    if (there && there.dataset.sheet === sheet.dataset.sheet) swap(form, fresh, moves);
    else if (fresh.getElementById("login")) say(sheet.dataset.again, true);
    else if (there) location.assign(answer.url);
    else if (answer.redirected && answer.ok) location.assign(answer.url);
    else say(fresh.querySelector("main").innerText.trim().replace(/\s+/g, " "));
  } catch {
    say(sheet.dataset.away);
  } finally {
    delete form.dataset.sent;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!sheet || !form.matches("[data-swap]")) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    return;
  }
  event.preventDefault();
  send(form, event.submitter, true);
});

// A draft is kept as soon as its field is left.
document.addEventListener("focusin", (event) => {
  const input = event.target;
  if (input.matches("[data-value]") && input.dataset.kept === undefined) input.dataset.kept = input.value;
});

document.addEventListener("focusout", (event) => {
  const input = event.target;
  if (!sheet || !input.matches("[data-value]") || !input.value || input.value === input.dataset.kept) return;
  const form = input.form;
  if (form.dataset.sent || (event.relatedTarget && form.contains(event.relatedTarget))) return;
  send(form, null, false);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (button) take(button);
});

function take(button) {
  const input = button.form.querySelector("[data-value]");
  input.value = button.dataset.take;
  input.focus();
}

function keyOf(event) {
  return event.shiftKey && event.key.startsWith("F") ? `Shift+${event.key}` : event.key;
}

function enterIn(event) {
  const target = event.target;
  const button = document.querySelector(`[data-enter-of="${CSS.escape(target.id)}"]`);
  if (target.matches("select") && (button || target.matches("[data-value]"))) {
    event.preventDefault();
    target.form.requestSubmit(button || target.form.querySelector("[data-row-key=Enter]"));
    return true;
  }
  return false;
}

// Function keys, so that they work while a Chinese input method is typing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  const key = keyOf(event);
  if (key === "Enter" && event.target.id && enterIn(event)) return;
  const row = event.target.closest(".row");
  const own = row && row.querySelector(`[data-row-key="${CSS.escape(key)}"]:not([data-row-key=Enter])`);
  const opens = row && row.querySelector(`[data-row-open="${CSS.escape(key)}"]`);
  const isTyping = event.target.closest("input, textarea, select, button, a, summary");
  const whole = isTyping && key.length === 1 && event.target.closest("input, textarea, select") ? null
    : key === "Enter" && isTyping ? null
    : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const found = own || opens || whole;
  if (!found) return;
  event.preventDefault();
  if (own && own.dataset.take !== undefined) take(own);
  else if (own) own.form.requestSubmit(own);
  else if (opens) {
    opens.parentElement.open = true;
    opens.parentElement.querySelector("select").focus();
  } else if (whole.form) whole.form.requestSubmit(whole);
  else location.assign(whole.href);
});

// Pictures that do not come: say so once.
for (const image of document.querySelectorAll("svg image")) {
  image.addEventListener("error", () => {
    const words = document.getElementById("no-picture");
    if (words) words.hidden = false;
  });
}
