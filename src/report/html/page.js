// Draws what the data of the page say. Whatever comes from the data is put into the page as text, never as markup.
const SECTIONS = new Set(["content", "findings", "inferences", "relations", "tables", "map", "themes", "theory", "codes", "messages", "uncoded", "overlap", "saturation", "people", "memos", "rules", "sources", "data", "changes", "reader", "reader-title", "search", "q", "found", "named", "results", "authors", "trouble", "study-data", "message", "reviews", "mine", "hand", "hand-count", "hand-out"]);
const PRINTED = 8; // So many cards of a list are printed,
const FEWER = 3; // and so many of a code.
const AROUND = 220; // So many signs of a long message are shown on either side of a passage.
const NARROW = 70; // So many in an explanation, where the passage itself is what counts.
const NOBODY = -1;

const byId = (id) => document.getElementById(id);
// An element with attributes and children; a child that is no element becomes text.
const make = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
};
const many = (count, one) => (count === 1 ? "1 " + one : count.toLocaleString("en") + " " + one + "s");

// A report in a folder has its data in files beside it, which say what they hold as they come in.
const parts = Number(byId("study-data").dataset.parts);
const arrived = parts > 0 && new Promise((resolve, reject) => {
  const texts = new Array(parts).fill(null);
  window.henceData = (number, text) => {
    texts[number] = text;
    if (!texts.includes(null)) resolve(texts.join(""));
  };
  addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement) reject(new Error(event.target.getAttribute("src") + " is not there; the files of this folder belong together"));
  }, true);
});

async function read() {
  const script = byId("study-data");
  if (script.dataset.packed !== "true") return JSON.parse(script.textContent);
  const packed = arrived ? await arrived : script.textContent.trim();
  if (typeof DecompressionStream === "undefined") throw new Error("this browser cannot unpack the data; a newer one can");
  const letters = atob(packed);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  script.textContent = "";
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Numbers that were written as differences.
const summed = (steps) => {
  let last = 0;
  return steps.map((step) => (last += step));
};

let data, messages, concepts, number, aside, replies, sourceOf;

function prepare(read) {
  data = read;
  messages = data.messages;
  number = new Map(messages.ids.map((id, i) => [id, i]));
  concepts = new Map();
  for (const concept of data.concepts) {
    concept.members = summed(concept.members);
    concept.aside = summed(concept.aside);
    concept.proofs = new Map((data.proofs[concept.id] || []).map(([message, step, id]) => [message, { step, id }]));
    concepts.set(concept.id, concept);
  }
  data.uncoded = summed(data.uncoded);
  for (const code of data.people) {
    code["only-people"] = summed(code["only-people"]);
    code["only-rules"] = summed(code["only-rules"]);
  }
  replies = null;
}

const holds = (sorted, wanted) => {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
};
const has = (concept, message) => holds(concept.members, message);

// What is large of a concept is made ready when somebody asks for it: where the passages of each message begin.
function ready(concept) {
  if (concept.from) return concept;
  concept.from = new Map();
  concept.clauses.forEach((clause) => (clause.found = summed(clause.found)));
  const flat = concept.passages;
  let last = 0;
  for (let i = 0; i < flat.length; i += 4) {
    flat[i] = last += flat[i];
    if (!concept.from.has(last)) concept.from.set(last, i);
  }
  return concept;
}

// The passages of a concept in a message.
function passagesOf(concept, message) {
  const found = [];
  const flat = ready(concept).passages;
  for (let i = concept.from.get(message) ?? flat.length; i < flat.length && flat[i] === message; i += 4) {
    found.push({ start: flat[i + 1], end: flat[i + 2], coder: flat[i + 3], concept });
  }
  return found;
}

// Passages are counted in characters, and texts in halves of some of them.
const wide = /[\ud800-\udbff]/;
function at(text, place) {
  if (!wide.test(text)) return place;
  let offset = 0;
  for (let i = 0; i < place && offset < text.length; i++) offset += text.codePointAt(offset) > 0xffff ? 2 : 1;
  return offset;
}
// Of passages of one concept that lie in one another the smallest say where it is.
const smallest = (all) => all.filter((p) => !all.some((q) => q !== p && q.concept === p.concept && q.start >= p.start && q.end <= p.end && q.end - q.start < p.end - p.start));
const within = (text, p) => ({ ...p, start: at(text, p.start), end: at(text, p.end) });

// A text with passages marked; where they overlap, the marks are cut at every end.
function marked(text, passages, from, to, className) {
  const cuts = [...new Set([from, to, ...passages.flatMap((p) => [p.start, p.end]).filter((c) => c > from && c < to)])].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [a, b] = [cuts[i], cuts[i + 1]];
    const on = passages.filter((p) => p.start <= a && b <= p.end);
    const piece = text.slice(a, b);
    const names = [...new Set(on.map((p) => p.concept && p.concept.label).filter(Boolean))];
    parts.push(on.length ? make("mark", { class: className, title: names.join("; ") || null }, piece) : piece);
  }
  return parts;
}

