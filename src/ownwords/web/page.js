// What the page needs beyond Gradio. Delegated events only: the page's parts come and go.
"use strict";

// Enter that ends a Hangul composition chooses a syllable; it is not "send".
for (const kind of ["keydown", "keypress"]) {
  document.addEventListener(kind, (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);
}

// A new question is brought to the top of the log; its answer stands below it.
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll("#log .ow-question");
  if (questions.length > asked) questions[questions.length - 1].scrollIntoView({ block: "start" });
  asked = questions.length;
}).observe(document.documentElement, { childList: true, subtree: true });
