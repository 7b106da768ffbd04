// What the page needs beyond Gradio. Delegated events only: the page's parts come and go.
"use strict";
(() => {
  const words = document.querySelector(".ow-head").dataset;
  const status = document.querySelector(".ow-status");
  const language = document.documentElement.lang;
  const all = (selector) => [...document.querySelectorAll(selector)];
  let asked = 0, last = null, timer = 0;

  // Enter that ends a Hangul composition chooses a syllable; it is not "send". Nor is a blank one.
  const stop = (event) => { event.stopPropagation(); event.preventDefault(); };
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      const box = event.target.closest("#ask textarea");
      if (!box || event.key !== "Enter" || event.shiftKey) return;
      if (event.isComposing || event.keyCode === 229 || !box.value.trim()) stop(event);
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
    if (box && event.key === "Enter" && !event.shiftKey) waiting();
  });
  document.addEventListener("click", (event) => {
    const box = document.querySelector("#ask textarea");
    const send = event.target.closest("#ask .submit-button");
    if (send && !box.value.trim()) stop(event);
    else if (send || event.target.closest("#log .option")) waiting();
    const copy = event.target.closest(".ow-copy");
    if (copy) cite(copy.closest(".ow-card"));
    const translate = event.target.closest(".ow-translate");
    if (translate) translated(translate);
    const other = event.target.closest(".ow-lang");
    if (other) {
      const url = new URL(location.href);
      url.searchParams.set("lang", other.lang);
      other.href = url.href;
    }
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

  // A quote in another language than the reader's: the browser's own translation, where it has one,
  // and only when it is asked for.
  const languages = (quote) => ({ sourceLanguage: quote.lang, targetLanguage: language });
  async function offer(card) {
    const quote = card.querySelector("blockquote");
    if (card.dataset.offered || !("Translator" in self) || quote.lang === language) return;
    card.dataset.offered = "1";
    const can = await Translator.availability(languages(quote)).catch(() => "unavailable");
    if (can === "unavailable" || card.querySelector(".ow-translate")) return;
    const button = document.createElement("button");
    button.className = "ow-translate";
    button.textContent = words.translate;
    card.querySelector(".ow-acts").append(button);
  }
  async function translated(button) {
    const quote = button.closest(".ow-card").querySelector("blockquote");
    button.disabled = true;
    say(words.translating, 300);
    try {
      const translator = await Translator.create(languages(quote));
      const text = await translator.translate(quote.innerText);
      const box = document.createElement("div");
      box.className = "ow-translated";
      box.lang = language;
      for (const [name, line] of [["ow-kind", words.translated], ["ow-words", text]]) {
        const part = box.appendChild(document.createElement("p"));
        part.className = name;
        part.textContent = line;
      }
      quote.after(box);
      button.remove();
      say("");
    } catch {
      button.disabled = false;
      say(words.untranslated, 0, 4000);
    }
  }

  // Of a question that is refused on its way Gradio shows only that something failed.
  const fetching = window.fetch;
  window.fetch = async (...asked) => {
    const reply = await fetching(...asked);
    if (reply.status >= 400 && reply.url.includes("/queue/join")) {
      const { error } = await reply.clone().json().catch(() => ({}));
      say(error ? `${error.message}. ${error.fix}.` : words.failed, 0, 8000);
    }
    return reply;
  };

  // Gradio names its log in English and each message by its HTML, and follows the browser's language.
  function name() {
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
    for (const log of all("#log [role=log]")) if (log.ariaLabel !== words.log) log.ariaLabel = words.log;
    for (const message of all("#log [data-testid][aria-label]")) message.removeAttribute("aria-label");
  }

  // Every conversation has an address: its last questions, which the server asks again.
  const shared = (url) => url.searchParams.getAll("q").slice(-words.shared).join("\n");
  function remember(questions) {
    const url = new URL(location.href);
    const before = shared(url);
    url.searchParams.delete("q");
    url.hash = "";
    for (const question of questions.slice(-words.shared)) url.searchParams.append("q", question);
    if (shared(url) !== before) history.pushState(null, "", url);
    document.title = questions.length ? `${questions.at(-1)} — ${words.name}` : words.name;
  }
  addEventListener("popstate", () => {
    const now = all("#log .ow-question").map((question) => question.innerText);
    if (shared(new URL(location.href)) !== now.slice(-words.shared).join("\n")) location.reload();
  });

  // The box is emptied when its question is answered: not what was typed since, and not one that
  // was refused, which has to be shortened or sent again later.
  const plain = (text) => text.split(/\s+/).join(" ").trim();
  function empty(question) {
    const box = document.querySelector("#ask textarea");
    if (plain(box.value) !== plain(question)) return;
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Gradio's errors are English. Where the server cannot be reached, Gradio reloads the page once it
  // is back: the address then holds the question that is still to be answered.
  let toast = null;
  function complain() {
    const now = document.querySelector(".toast-body.error");
    if (now === toast) return;
    toast = now;
    if (!now) return;
    fetch("/healthz").then(() => {}, () => {
      say(words.lost);
      const open = document.querySelector("#ask textarea").value.trim();
      if (open) remember([...all("#log .ow-question").map((question) => question.innerText), open]);
    });
  }

  // A new question is brought to the top of the page; its answer stands below it.
  function follow() {
    name();
    complain();
    all("#log .ow-card").forEach(offer);
    const questions = all("#log .ow-question");
    const top = questions.at(-1);
    if (questions.length === asked && top === last) return;
    say("");
    if (questions.length || asked) remember(questions.map((question) => question.innerText));
    if (top && !top.classList.contains("ow-refused")) empty(top.innerText);
    if (questions.length > asked && asked + questions.length > 1) {
      const bring = () => top.scrollIntoView({ block: "start" });
      bring();
      requestAnimationFrame(() => requestAnimationFrame(bring)); // once the answer has its height
    }
    [asked, last] = [questions.length, top];
  }
  new MutationObserver(follow).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"],
  });
})();
