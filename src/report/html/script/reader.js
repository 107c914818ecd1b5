// One message, with everything that is said of it.

const reader = byId("reader");
let before = null;

function open(message, conceptId) {
  const text = messages.texts[message];
  const kinds = [["theme", "Themes"], ["code", "Codes"], ...data.kinds.filter((k) => k.name !== "theme" && k.name !== "code" && k.subject === "message").map((k) => [k.name, k.label])];
  const all = data.concepts.filter((c) => has(c, message));
  const passages = all.filter((c) => c.kind === "code" || c.kind === "theme").flatMap((c) => passagesOf(c, message)).filter((p) => p.end > p.start).map((p) => within(text, p));
  const go = (words, to, label) => {
    const button = make("button", { type: "button", "aria-label": label, disabled: to < 0 || to >= messages.ids.length }, words);
    button.addEventListener("click", () => (location.hash = anchor(messages.ids[to])));
    return button;
  };
  const close = make("button", { type: "button" }, "Close");
  close.addEventListener("click", () => reader.close());
  if (!replies) {
    replies = new Map();
    messages.answers.forEach((parent, child) => parent >= 0 && (replies.get(parent) || replies.set(parent, []).get(parent)).push(child));
  }
  const chain = (words, list) => (list.length ? make("div", {}, make("h3", {}, words), list.slice(0, 10).map((m) => make("div", { class: "chain" }, make("p", { class: "who" }, link(m), " · " + who(m)), make("p", { class: "text", dir: "auto" }, excerpt(m, []))))) : "");
  const place = messages.places[2 * message] >= 0 ? messages.files[messages.places[2 * message]] + ":" + messages.places[2 * message + 1] : "";
  const own = messages.attributes.filter((a) => a.of === "message" && a.values[message]).map((a) => a.name + ": " + a.values[message]);
  const body = make("div", { class: "reader" },
    make("div", { class: "bar-top" }, make("h2", { id: "reader-title", tabindex: "-1" }, messages.ids[message]), go("‹", message - 1, "Message before"), go("›", message + 1, "Message after"), close),
    make("p", { class: "soft" }, [who(message), ...own, place].filter(Boolean).join(" · ")),
    make("p", { class: "full", dir: "auto" }, marked(text, smallest(passages), 0, text.length)),
    passages.length ? make("details", {}, make("summary", {}, "Passages ", make("span", { class: "count" }, String(passages.length))),
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Passages" }, make("table", {}, make("thead", {}, make("tr", {}, ["Passage", "code or theme", "coded by"].map((h) => make("th", { scope: "col" }, h)))),
        make("tbody", {}, passages.sort((a, b) => a.start - b.start || a.end - b.end).map((p) => make("tr", {}, make("td", {}, "“" + text.slice(p.start, p.end) + "”"), make("td", {}, conceptLink(p.concept)), make("td", {}, p.coders.map((coder) => data.coders[coder]).join(", ")))))))) : "",
    all.length ? "" : make("p", {}, "Nothing codes this message."),
    kinds.map(([kind, label]) => {
      const of = all.filter((c) => c.kind === kind);
      if (!of.length) return "";
      return make("div", {}, make("h3", {}, label), of.map((c) => {
        const details = later("why holds", c.label, () => [make("p", { class: "size" }, conceptLink(c)), ...[why(c, message)].flat(), later("review", "Review", () => review(c, message))]);
        details.dataset.why = c.id;
        return make("div", {}, details, board(nameOf(c, message)));
      }));
    }),
    past(message),
    make("div", {}, make("h3", {}, "What else might it be?"), otherwise({ kind: "" }, message).filter((p) => !/^(It belongs to the theme|Its codes)/.test(p.textContent))),
    chain("It answers", messages.answers[message] >= 0 ? [messages.answers[message]] : []),
    chain("Answered by", replies.get(message) || []));
  reader.replaceChildren(body);
  if (!reader.open) {
    before = document.activeElement;
    reader.showModal();
  }
  reader.scrollTop = 0;
  const asked = conceptId && [...body.querySelectorAll("details[data-why]")].find((d) => d.dataset.why === conceptId);
  if (asked) {
    asked.open = true;
    asked.querySelector("summary").focus();
    asked.scrollIntoView({ block: "center" });
  } else byId("reader-title").focus();
  document.title = messages.ids[message] + " – " + title;
}

// Decisions on what the study no longer concludes of a message.
function past(message) {
  const gone = new Set(decisionsOn(message).map((one) => one.concept).filter((concept) => !has(concept, message)));
  if (!gone.size) return "";
  return make("div", {}, make("h3", {}, "Decided on, and not concluded now"), [...gone].map((concept) => make("div", {}, make("p", { class: "size" }, conceptLink(concept)), board(nameOf(concept, message)))));
}

const title = document.title;
reader.addEventListener("close", () => {
  document.title = title;
  if (pointsAtMessage()) history.pushState(null, "", location.pathname + location.search);
  if (before && before.isConnected) before.focus();
});
reader.addEventListener("click", (event) => {
  if (event.target === reader) reader.close();
});

// What the address points at: a message, a proof, or something that stands in the page.
function pointed() {
  let hash = location.hash.slice(1);
  if (hash.startsWith("why:")) {
    const [, name, ...rest] = hash.split(":");
    const id = plain(rest.join(":"));
    const concept = concepts.get(plain(name));
    const place = concept ? concept.subjects.indexOf(id) : -1;
    return place >= 0 ? { concept, place } : { message: number.get(id), concept: plain(name) };
  }
  if (hash.startsWith("fact:")) {
    const board = [...document.querySelectorAll("[data-decided]")].find((e) => e.dataset.decided === plain(hash));
    return board ? { element: board.parentElement } : {};
  }
  if (hash.startsWith("messages?")) return { asked: new URLSearchParams(hash.slice(9)) };
  if (hash.startsWith("message:")) return { message: number.get(plain(hash.slice(8))) };
  hash = plain(hash);
  const element = hash && byId(hash);
  if (element) return { element };
  return { message: number.get(hash) };
}
function plain(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
const pointsAtMessage = () => pointed().message !== undefined;

function follow() {
  const to = pointed();
  if (to.message !== undefined) return open(to.message, to.concept);
  if (reader.open) {
    before = null;
    reader.close();
  }
  if (to.asked) {
    for (const [name, value] of to.asked) if (field(name)) field(name).value = value;
    search(false);
    byId("messages").scrollIntoView();
  } else if (to.place !== undefined) {
    // Of an author or thread that has a concept, the row in its list.
    const details = byId(to.concept.id);
    for (let e = details; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    drawList(details.querySelector(".subjects"));
    bySubject.get(to.concept).reach(to.place);
    const row = [...details.querySelectorAll("[data-subject]")].find((e) => e.dataset.subject === nameOf(to.concept, to.place));
    row.querySelector("details").open = true;
    row.scrollIntoView({ block: "start" });
    row.querySelector("summary").focus({ preventScroll: true });
  } else if (to.element) {
    for (let e = to.element; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    const heading = to.element.matches("section") ? to.element.querySelector("h2") : to.element.querySelector("summary, a") || to.element;
    if (!heading.matches("a, summary")) heading.tabIndex = -1;
    to.element.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }
}