// A message around its passages, cut where it is long.
function excerpt(message, passages, hits, around = AROUND) {
  const text = messages.texts[message];
  const placed = smallest(passages.filter((p) => p.end > p.start)).map((p) => within(text, p));
  const all = placed.concat(hits || []);
  let from = 0, to = text.length;
  if (text.length > 3 * around) {
    const first = all.length ? Math.min(...all.map((p) => p.start)) : 0;
    const last = all.length ? Math.max(...all.map((p) => p.end)) : around;
    from = Math.max(0, first - around);
    to = Math.min(text.length, Math.max(last, first + around) + around);
    if (from > 0) from = Math.max(from, text.indexOf(" ", from) + 1);
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), last);
  }
  const shown = hits && !placed.length ? marked(text, hits, from, to, "hit") : marked(text, placed, from, to);
  return [from > 0 ? "… " : "", ...shown, to < text.length ? " …" : ""];
}

const anchor = (id) => (/^[A-Za-z0-9_-]+$/.test(id) && !SECTIONS.has(id) && !id.startsWith("f-") ? id : "message:" + encodeURIComponent(id));
const link = (message) => make("a", { href: "#" + anchor(messages.ids[message]) }, messages.ids[message]);
const conceptLink = (concept) => make("a", { href: "#" + encodeURIComponent(concept.id) }, concept.label);
const whyLink = (concept, message, words) => make("a", { href: "#why:" + encodeURIComponent(concept.id) + ":" + encodeURIComponent(messages.ids[message]) }, words);
const attributeOf = (of, place) => messages.attributes.filter((a) => a.of === of && place >= 0 && a.values[place]).map((a) => a.values[place]);

function who(message) {
  const author = messages.author[message];
  const thread = messages.thread[message];
  const parts = [];
  if (author >= 0) parts.push([messages.authors[author], ...attributeOf("author", author)].join(", "));
  if (messages.at[message]) parts.push(messages.at[message].replace("T", " "));
  if (thread >= 0) parts.push(attributeOf("thread", thread)[0] || messages.threads[thread]);
  return parts.join(" · ");
}

// Explanations.

const cites = (all) => all.flatMap(([key, place], i) => [
  i ? "; " : "",
  data.works[key] ? make("a", { href: "#source." + encodeURIComponent(key) }, data.works[key]) : key,
  place ? ", " + place : "",
]);

function step(index) {
  const s = data.steps[index];
  const parts = [make("p", { class: "says" }, s.s)];
  if (s.k === "again") parts.push(make("p", { class: "by" }, "explained further up"));
  if (s.k === "deeper") parts.push(make("p", { class: "by" }, "to be asked by itself: ", make("code", {}, "hence why '" + s.f + "'")));
  if (s.q) parts.push(quotation(s.q));
  if (s.r) parts.push(make("p", { class: "by" }, "by ", make("code", {}, s.r), s.p ? make("span", { class: "where" }, " " + s.p) : ""));
  else if (s.p) parts.push(make("p", { class: "by" }, make("span", { class: "where" }, s.p)));
  for (const [text, backed] of s.w || []) {
    parts.push(make("p", { class: "reason" }, text, backed.length ? make("span", { class: "cite" }, " (", cites(backed), ")") : ""));
  }
  if (s.c) parts.push(make("p", { class: "cite" }, "after ", cites(s.c)));
  if (s.b) parts.push(make("ul", { class: "steps" }, s.b.map(step)));
  if (s.m) parts.push(make("p", { class: "by" }, "and " + s.m.toLocaleString("en") + " more of the same"));
  return make("li", {}, parts);
}

function quotation([message, start, end]) {
  const passages = end > start ? [{ start, end }] : [];
  return make("blockquote", {}, make("p", { dir: "auto" }, excerpt(message, passages, null, NARROW)), make("p", { class: "who" }, link(message), " · " + who(message)));
}

const proof = (index) => make("div", { class: "proof" }, make("ul", { class: "steps" }, step(index)));

