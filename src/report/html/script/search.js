// Search and filters. What is asked for stands in the address.

let lower = null;
const form = byId("search");
const field = (name) => form.elements[name];

function searched() {
  const values = Object.fromEntries(["q", "theme", "code", "coder", "decision", "author", "from", "to"].map((name) => [name, field(name).value.trim()]));
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
  // Decisions on the theme or code that is asked for, or on any.
  const asked = [theme, code].filter(Boolean);
  const some = values.decision === "-" && !asked.length ? new Set([...touched("theme"), ...touched("code")]) : null;
  const decidedSo = (m) => {
    const on = decisionsOn(m).filter((one) => !asked.length || asked.includes(one.concept));
    if (values.decision === "-") return !on.length && (!some || some.has(m));
    return on.some((one) => (values.decision === "stale" ? one.stale : one.decision === values.decision));
  };
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
    if (values.decision && !decidedSo(m)) continue;
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

