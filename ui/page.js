// Runs once in each of the page's own HTML parts: `element` is the part, `trigger` reaches the server, `watch` tells
// of a new value. An element that is pressed and has data-act or data-event is sent to the server with its data-…
// attributes, as a click or as that event.
const part = element.closest("[id^='bg-']").id;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const glide = (node, block) => node.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });

const whenVisible = (node, act, frames = 60) => {
  // a tab that is being opened is not there yet
  if (node.offsetParent) requestAnimationFrame(act);
  else if (frames) requestAnimationFrame(() => whenVisible(node, act, frames - 1));
};

element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-act], [data-event]");
  if (pressed) trigger(pressed.dataset.event ?? "click", { ...pressed.dataset });
});

if (part === "bg-head") {
  const dark = localStorage.getItem("baogao-theme");
  if (dark) document.body.classList.toggle("dark", dark === "dark");
  element.addEventListener("click", ({ target }) => {
    const language = target.closest("[data-language]")?.dataset.language;
    if (language) {
      document.cookie = `baogao_lang=${language}; path=/; max-age=31536000; samesite=lax`;
      location.reload();
    } else if (target.closest("[data-theme]")) {
      const now = document.body.classList.toggle("dark") ? "dark" : "light";
      localStorage.setItem("baogao-theme", now);
    }
  });
}

if (part === "bg-head") {
  // Gradio names parts of its chat in English and lists buttons as if they were list items; screen readers do better
  // with the text itself.
  const words = () => element.querySelector("[data-chat]")?.dataset ?? {};
  const tidy = (talk) => {
    const name = words().chat;
    talk.querySelectorAll("a[href^='#cite-'][title]").forEach((marker) => {
      marker.dataset.hint = marker.title; // shown below by `peek`, sooner and larger than a browser would
      marker.removeAttribute("title");
      marker.setAttribute("aria-label", words().source?.replace("{n}", marker.textContent));
    });
    talk.querySelectorAll("[data-testid][aria-label], .example[aria-label]").forEach((n) => n.removeAttribute("aria-label"));
    talk.querySelector(".examples[role]")?.removeAttribute("role");
    const log = talk.querySelector("[role=log]");
    if (name && log?.getAttribute("aria-label") !== name) log?.setAttribute("aria-label", name);
    document.querySelectorAll("#bg-upload button[aria-label]").forEach((n) => n.removeAttribute("aria-label"));
  };

  // A new question goes to the top and its answer grows below it, so that reading starts at the beginning.
  let questions = 0;
  let following = false;
  const follow = (talk) => {
    const log = talk.querySelector("[role=log]");
    const rows = talk.querySelectorAll(".user-row");
    if (rows.length !== questions) {
      following = rows.length > 0;
      if (questions && following) glide(talk.closest("#bg-talk"), "nearest"); // on a phone it may be out of sight
    }
    questions = rows.length;
    if (following) log.scrollTop += rows[questions - 1].getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
  };
  for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    document.addEventListener(moved, ({ target }) => target.closest?.("#bg-chat") && (following = false), { passive: true });
  }

  // The excerpt behind a marker: while the pointer or the focus is on it, or after a tap, which has no pointer to rest.
  const peek = document.querySelector(".gradio-container main").appendChild(document.createElement("div"));
  peek.id = "bg-peek";
  peek.hidden = true;
  let hiding = 0;
  const show = (marker, tapped) => {
    clearTimeout(hiding);
    const [where, ...excerpt] = marker.dataset.hint.split("：");
    peek.replaceChildren(
      Object.assign(document.createElement("b"), { textContent: where }),
      Object.assign(document.createElement("p"), { textContent: excerpt.join("：") }),
    );
    if (tapped) {
      const button = Object.assign(document.createElement("button"), { className: "bg-button", textContent: words().see });
      button.addEventListener("click", () => marker.click());
      peek.append(button);
    }
    peek.role = tapped ? "dialog" : "tooltip";
    peek.ariaLabel = marker.ariaLabel;
    peek.hidden = false;
    marker.setAttribute("aria-describedby", peek.id);
    const place = marker.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = peek;
    const below = place.bottom + 6 + height < innerHeight;
    peek.style.left = `${Math.max(8, Math.min(place.left - 24, innerWidth - width - 8))}px`;
    peek.style.top = `${below ? place.bottom + 6 : Math.max(8, place.top - height - 6)}px`;
  };
  const hide = (after = 0) => (hiding = setTimeout(() => (peek.hidden = true), after));
  const marker = ({ target }) => target.closest?.("#bg-chat a[data-hint]");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && marker(event)) show(marker(event));
    else if (event.target.closest?.("#bg-peek")) clearTimeout(hiding);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && (marker(event) || event.target.closest?.("#bg-peek"))) hide(200);
  });
  document.addEventListener("focusin", (event) => marker(event)?.matches(":focus-visible") && show(marker(event)));
  document.addEventListener("focusout", (event) => marker(event) && hide(200));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  document.addEventListener("scroll", () => peek.hidden || hide(), { capture: true, passive: true });
  document.addEventListener(
    "click",
    (event) => {
      hide();
      if (event.pointerType !== "touch" || !marker(event)) return;
      event.preventDefault();
      event.stopPropagation(); // a tap shows the excerpt; its button leads on
      show(marker(event), true);
    },
    { capture: true },
  );

  new MutationObserver((changes) => {
    const talk = document.getElementById("bg-chat");
    if (!talk || changes.every(({ target }) => peek.contains(target))) return;
    tidy(talk);
    follow(talk);
  }).observe(document.querySelector(".gradio-container"), {
    subtree: true,
    childList: true,
    attributeFilter: ["aria-label"],
  });
}

