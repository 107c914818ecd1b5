// Why something holds, as the page says it, and as a command asks for it.

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
  if (s.g) parts.push(make("p", { class: "by found-in" }, s.g));
  if (s.q) parts.push(quotation(s.q));
  if (s.y || s.r) parts.push(make("p", { class: "by" }, s.y || ["by ", make("code", {}, s.r)], s.p ? make("span", { class: "where" }, " " + s.p) : ""));
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

// A whole proof, what else there is, and how to see it.
const proof = (index, count, statement) => [
  make("div", { class: "proof" }, make("ul", { class: "steps" }, step(index))),
  make("p", { class: "command" }, "This is a whole proof, from the conclusion to the data. ", count ? count + " " : "", "Whoever has the study and Hence can ask for it, and for further ones: ", make("code", {}, command("why", statement))),
];

// A conclusion as it is written in a rule.
function fact(concept, place) {
  const found = concept.proofs.get(place);
  if (found && data.steps[found.step].f) return data.steps[found.step].f;
  const id = idOf(concept, place);
  const bare = /^\p{Ll}[\p{L}\p{N}_]*$/u.test(id) || /^[0-9]+$/.test(id);
  const value = bare ? id : '"' + id.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n") + '"';
  return concept.kind + "(" + value + ", " + concept.name + ")";
}

// How a command asks for it.
function command(verb, statement) {
  return "hence " + verb + " '" + statement.replace(/'/g, "'\\''") + "' " + data.study;
}

// Why a message has a concept: the whole proof where it is here, and which clause holds where it is not.
function why(concept, message) {
  const found = concept.proofs.get(message);
  if (found !== undefined) return proof(found.step, found.count, fact(concept, message));
  if (concept.subjects.length) return [make("p", { class: "command" }, "A study of this size cannot carry every proof. For this one: ", make("code", {}, command("why", fact(concept, message))))];
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
    make("p", { class: "command" }, "This is not the whole proof. For that: ", make("code", {}, command("why", fact(concept, message)))),
  ];
}

// What else a message might be taken for: other themes it belongs to, or comes near to, and codes on which the theme does not
// rest.
function otherwise(concept, message) {
  const of = (kind) => data.concepts.filter((c) => c.kind === kind && c !== concept && has(c, message));
  const line = (words, list) => (list.length ? make("p", {}, words + " ", list.map((c, i) => [i ? ", " : "", whyLink(c, message, c.label)])) : "");
  const set = data.concepts.filter((c) => c !== concept && holds(c.aside, message));
  const near = data.concepts.flatMap((c) => c.near.filter((n) => n.message === message && c !== concept).map((n) => [c, n]));
  const people = data.people.filter((p) => holds(p["only-people"], message) || holds(p["only-rules"], message)).map((p) => [concepts.get(p.id), holds(p["only-people"], message)]);
  const themes = of("theme");
  // The codes that its rules ask for are the reasons for a theme, and nothing else that the message might be.
  const rests = new Set(concept.asks || []);
  const codes = of("code").filter((c) => !rests.has(c.id));
  const other = concept.kind === "theme" ? "other theme" : "theme";
  return [
    themes.length ? line(concept.kind === "theme" ? "It also belongs to" : "It belongs to the theme" + (themes.length > 1 ? "s" : ""), themes) : make("p", {}, "It belongs to no " + other + "."),
    ...near.map(([c, n]) => make("p", {}, themes.length ? "It comes near " : "Nearest: ", conceptLink(c), n.lacks.length ? ", lacking " + n.lacks.join("; ") : "", ".")),
    ...set.map((c) => make("p", {}, "It would be ", conceptLink(c), ", were it not for ", make("code", {}, "unless " + c.unless.join(" / ")), ".")),
    line(concept.kind === "theme" ? "Codes in it on which this theme does not rest:" : concept.kind === "code" ? "Other codes in it:" : "Its codes:", codes),
    ...people.map(([c, by]) => make("p", {}, "On ", conceptLink(c), ", people and rules differ: only " + (by ? "people" : "the rules") + " gave it this code.")),
  ].filter(Boolean);
}