// A conclusion as it is written in a rule.
function fact(concept, message) {
  const found = concept.proofs.get(message);
  if (found && data.steps[found.step].f) return data.steps[found.step].f;
  const id = messages.ids[message];
  const bare = /^\p{Ll}[\p{L}\p{N}_]*$/u.test(id) || /^[0-9]+$/.test(id);
  const value = bare ? id : '"' + id.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n") + '"';
  return concept.kind + "(" + value + ", " + concept.name + ")";
}

// How a command asks for it.
function command(verb, concept, message) {
  return "hence " + verb + " '" + fact(concept, message).replace(/'/g, "'\\''") + "' " + data.study;
}

// Why a message has a concept: the whole proof where it is here, and which clause holds where it is not.
function why(concept, message) {
  const found = concept.proofs.get(message);
  if (found !== undefined) return [proof(found.step), make("p", { class: "command" }, "This is a whole proof, from the conclusion to the data. Further reasons: ", make("code", {}, command("why", concept, message)))];
  const clauses = ready(concept).clauses.filter((c) => holds(c.found, message));
  const passages = passagesOf(concept, message);
  const text = messages.texts[message];
  return [
    make("p", {}, "In short, since a study of this size cannot carry every proof:"),
    make("ul", { class: "steps" }, clauses.map((c) => make("li", {},
      make("p", { class: "by" }, c.word + " ", make("a", { href: "#" + encodeURIComponent(c.id) }, make("code", {}, c.text.length > 160 ? c.text.slice(0, 160) + "…" : c.text)), make("span", { class: "where" }, " " + c.place))))),
    concept.means.length ? make("p", { class: "reason" }, concept.means[0][0], concept.means[0][1].length ? make("span", { class: "cite" }, " (", cites(concept.means[0][1]), ")") : "") : "",
    passages.some((p) => p.end > p.start) ? make("p", {}, "Passages: ", passages.filter((p) => p.end > p.start).map((p, i) => {
      const place = within(text, p);
      return [i ? ", " : "", "“" + text.slice(place.start, place.end) + "”"];
    })) : "",
    make("p", { class: "command" }, "This is not the whole proof. For that: ", make("code", {}, command("why", concept, message))),
  ];
}

// What else a message might be taken for.
function otherwise(concept, message) {
  const of = (kind) => data.concepts.filter((c) => c.kind === kind && c !== concept && has(c, message));
  const own = passagesOf(concept, message).filter((p) => p.end > p.start);
  const overlapping = data.concepts.filter((c) => c.kind === "code" && c !== concept && passagesOf(c, message).some((p) => own.some((q) => p.start < q.end && q.start < p.end)));
  const line = (words, list) => (list.length ? make("p", {}, words + " ", list.map((c, i) => [i ? ", " : "", whyLink(c, message, c.label)])) : "");
  const set = data.concepts.filter((c) => holds(c.aside, message));
  const near = data.concepts.flatMap((c) => c.near.filter((n) => n.message === message).map((n) => [c, n]));
  const people = data.people.filter((p) => holds(p["only-people"], message) || holds(p["only-rules"], message)).map((p) => [concepts.get(p.id), holds(p["only-people"], message)]);
  const parts = [
    line("The same words also carry", overlapping),
    line("The message also belongs to", of("theme")),
    concept.kind === "theme" ? line("It carries the codes", of("code")) : line("Other codes in it:", of("code").filter((c) => !overlapping.includes(c))),
    ...set.map((c) => make("p", {}, "It would be ", conceptLink(c), ", were it not for ", make("code", {}, "unless " + c.unless.join(" / ")), ".")),
    ...near.map(([c, n]) => make("p", {}, "It comes near ", conceptLink(c), "; what is missing for ", make("code", {}, n.rule), ": ", n.conditions.filter(([, met]) => met !== true).map(([words], i) => [i ? ", " : "", make("code", {}, words)]).flat())),
    ...people.map(([c, by]) => make("p", {}, "On ", conceptLink(c), ", people and rules differ: only " + (by ? "people" : "the rules") + " gave it this code.")),
  ].filter(Boolean);
  if (!parts.length) parts.push(make("p", { class: "soft" }, "Nothing else was found in it."));
  return parts;
}

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
  }
  return article;
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
  return { update: (wanted) => { items = wanted; page = 0; show(); } };
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

function fill() {
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
    const { fact, proof, words, of } = details.dataset;
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(decide("fact:" + fact, "#" + of, fact, proof, words));
    });
  }
  for (const details of document.querySelectorAll("details[data-step]")) {
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(proof(Number(details.dataset.step)));
    });
  }
}