if (part === "bg-sources") {
  let wanted = null; // what to do once the panel shows the answer `wanted.turn`
  let cameFrom = null; // the marker that was followed, to go back to

  const meet = () => {
    const panel = element.querySelector(".bg-panel");
    if (!wanted || panel?.dataset.turn !== wanted.turn) return false;
    const { act } = wanted;
    wanted = null;
    act(panel);
    return true;
  };
  const want = (turn, act) => {
    wanted = { turn, act };
    if (!meet()) trigger("click", { act: "choose", turn });
  };
  watch("value", meet);

  const openCitation = (panel, id) => {
    document.getElementById("bg-tab-sources-button")?.click();
    const card = panel.querySelector(`#${id}`);
    if (!card) return glide(panel, "start");
    panel.querySelectorAll("details[open].bg-cite").forEach((other) => (other.open = other === card));
    card.open = true;
    requestAnimationFrame(() => {
      const section = card.querySelector(".bg-section");
      const mark = card.querySelector("mark");
      if (mark) section.scrollTop += mark.getBoundingClientRect().top - section.getBoundingClientRect().top - 40;
      glide(card, "start");
      card.querySelector("summary").focus({ preventScroll: true });
    });
  };
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const box = document.body.appendChild(document.createElement("textarea")); // a plain http address has no clipboard
    box.value = text;
    box.select();
    document.execCommand("copy");
    box.remove();
  };
  const goBack = () => {
    if (!cameFrom?.isConnected) return;
    glide(cameFrom, "center");
    cameFrom.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#bg-chat a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const id = link.getAttribute("href").slice(1);
    const [what, turn] = id.split("-");
    if (what === "cite") {
      cameFrom = link;
      want(turn, (panel) => openCitation(panel, id));
    } else if (what === "copy") {
      want(turn, async (panel) => {
        await copy(panel.querySelector(`#plain-${turn}`).value);
        const before = link.textContent;
        link.textContent = `${panel.dataset.copied} ✓`;
        setTimeout(() => (link.textContent = before), 2000);
      });
    }
  });
  element.addEventListener("click", ({ target }) => target.closest("[data-back]") && goBack());
  element.addEventListener("keydown", ({ key }) => key === "Escape" && goBack());
}

if (part === "bg-reader") {
  let shown = ""; // the report that was opened last: a correction must not move it
  const goToPlace = () => {
    const { report = "", target } = element.querySelector(".bg-report")?.dataset ?? {};
    const place = element.querySelector("mark") ?? (target && element.querySelector(`#sec-${target}`));
    if (place) whenVisible(element, () => glide(place, "center"));
    else if (report !== shown) whenVisible(element, () => glide(element.closest(".tabitem"), "start"));
    shown = report;
  };
  watch("value", goToPlace);
  goToPlace(); // a tab's parts are made when it is first opened, with a report already in it
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#sec-']");
    if (!link) return;
    event.preventDefault();
    const section = element.querySelector(link.getAttribute("href"));
    glide(section, "start");
    section.focus({ preventScroll: true });
  });
}

if (part === "bg-understood") {
  // 有用 and 没用 stand in the answer, which can hold links but no buttons of the page's own.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#bg-chat a[href^='#rate-']");
    if (!link) return;
    event.preventDefault();
    const [, turn, useful] = link.getAttribute("href").split("-");
    trigger("like", { turn, useful });
  });
}

if (part === "bg-past") watch("value", () => element.querySelector("a[data-go]")?.click());
