// Texts with their passages, and links to what is named.

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
// What a concept is said of, by its place: a message, or an author or thread.
const idOf = (concept, place) => (concept.subjects.length ? concept.subjects[place] : messages.ids[place]);
const whyLink = (concept, place, words) => make("a", { href: "#" + nameOf(concept, place) }, words);
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

