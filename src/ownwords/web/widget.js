// The one line a site needs. A custom element in a shadow of its own: it takes no style from the
// page and gives none, keeps nothing in the browser, and loads nothing more until it is opened.
"use strict";
(() => {
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  const origin = new URL(script.src).origin;
  const given = { accent: "#8a5a1f" }; // the server puts its own settings here
  const words = {
    ko: { label: "글에 묻기", close: "닫기", lost: "{o} 이(가) 열리지 않습니다. 서버가 켜져 있는지, 서버의 설정 allowed_sites에 {s} 이(가) 있는지 확인해 주세요.",
      policy: "이 사이트의 Content-Security-Policy가 막았습니다. frame-src에 {o} 을(를) 넣어 주세요." },
    en: { label: "Ask my writing", close: "Close", lost: "{o} did not open. Check that the server runs and that its setting allowed_sites holds {s}.",
      policy: "This site's Content-Security-Policy is in the way: add {o} to frame-src." },
  };
  const css = `
    :host { all: initial !important; direction: ltr !important; --p: #faf9f6; --i: #23211e; --l: #69635a; }
    :host([theme=dark]) { --p: #171614; --i: #ebe7e0; --l: #a9a298; color-scheme: dark !important; }
    :host([mode=bubble]) { position: fixed !important; inset: auto auto !important; z-index: var(--z) !important; }
    :host([mode=inline]) { display: block !important; height: var(--ownwords-height, 36rem) !important; }
    :host([mode=link]) { display: inline !important; font: inherit !important; color: inherit !important; }
    * { box-sizing: border-box; }
    button, p, a { margin: 0; font: 600 16px/1.4 system-ui, -apple-system, "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
    a { font: inherit; color: inherit; text-decoration: underline; cursor: pointer; }
    button { cursor: pointer; border: 0; min-width: 44px; min-height: 44px; }
    :focus-visible { outline: 3px solid var(--i); outline-offset: 2px; box-shadow: 0 0 0 2px var(--p); }
    .open { padding: 12px 20px; border-radius: 26px; background: var(--a); color: var(--o); box-shadow: 0 2px 12px #0004; white-space: nowrap; max-width: calc(100vw - 32px); overflow: hidden; text-overflow: ellipsis; }
    .bubble { position: fixed; }
    .right { right: max(16px, env(safe-area-inset-right)); } .left { left: max(16px, env(safe-area-inset-left)); }
    .bottom { bottom: max(16px, env(safe-area-inset-bottom)); } .top { top: max(16px, env(safe-area-inset-top)); }
    dialog { position: fixed; inset: auto; margin: 0; padding: 0; border: 0; width: 416px; max-width: none; max-height: none; height: min(680px, 100dvh - 32px); border-radius: 16px; box-shadow: 0 8px 40px #0006; outline: #8884 solid 1px; }
    dialog.bottom { bottom: 16px; } dialog.top { top: 16px; } dialog.right { right: 16px; } dialog.left { left: 16px; }
    dialog::backdrop { background: #0003; }
    dialog[open], section { display: flex; flex-direction: column; overflow: hidden; background: var(--p); color: var(--i); }
    section { height: 100%; border: 1px solid var(--l); border-radius: 12px; }
    section.shut { align-items: center; justify-content: center; gap: 16px; padding: 24px; text-align: center; }
    header { display: flex; align-items: center; gap: 8px; padding: 4px 4px 4px 20px; }
    header p { flex: 1; min-width: 0; overflow-wrap: anywhere; word-break: keep-all; }
    header button { background: none; color: inherit; border-radius: 12px; font-size: 24px; }
    .said { padding: 20px; font-weight: 400; overflow-wrap: anywhere; }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: var(--p); color-scheme: inherit; }
    [hidden] { display: none !important; }
    @media (max-width: 600px) {
      dialog, dialog.top, dialog.bottom, dialog.left, dialog.right { inset: var(--t, 0) 0 auto; width: 100%; height: var(--h, 100%); border-radius: 0; }
      dialog { padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); }
    }
    @media print { .bubble, dialog { display: none !important; } }
    @media (forced-colors: active) { .open { border: 1px solid ButtonText; } }`;

  // Any colour that CSS can write, as red, green, blue and alpha: a canvas reads them all.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  function colour(text) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = "#0000";
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    return pen.getImageData(0, 0, 1, 1).data;
  }
  const light = ([r, g, b]) => [r, g, b].reduce((sum, v, at) => {
    v /= 255;
    return sum + [.2126, .7152, .0722][at] * (v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  }, 0);
  const make = (name, props = {}) => Object.assign(document.createElement(name), props);
  const night = matchMedia("(prefers-color-scheme: dark)");

  // The host's own look: the first ground it paints, else the scheme it declares.
  function theme() {
    for (const part of [document.body, document.documentElement]) {
      const ground = colour(getComputedStyle(part).backgroundColor);
      if (ground[3] > 127) return light(ground) < .18 ? "dark" : "light";
    }
    const scheme = getComputedStyle(document.documentElement).colorScheme;
    return scheme.includes("dark") && (night.matches || !scheme.includes("light")) ? "dark" : "light";
  }

  const known = window.ownwords; // may be an element of that id
  const api = known?.widgets ? known : window.ownwords = Object.assign(new EventTarget(), {
    widgets: [],
    open: () => first()?.open(),
    ask: (question) => first()?.ask(question),
    close: () => api.widgets.forEach((widget) => widget.close()),
  });
  const first = () => api.widgets.find((widget) => widget.isConnected);

  class Widget extends HTMLElement {
    // `options` are the script's data- attributes; `home` is where the page lives.
    begin(options, home, defaults) {
      [this.options, this.home, this.waiting] = [options, home, []];
      this.mode = ["inline", "link"].includes(options.mode) ? options.mode : "bubble";
      this.language = (options.language || document.documentElement.lang || navigator.language).startsWith("ko") ? "ko" : "en";
      this.words = words[this.language];
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
      this.setAttribute("mode", this.mode);
      this.lang = this.language;
      const asked = options.accent && colour(options.accent)[3] === 255 ? options.accent : defaults.accent;
      const accent = colour(asked);
      this.accent = "#" + [...accent].slice(0, 3).map((v) => v.toString(16).padStart(2, "0")).join("");
      this.style.setProperty("--a", this.accent);
      this.style.setProperty("--o", light(accent) > .179 ? "#000" : "#fff");
      this.style.setProperty("--z", parseInt(options.zIndex, 10) || 2147483000);
      const place = /top/.test(options.position) ? "top " : "bottom ";
      this.place = place + (/left/.test(options.position) ? "left" : "right");
      this.build(root);
      this.look();
    }

    build(root) {
      const label = this.options.label || this.words.label;
      const named = this.named = this.options.greeting || label;
      this.opener = this.mode === "link" ? make("a", { href: this.home + "/" }) : make("button", { type: "button" });
      this.opener.className = this.mode === "link" ? "" : "open";
      this.opener.textContent = label;
      this.opener.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey) return; // a link in a new tab stays one
        event.preventDefault();
        this.open();
      });
      const shut = make("button", { type: "button", textContent: "×", ariaLabel: this.words.close });
      shut.addEventListener("click", () => this.close());
      this.header = make("header");
      this.header.append(make("p", { textContent: named, id: "name" }), shut);
      this.said = make("p", { className: "said", hidden: true });
      this.said.setAttribute("role", "alert");
      if (this.mode === "inline") {
        this.panel = make("section", { className: "shut", ariaLabel: named });
        this.teaser = make("p", { textContent: this.options.greeting || "", hidden: !this.options.greeting });
        this.header.hidden = true;
        this.panel.append(this.teaser, this.opener, this.header, this.said);
        root.append(this.panel);
        return;
      }
      this.opener.setAttribute("aria-haspopup", "dialog");
      if (this.mode === "bubble") this.opener.classList.add("bubble", ...this.place.split(" "));
      this.panel = make("dialog", { className: this.place });
      this.panel.setAttribute("aria-labelledby", "name");
      this.panel.append(this.header, this.said);
      this.panel.addEventListener("click", (event) => event.target === this.panel && this.close());
      this.panel.addEventListener("close", () => this.closed());
      root.append(this.opener, this.panel);
    }

    connectedCallback() {
      if (!this.options) return this.remove(); // a copy, from a site that keeps its pages to show them again
      this.page = document.body;
      this.scope();
      const watch = (target, kind, act) => {
        target.addEventListener(kind, act);
        return () => target.removeEventListener(kind, act);
      };
      const look = () => this.look();
      const seen = new MutationObserver(look);
      for (const part of [document.documentElement, document.body]) {
        seen.observe(part, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-color-mode", "data-bs-theme"] });
      }
      this.ends = [
        watch(window, "message", (event) => this.heard(event)),
        watch(document, "keydown", (event) => this.key(event)),
        watch(document, "securitypolicyviolation", (event) => this.blocked(event)),
        watch(night, "change", look),
        watch(visualViewport, "resize", () => this.fit()),
        watch(visualViewport, "scroll", () => this.fit()),
        watch(window, "load", look),
        () => seen.disconnect(),
      ];
    }

    // A site that swaps its whole body while navigating keeps its bubble.
    disconnectedCallback() {
      if (!this.ends) return;
      this.ends.forEach((end) => end());
      this.forget();
      if (this.mode === "bubble") {
        requestAnimationFrame(() => {
          if (!this.isConnected && document.body !== this.page) document.body.append(this);
        });
      }
    }

    look() {
      const wanted = this.options.theme;
      const now = wanted === "dark" || wanted === "light" ? wanted : theme();
      if (this.getAttribute("theme") === now) return;
      this.setAttribute("theme", now);
      this.tell("theme", now);
    }

    // What a phone's keyboard leaves free; a page that is zoomed into keeps its size.
    fit() {
      const { height, offsetTop, scale } = visualViewport;
      this.style.setProperty("--h", scale > 1.01 ? "100%" : height + "px");
      this.style.setProperty("--t", scale > 1.01 ? "0" : offsetTop + "px");
    }

    key(event) {
      if (event.key === "Escape" && this.mode === "inline" && this.isOpen && event.composedPath().includes(this)) this.close();
      const keys = (this.options.shortcut || "").toLowerCase().split("+");
      const key = keys.pop();
      if (!key || event.isComposing || event.key?.toLowerCase() !== key) return;
      const held = event.metaKey || event.ctrlKey || event.altKey;
      if (keys.length ? !(keys.includes("alt") ? event.altKey : event.metaKey || event.ctrlKey) : held) return;
      const at = event.composedPath()[0];
      if (!keys.length && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))) return;
      event.preventDefault();
      this.open();
    }

    // The page in its embedded form. "This post only" is known by the canonical address.
    source(question) {
      const url = new URL("/", this.home);
      const put = (name, value) => value && url.searchParams.set(name, value);
      put("embed", "1");
      put("lang", this.language);
      put("__theme", this.getAttribute("theme"));
      put("accent", this.options.accent && this.accent.slice(1));
      put("scope", this.scope());
      put("q", question);
      return url.href;
    }

    // Some sites change the page while navigating but not its head: the canonical address then is
    // that of a page before.
    scope() {
      const scope = this.options.scope;
      if (scope !== "post") return scope;
      const here = location.href.replace(/[?#].*/, "");
      const told = document.querySelector("link[rel=canonical]")?.href;
      if (!told || (told === this.told && here !== this.here)) return here;
      this.here = here;
      return this.told = told;
    }

    load(question) {
      this.forget();
      this.about = this.scope();
      this.frame = make("iframe", { title: this.named, allow: "clipboard-write", referrerPolicy: "origin" });
      this.frame.addEventListener("load", () => {
        this.timer = setTimeout(() => this.fail(this.words.lost), 3000);
      });
      this.frame.src = this.source(question);
      this.panel.append(this.frame);
    }

    forget() {
      clearTimeout(this.timer);
      this.frame?.remove();
      this.frame = this.ready = this.settled = null;
      this.said.hidden = true;
      this.waiting = [];
    }

    fail(sentence) {
      if (this.settled || !this.frame) return;
      this.said.textContent = sentence.replaceAll("{o}", this.home).replaceAll("{s}", location.origin);
      this.said.hidden = false;
      this.frame.remove();
      this.frame = null; // the next opening tries again
    }

    blocked(event) {
      if (this.frame && /^(frame|child|default)-src/.test(event.effectiveDirective) && event.blockedURI.startsWith(this.home)) this.fail(this.words.policy);
    }

    heard(event) {
      if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.home) return;
      const { ownwords: kind, quotes } = event.data || {};
      if (kind) this.settled = true;
      if (kind === "ready") {
        this.ready = true;
        this.tell("theme", this.getAttribute("theme"));
        this.waiting.splice(0).forEach((question) => this.tell("ask", question));
        if (this.isOpen) this.point();
        this.announce("ready");
      }
      if (kind === "close") this.close();
      if (kind === "answer") this.announce("answer", { quotes });
    }

    tell(kind, value) {
      if (this.ready) this.frame.contentWindow.postMessage({ ownwords: kind, value }, this.home);
    }

    announce(kind, detail = {}) {
      api.dispatchEvent(new CustomEvent(kind, { detail: { ...detail, widget: this } }));
    }

    // On a phone the keyboard comes up when the visitor taps the box, not before.
    point() {
      if (!matchMedia("(pointer: fine)").matches) return;
      this.frame.focus();
      this.tell("focus");
    }

    open(question = this.options.question) {
      this.look();
      if (!this.frame || this.about !== this.scope()) this.load(question);
      if (this.isOpen) return;
      this.isOpen = true;
      if (this.mode === "inline") {
        this.panel.className = "";
        this.teaser.hidden = this.opener.hidden = true;
        this.header.hidden = false;
        this.header.lastChild.focus();
      } else this.panel.showModal();
      if (this.ready) this.point();
      this.announce("open");
    }

    ask(question) {
      const text = String(question).trim();
      if (!text) return this.open();
      if (!this.frame || this.about !== this.scope()) this.load(text);
      else if (this.ready) this.tell("ask", text);
      else this.waiting.push(text);
      this.open();
    }

    close() {
      if (!this.isOpen) return;
      if (this.mode !== "inline") return this.panel.close();
      this.panel.className = "shut";
      this.header.hidden = true;
      this.opener.hidden = false;
      this.teaser.hidden = !this.teaser.textContent;
      this.forget();
      this.opener.focus();
      this.closed();
    }

    closed() {
      this.isOpen = false;
      this.announce("close");
    }
  }

  if (!customElements.get("ownwords-widget")) customElements.define("ownwords-widget", Widget);

  function begin() {
    const key = JSON.stringify([origin, { ...script.dataset }]);
    const twin = api.widgets.find((widget) => widget.made === key && widget.mode === "bubble");
    if (twin) return twin.isConnected || document.body.append(twin); // a script that ran again
    const widget = make("ownwords-widget", { made: key });
    widget.begin({ ...script.dataset }, origin, given);
    api.widgets.push(widget);
    if (widget.mode === "bubble" || !script.isConnected || document.head.contains(script)) document.body.append(widget);
    else script.after(widget);
  }
  if (document.body && (script.dataset.mode || document.readyState !== "loading")) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
