// The page inside a site's widget: it speaks with that site's own script, and with nobody else.
"use strict";
(() => {
  const box = () => document.querySelector("#ask textarea");
  const say = (ownwords, more) => parent.postMessage({ ownwords, ...more }, "*"); // never words of a visitor
  // A step in a frame would be a step of the site's own back button.
  history.pushState = history.replaceState.bind(history);

  function ask(question) {
    const area = box();
    area.value = question;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => document.querySelector("#ask .submit-button").click());
  }
  addEventListener("message", (event) => {
    if (event.source !== parent || parent === window) return;
    const { ownwords: kind, value } = event.data || {};
    if (kind === "ask" && typeof value === "string" && box()) ask(value);
    if (kind === "focus") box()?.focus();
    if (kind === "theme" && (value === "dark" || value === "light")) document.documentElement.dataset.theme = value;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) say("close");
  });

  say("here"); // before Gradio, which takes its time on a slow line
  let ready = false, answers = 0;
  function look() {
    if (!ready && box()) {
      ready = true;
      say("ready");
    }
    const now = document.querySelectorAll("#log .ow-question").length;
    if (now === answers) return;
    answers = now;
    const last = [...document.querySelectorAll("#log .ow-answer")].at(-1);
    if (now) say("answer", { quotes: last ? last.querySelectorAll(".ow-card").length : 0 });
  }
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
