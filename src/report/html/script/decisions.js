// Decisions of whoever reads the page: taken beside a conclusion, kept in the browser where it keeps anything for pages,
// and handed out as the file that `hence review add` takes. Nothing is sent anywhere.

const VERDICTS = [["accepted", "Accepted: it is right"], ["disputed", "Disputed: it is wrong"], ["discuss", "To discuss"]];
const UNKEPT = "This browser keeps nothing for this page: hand decisions out before you close it.";
const verdictWord = (verdict) => (verdict === "discuss" ? "to discuss" : verdict);

// What the browser keeps for pages; nothing where it does not allow that, as it may for files and attachments.
let shelf = null;
try {
  shelf = window.localStorage;
  shelf.setItem("hence", "");
  shelf.removeItem("hence");
} catch {
  shelf = null;
}

let mine = []; // Decisions that were taken here, in their order; `out` where they were handed out.
let theirs = []; // Decisions that came with the page.
let reviewer = "";
let forms = 0;

// Conclusions are named by what stays when the page is made anew.
const nameOf = (concept, place) => "why:" + encodeURIComponent(concept.id) + ":" + encodeURIComponent(idOf(concept, place));
const drawer = () => "hence decisions: " + data.study + ": " + title;
const same = (a, b) => a.where === b.where && a.by === b.by && a.at === b.at && a.decision === b.decision;
const waitingOut = () => mine.filter((one) => !one.out);
const dayOf = (at) => at.slice(0, 10);

function stored() {
  const text = (value) => typeof value === "string" && value !== "";
  const sound = (one) => one && VERDICTS.some(([verdict]) => verdict === one.decision) && ["where", "link", "words", "conclusion", "reason", "by", "at"].every((key) => text(one[key]));
  try {
    const all = JSON.parse(shelf.getItem(drawer()) || "[]");
    return Array.isArray(all) ? all.filter(sound) : [];
  } catch {
    return [];
  }
}

// Another window may have the same page open, so what is kept is read before it is written.
function changeMine(by) {
  mine = by(shelf ? stored() : mine);
  try {
    if (shelf) shelf.setItem(drawer(), JSON.stringify(mine));
  } catch {
    shelf = null;
  }
  showDecisions();
}

function takeBack(one) {
  changeMine((all) => all.filter((other) => !same(one, other)));
}

// The decisions on one conclusion, as a list that follows what is decided.
function board(where) {
  const place = make("ul", { class: "decided", "data-decided": where });
  fillBoard(place);
  return place;
}

function fillBoard(place) {
  const where = place.dataset.decided;
  const line = (one, ...more) => make("li", {}, verdictMark(one.decision), " " + one.by + ", " + dayOf(one.at) + ": ", make("span", { class: "reason" }, one.reason), more);
  const given = theirs.filter((one) => one.where === where).map((one) => line(one, one.stale ? [" ", make("span", { class: "state stale" }, "stale: " + one.stale)] : ""));
  const own = mine.filter((one) => one.where === where).map((one) => line(one, " ", make("span", { class: "soft" }, one.out ? "(yours, handed out)" : "(yours, not handed out yet)")));
  place.replaceChildren(...given, ...own);
  place.hidden = !place.childElementCount;
}

function verdictMark(verdict) {
  return make("span", { class: "state" + ({ accepted: " yes", disputed: " no" }[verdict] || "") }, verdictWord(verdict));
}

const review = (concept, place) => [decide(nameOf(concept, place), "#" + nameOf(concept, place), fact(concept, place), (concept.proofs.get(place) || {}).id, idOf(concept, place) + ": " + concept.label, concept.subjects.length ? null : data.digests[place])];

// The decisions that count on conclusions about messages, by message: of several that one person took on one conclusion the
// newest.
let decided = null;
function decisionsOn(message) {
  if (!decided) {
    const newest = new Map();
    for (const one of [...theirs, ...mine]) {
      const key = one.where + "\n" + one.by;
      if (!newest.has(key) || newest.get(key).at <= one.at) newest.set(key, one);
    }
    decided = new Map();
    for (const one of newest.values()) {
      const [kind, id, of] = one.where.split(":");
      const concept = kind === "why" ? concepts.get(plain(id)) : null;
      const at = concept && !concept.subjects.length ? number.get(plain(of)) : undefined;
      if (at !== undefined) decided.set(at, [...(decided.get(at) || []), { ...one, concept }]);
    }
  }
  return decided.get(message) || [];
}

// Signs that stand alone and mean nothing would make a file that nobody can read.
const whole = (text) => new TextDecoder().decode(new TextEncoder().encode(text)).trim();

