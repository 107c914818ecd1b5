// What the page holds as data, read and made ready. Whatever comes from the data is put into the page as text, never as markup.
const SECTIONS = new Set(["content", "findings", "inferences", "relations", "tables", "map", "themes", "theory", "codes", "messages", "uncoded", "overlap", "saturation", "people", "checks", "about", "disagreements", "agreement", "rules-people", "memos", "rules", "sources", "data", "changes", "reader", "reader-title", "search", "q", "found", "named", "results", "authors", "trouble", "study-data", "message", "reviews", "mine", "hand", "hand-count", "hand-out"]);
const PRINTED = 400; // So many cards of a list are printed,
const FEWER = 150; // and so many of a code.
const APPENDED = 500; // So many messages are printed whole, in an appendix.
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
    concept.proofs = new Map((data.proofs[concept.id] || []).map(([place, step, id, count]) => [place, { step, id, count }]));
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

// The passages of a concept in a message, each once, with all who coded it.
function passagesOf(concept, message) {
  const found = [];
  const flat = ready(concept).passages;
  for (let i = concept.from.get(message) ?? flat.length; i < flat.length && flat[i] === message; i += 4) {
    const last = found[found.length - 1];
    if (last && last.start === flat[i + 1] && last.end === flat[i + 2]) last.coders.push(flat[i + 3]);
    else found.push({ start: flat[i + 1], end: flat[i + 2], coders: [flat[i + 3]], concept });
  }
  return found;
}
