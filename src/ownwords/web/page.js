// What the page needs beyond Gradio. Delegated events only: the page's parts come and go.
"use strict";
(() => {
  const words = document.querySelector(".ow-head").dataset;
  const status = document.querySelector(".ow-status");
  const all = (selector) => [...document.querySelectorAll(selector)];
  let asked = 0, timer = 0;

  // Enter that ends a Hangul composition chooses a syllable; it is not "send".
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
    }, true);
  }

  function say(text, after = 0, until = 0) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      status.textContent = text;
      if (until) timer = setTimeout(() => { status.textContent = ""; }, until);
    }, after);
  }

  // A question on its way is said only when the answer takes its time.
  const waiting = () => { if (navigator.onLine) say(words.waiting, 500, 30000); else say(words.offline); };
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest("#ask textarea");
    if (box && event.key === "Enter" && !event.shiftKey && !event.isComposing && box.value.trim()) waiting();
  });
  document.addEventListener("click", (event) => {
    const box = document.querySelector("#ask textarea");
    if (event.target.closest("#log .option") || (event.target.closest("#ask .submit-button") && box.value.trim())) waiting();
    const copy = event.target.closest(".ow-copy");
    if (copy) cite(copy.closest(".ow-card"));
  }, true);
  addEventListener("offline", () => say(words.offline));
  addEventListener("online", () => say(""));

  // A quote as a citation: the words, the title, the date, where they stand.
  function cite(card) {
    const source = card.querySelector("cite a");
    const date = card.querySelector("time");
    const line = [source.textContent, date && date.textContent].filter(Boolean).join(", ");
    const text = `“${card.querySelector("blockquote").innerText}”\n${line}\n${source.href}`;
    const done = () => say(words.copied, 0, 2500);
    if (navigator.clipboard) return navigator.clipboard.writeText(text).then(done, () => {});
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = text;
    area.select();
    if (document.execCommand("copy")) done();
    area.remove();
  }

  // Gradio names its log in English and each message by its HTML.
  function name() {
    for (const log of all("#log [role=log]")) if (log.ariaLabel !== words.log) log.ariaLabel = words.log;
    for (const message of all("#log [data-testid][aria-label]")) message.removeAttribute("aria-label");
  }

  // A new question is brought to the top of the page; its answer stands below it.
  function follow() {
    name();
    const questions = all("#log .ow-question");
    if (questions.length !== asked) say("");
    if (questions.length > asked) questions.at(-1).scrollIntoView({ block: "start" });
    asked = questions.length;
  }
  new MutationObserver(follow).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"],
  });
})();