// Messages with the most different passages first, as the strongest.
function order(concept) {
  const flat = ready(concept).passages;
  const count = (message) => {
    let found = 0;
    for (let i = concept.from.get(message) ?? flat.length; i < flat.length && flat[i] === message; i += 4) found += flat[i + 2] > flat[i + 1] ? 1 : 0;
    return found;
  };
  const counted = concept.members.map((message) => [message, count(message)]);
  return counted.sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([message]) => message);
}

// Search.

let lower = null;
const form = byId("search");
const field = (name) => form.elements[name];

function searched() {
  const values = Object.fromEntries(["q", "theme", "code", "coder", "author", "from", "to"].map((name) => [name, field(name).value.trim()]));
  const words = values.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length && !lower) {
    lower = messages.texts.map((text, i) => (messages.ids[i] + " " + (messages.author[i] >= 0 ? messages.authors[messages.author[i]] : "") + "\n" + text).toLowerCase());
  }
  const kindOf = (kind) => data.concepts.filter((c) => c.kind === kind);
  const touched = (kind) => {
    const set = new Set();
    kindOf(kind).forEach((c) => c.members.forEach((m) => set.add(m)));
    return set;
  };
  const theme = values.theme === "-" ? null : concepts.get(values.theme);
  const code = values.code === "-" ? null : concepts.get(values.code);
  const noTheme = values.theme === "-" ? touched("theme") : null;
  const noCode = values.code === "-" ? touched("code") : null;
  let coded = null;
  if (values.coder !== "") {
    coded = new Set();
    for (const c of code ? [code] : kindOf("code")) for (let i = 0; i < ready(c).passages.length; i += 4) if (c.passages[i + 3] === Number(values.coder)) coded.add(c.passages[i]);
  }
  const author = values.author.toLowerCase();
  const authors = author ? messages.authors.map((a) => a.toLowerCase().includes(author)) : null;
  const start = theme ? theme.members : code ? code.members : null;
  const found = [];
  const count = start ? start.length : messages.ids.length;
  for (let i = 0; i < count; i++) {
    const m = start ? start[i] : i;
    if (code && !has(code, m)) continue;
    if (noTheme && noTheme.has(m)) continue;
    if (noCode && noCode.has(m)) continue;
    if (coded && !coded.has(m)) continue;
    if (authors && !(messages.author[m] !== NOBODY && authors[messages.author[m]])) continue;
    if (values.from && !(messages.at[m] && messages.at[m].slice(0, 10) >= values.from)) continue;
    if (values.to && !(messages.at[m] && messages.at[m].slice(0, 10) <= values.to)) continue;
    if (words.length && !words.every((w) => lower[m].includes(w))) continue;
    found.push(m);
  }
  return { found, words, values, concept: theme || code };
}

function hits(message, words) {
  const text = messages.texts[message];
  const low = text.toLowerCase();
  if (!words.length || low.length !== text.length) return [];
  const found = [];
  for (const word of words) {
    for (let i = low.indexOf(word); i >= 0 && found.length < 50; i = low.indexOf(word, i + word.length)) found.push({ start: i, end: i + word.length });
  }
  return found;
}

let results = null, now = { words: [], concept: null };
function search(keep) {
  now = searched();
  const { found, words, values } = now;
  byId("found").textContent = many(found.length, "message") + (found.length === messages.ids.length ? "" : " of " + messages.ids.length.toLocaleString("en"));
  const named = byId("named");
  const matching = words.length ? data.concepts.filter((c) => words.every((w) => (c.label + " " + c.name + " " + c.means.map((m) => m[0]).join(" ")).toLowerCase().includes(w))).slice(0, 8) : [];
  named.hidden = !matching.length;
  named.replaceChildren(...(matching.length ? [make("p", { class: "soft" }, "Concepts that say so:"), make("ul", {}, matching.map((c) => make("li", {}, conceptLink(c), make("span", { class: "soft" }, " " + c.kind.replace(/_/g, " ")))))] : []));
  const draw = (message) => card(message, null, now.words.length ? hits(message, now.words) : now.concept ? passagesOf(now.concept, message).filter((p) => p.end > p.start).map((p) => within(messages.texts[message], p)) : []);
  if (results) results.update(found);
  else results = list(byId("results"), found, 10, draw);
  if (keep) {
    const asked = new URLSearchParams(Object.entries(values).filter(([, v]) => v)).toString();
    if (!byId("reader").open) history.replaceState(null, "", asked ? "#messages?" + asked : "#messages");
  }
}