function decide(where, link, conclusion, proof, words, text, absent) {
  const id = "f-decide-" + ++forms;
  const choice = ([value, label]) => make("label", {}, make("input", { type: "radio", name: id, value }), " " + label);
  const reason = make("textarea", { id: id + "-why", rows: "3", maxlength: "4000" });
  const by = make("input", { id: id + "-by", autocomplete: "name", maxlength: "200" });
  by.value = reviewer;
  const told = make("p", { class: "told", role: "status" });
  const form = make("form", { class: "decide", novalidate: true, "aria-label": "Your decision on " + words },
    make("fieldset", {}, make("legend", {}, "Your decision"), VERDICTS.map(choice)),
    make("p", {}, make("label", { for: reason.id }, "Why"), reason),
    make("p", {}, make("label", { for: by.id }, "Your name"), by),
    absent ? make("p", { class: "soft" }, "You decide on its being left out: accepted where that is right, disputed where it should be in.") : "",
    proof || absent ? "" : make("p", { class: "soft" }, "The page does not hold the whole reason of this conclusion, so the decision is not told to be stale when that changes."),
    shelf ? "" : make("p", { class: "soft" }, UNKEPT),
    make("p", {}, make("button", { type: "submit" }, "Keep this decision")),
    told);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input[type=radio]:checked");
    const said = whole(reason.value), name = whole(by.value);
    const missing = [!chosen && [form.querySelector("input"), "choose a decision"], !said && [reason, "say why"], !name && [by, "say who you are"]].filter(Boolean);
    if (missing.length) {
      told.textContent = "Not kept yet: " + missing.map(([, what]) => what).join(", ") + ".";
      missing[0][0].focus();
      return;
    }
    reviewer = name;
    try {
      if (shelf) shelf.setItem("hence reviewer", name);
    } catch {
      shelf = null;
    }
    const at = new Date().toISOString().slice(0, 19) + "Z";
    changeMine((all) => [...all, { where, link, words, conclusion, decision: chosen.value, reason: said, by: name, at, proof: proof || null, text: text || null, absent: absent || null, out: false }]);
    chosen.checked = false;
    reason.value = "";
    told.textContent = "Kept. " + countOut();
  });
  return form;
}

function countOut() {
  const left = waitingOut().length;
  return left ? many(left, "decision") + (left === 1 ? " is" : " are") + " not handed out yet." + (shelf ? "" : " " + UNKEPT) : "All decisions are handed out.";
}

// The file: a decision a line, as they stand in `reviews.jsonl`.
function handOut(all) {
  if (!all.length) return;
  const lines = all.map(({ conclusion, decision, reason, by, at, proof, text, absent }) => JSON.stringify({ version: 1, conclusion, decision, reason, by, at, proof: proof || null, ...(text ? { text } : {}), ...(absent ? { absent } : {}) }) + "\n");
  const address = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  const name = all[all.length - 1].by.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40);
  const link = make("a", { href: address, download: ["decisions", name, dayOf(new Date().toISOString())].filter(Boolean).join("-") + ".jsonl" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  changeMine((now) => now.map((one) => (all.some((other) => same(one, other)) ? { ...one, out: true } : one)));
}

// Who would lose decisions by leaving is asked first.
const stay = (event) => event.preventDefault();

function showDecisions() {
  decided = null;
  if (results && field("decision").value) search(false);
  document.querySelectorAll("[data-decided]").forEach(fillBoard);
  const left = waitingOut();
  const bar = byId("hand");
  // Who hands out with the keyboard is not left where nothing is.
  if (!left.length && bar.contains(document.activeElement)) byId("reviews-h").focus();
  bar.hidden = !left.length;
  if (!shelf && left.length) addEventListener("beforeunload", stay);
  else removeEventListener("beforeunload", stay);
  document.documentElement.classList.toggle("handing", left.length > 0);
  byId("hand-count").textContent = left.length ? countOut() : "";
  const button = (words, label, act) => {
    const made = make("button", { type: "button", "aria-label": label }, words);
    made.addEventListener("click", act);
    return made;
  };
  const link = (one) => make("a", { href: one.link.startsWith("#") ? one.link : "#reviews" }, one.words);
  const row = (one) => make("li", {}, link(one), " ", verdictMark(one.decision), " " + one.by + ", " + dayOf(one.at) + ": ", make("span", { class: "reason" }, one.reason), " ",
    make("span", { class: "soft" }, one.out ? "(handed out)" : "(not handed out yet)"), " ", button(one.out ? "Forget" : "Take back", (one.out ? "Forget" : "Take back") + " the decision on " + one.words, () => takeBack(one)));
  byId("mine").replaceChildren(...(mine.length ? [make("h3", {}, "Decisions taken on this page"), make("ul", { class: "mine" }, mine.map(row)),
    make("p", {}, left.length ? button("Hand out " + many(left.length, "decision") + " as a file", null, () => handOut(waitingOut())) : "",
      mine.length > left.length ? button("Hand out all " + mine.length + " again", null, () => handOut(mine)) : "")] : []),
    shelf ? "" : make("p", { class: "note" }, UNKEPT));
}

// What came back with the page need not be handed out again.
function reviewing() {
  theirs = data.decisions.map((one) => ({ ...one, where: one.concept ? nameOf(concepts.get(one.concept), one.message) : "fact:" + one.fact }));
  if (shelf) {
    mine = stored();
    try {
      reviewer = shelf.getItem("hence reviewer") || "";
    } catch {
      reviewer = "";
    }
  }
  if (mine.some((one) => theirs.some((other) => same(one, other)))) changeMine((all) => all.filter((one) => !theirs.some((other) => same(one, other))));
  byId("reviews-h").tabIndex = -1;
  byId("hand-out").addEventListener("click", () => handOut(waitingOut()));
  addEventListener("storage", (event) => {
    if (!shelf || (event.key !== null && event.key !== drawer())) return;
    mine = stored();
    showDecisions();
  });
  showDecisions();
}

