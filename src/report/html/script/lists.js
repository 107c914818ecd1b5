// Cards of messages, and lists of them of which one page stands in the document at a time.

// What opens is drawn when it is opened.
function later(className, summary, draw) {
  const details = make("details", { class: className }, make("summary", {}, summary));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(...[draw()].flat().filter((part) => part !== ""));
  });
  return details;
}

function card(message, concept, hits) {
  const passages = concept ? passagesOf(concept, message) : [];
  const article = make("article", { class: "card" },
    make("p", { class: "who" }, link(message), " · " + who(message)),
    make("p", { class: "text", dir: "auto" }, excerpt(message, passages, hits)));
  if (concept) {
    article.append(make("div", { class: "pair" },
      later("why", "Why is this here?", () => why(concept, message)),
      later("else", "What else might it be?", () => otherwise(concept, message)),
      later("review", "Review", () => review(concept, message))), board(nameOf(concept, message)));
  } else {
    const tags = data.concepts.filter((c) => (c.kind === "theme" || c.kind === "code") && has(c, message));
    if (tags.length) article.append(make("ul", { class: "tags", "aria-label": "Themes and codes" }, tags.map((c) => make("li", {}, whyLink(c, message, (c.kind === "theme" ? "theme: " : "") + c.label)))));
    const on = new Set(decisionsOn(message).map((one) => one.concept));
    if (on.size) article.append(make("ul", { class: "on", "aria-label": "Decisions" }, [...on].map((c) => make("li", {}, whyLink(c, message, c.label + (has(c, message) ? "" : " (not concluded)")), board(nameOf(c, message))))));
  }
  return article;
}

// An author or thread that has a concept.
function subject(concept, place) {
  const row = make("div", { class: "subject" }, make("p", { class: "name" }, concept.subjects[place]),
    make("div", { class: "pair" }, later("why", "Why is this here?", () => why(concept, place)), later("review", "Review", () => review(concept, place))), board(nameOf(concept, place)));
  row.dataset.subject = nameOf(concept, place);
  return row;
}

// A list of which one page stands in the document at a time.
const lists = [];
function list(place, items, size, draw) {
  let page = 0;
  const show = (most, focus) => {
    const pages = Math.max(1, Math.ceil(items.length / size));
    page = Math.min(Math.max(0, page), pages - 1);
    const from = most === undefined ? page * size : 0;
    const to = Math.min(items.length, from + (most === undefined ? size : most));
    const cards = [];
    for (let i = from; i < to; i++) cards.push(draw(items[i]));
    place.replaceChildren(...cards);
    if (most !== undefined && items.length > to) place.append(make("p", { class: "soft" }, "and " + many(items.length - to, "more message")));
    if (most === undefined && pages > 1) {
      const turn = (words, by, off) => {
        const button = make("button", { type: "button", disabled: off }, words);
        button.addEventListener("click", () => {
          page += by;
          show(undefined, by);
        });
        return button;
      };
      const status = make("span", { role: "status" }, (from + 1).toLocaleString("en") + "–" + to.toLocaleString("en") + " of " + items.length.toLocaleString("en"));
      const [back, on] = [turn("Previous", -1, page === 0), turn("Next", 1, page === pages - 1)];
      place.append(make("div", { class: "pager" }, back, status, on));
      if (focus) {
        place.scrollIntoView({ block: "start" });
        const wanted = focus < 0 ? back : on;
        (wanted.disabled ? (focus < 0 ? on : back) : wanted).focus({ preventScroll: true });
      }
    }
  };
  show();
  lists.push({ place, show });
  return {
    update: (wanted) => { items = wanted; page = 0; show(); },
    reach: (item) => { page = Math.floor(Math.max(0, items.indexOf(item)) / size); show(); },
  };
}

// Lists are drawn when they come near the window.
const waiting = new Map();
const seen = typeof IntersectionObserver === "undefined" ? null : new IntersectionObserver((entries) => entries.filter((e) => e.isIntersecting).forEach((e) => drawList(e.target)), { rootMargin: "800px" });
function drawList(place) {
  const draw = waiting.get(place);
  if (!draw) return;
  waiting.delete(place);
  if (seen) seen.unobserve(place);
  draw();
}
function soon(place, draw) {
  waiting.set(place, draw);
  if (seen) seen.observe(place);
  else drawList(place);
}

const bySubject = new Map(); // Of concepts of authors and threads, their lists.
function fill() {
  for (const named of document.querySelectorAll("[data-subjects]")) {
    const concept = concepts.get(named.dataset.subjects);
    const place = make("div", { class: "subjects" });
    named.replaceWith(place);
    soon(place, () => bySubject.set(concept, list(place, concept.subjects.map((_, i) => i), 8, (i) => subject(concept, i))));
  }
  for (const place of document.querySelectorAll("[data-concept]")) {
    const concept = concepts.get(place.dataset.concept);
    if (concept && concept.members.length) soon(place, () => list(place, order(concept), concept.kind === "theme" ? 5 : 4, (message) => card(message, concept)));
  }
  for (const place of document.querySelectorAll("[data-list]")) {
    const of = place.dataset.of;
    const code = data.people.find((p) => p.id === of);
    const items = { uncoded: data.uncoded, aside: of && concepts.has(of) ? concepts.get(of).aside : [] }[place.dataset.list] || (code ? code[place.dataset.list] : []);
    if (items.length) soon(place, () => list(place, items, 5, (message) => card(message, null)));
  }
  for (const details of document.querySelectorAll("details[data-fact]")) {
    const { fact, proof, words, of, text } = details.dataset;
    if (!details.matches(".review")) continue;
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(decide("fact:" + fact, "#" + (of || "fact:" + encodeURIComponent(fact)), fact, proof, words, text));
    });
  }
  for (const details of document.querySelectorAll("details[data-near]")) {
    const { near, message, text, absent } = details.dataset;
    const concept = concepts.get(near), place = Number(message), where = nameOf(concept, place);
    details.after(board(where));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(decide(where, "#" + where, fact(concept, place), null, idOf(concept, place) + ": not " + concept.label, text, absent));
    });
  }
  for (const details of document.querySelectorAll("details[data-step]")) {
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(...proof(Number(details.dataset.step), details.dataset.count, details.dataset.fact));
    });
  }
}

// Messages with the most different passages first, as the strongest.
function order(concept) {
  const flat = ready(concept).passages;
  const count = (message) => {
    let found = 0;
    for (let i = concept.from.get(message) ?? flat.length; i < flat.length && flat[i] === message; i += 4) {
      const told = found && flat[i - 3] === flat[i + 1] && flat[i - 2] === flat[i + 2];
      found += flat[i + 2] > flat[i + 1] && !told ? 1 : 0;
    }
    return found;
  };
  const counted = concept.members.map((message) => [message, count(message)]);
  return counted.sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([message]) => message);
}