function searching() {
  const options = (name, kind) => data.concepts.filter((c) => c.kind === kind).forEach((c) => field(name).append(make("option", { value: c.id }, c.label)));
  options("theme", "theme");
  options("code", "code");
  data.coders.forEach((coder, i) => field("coder").append(make("option", { value: String(i) }, coder)));
  byId("authors").append(...messages.authors.slice(0, 1000).map((a) => make("option", { value: a })));
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(true), 120);
  });
  form.addEventListener("reset", () => setTimeout(() => search(true)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(true);
  });
  search(false);
}

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
        make("tbody", {}, passages.sort((a, b) => a.start - b.start || a.end - b.end).map((p) => make("tr", {}, make("td", {}, "“" + text.slice(p.start, p.end) + "”"), make("td", {}, conceptLink(p.concept)), make("td", {}, data.coders[p.coder]))))))) : "",
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
    make("div", {}, make("h3", {}, "What else might it be?"), otherwise({ kind: "", passages: [], clauses: [], from: new Map() }, message).filter((p) => !/^(The message also|Other codes)/.test(p.textContent))),
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
    const [, concept, ...id] = hash.split(":");
    return { message: number.get(plain(id.join(":"))), concept: plain(concept) };
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
  } else if (to.element) {
    for (let e = to.element; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    const heading = to.element.matches("section") ? to.element.querySelector("h2") : to.element.querySelector("summary, a") || to.element;
    if (!heading.matches("a, summary")) heading.tabIndex = -1;
    to.element.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }
}

// The map: what a box is connected with, on either side.
function mapping() {
  const svg = document.querySelector(".map svg");
  if (!svg) return;
  const nodes = [...svg.querySelectorAll(".node")];
  const edges = [...svg.querySelectorAll(".edges path")].map((path) => ({ path, a: Number(path.dataset.a), b: Number(path.dataset.b) }));
  const out = nodes.map(() => []), into = nodes.map(() => []);
  edges.forEach((edge) => {
    out[edge.a].push(edge);
    into[edge.b].push(edge);
  });
  const light = (start) => {
    svg.querySelectorAll(".on").forEach((e) => e.classList.remove("on"));
    svg.classList.toggle("lit", start !== null);
    if (start === null) return;
    for (const [edgesOf, end] of [[out, "b"], [into, "a"]]) {
      const open = [start], known = new Set(open);
      while (open.length) {
        const node = open.pop();
        nodes[node].classList.add("on");
        for (const edge of edgesOf[node]) {
          edge.path.classList.add("on");
          if (!known.has(edge[end])) {
            known.add(edge[end]);
            open.push(edge[end]);
          }
        }
      }
    }
  };
  nodes.forEach((node, i) => {
    node.addEventListener("pointerenter", () => light(i));
    node.addEventListener("pointerleave", () => light(null));
    node.addEventListener("focus", () => light(i));
    node.addEventListener("blur", () => light(null));
  });
}

function contents() {
  if (typeof IntersectionObserver === "undefined") return;
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.hash.slice(1), a]));
  const visible = new Set();
  const watch = new IntersectionObserver((entries) => {
    entries.forEach((e) => (e.isIntersecting ? visible.add(e.target.id) : visible.delete(e.target.id)));
    const first = [...links.keys()].find((id) => visible.has(id));
    links.forEach((a, id) => (id === first ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current")));
  }, { rootMargin: "-10% 0px -60%" });
  links.forEach((_, id) => byId(id) && watch.observe(byId(id)));
}

// In print everything that is folded is unfolded, up to a limit.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open]):not(.why):not(.else):not(.review)")];
  folded.forEach((d) => (d.open = true));
  [...waiting.keys()].forEach(drawList);
  lists.forEach((l) => l.show(l.place.id === "results" ? 0 : l.place.closest("#codes") ? FEWER : PRINTED));
});
addEventListener("afterprint", () => {
  folded.forEach((d) => (d.open = false));
  lists.forEach((l) => l.show());
});

read().then((found) => {
  prepare(found);
  reviewing();
  fill();
  searching();
  mapping();
  contents();
  addEventListener("hashchange", follow);
  if (location.hash) follow();
  document.documentElement.dataset.ready = "true";
}).catch((error) => {
  const trouble = byId("trouble");
  trouble.hidden = false;
  trouble.textContent = "The messages and explanations cannot be shown: " + error.message;
});
