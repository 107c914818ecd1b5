// The picture, the contents, print; and the start.

// The map: what a box is connected with, on either side.
function mapping() {
  const svg = document.querySelector(".map svg");
  if (!svg) return;
  // On a narrow screen the list says the same, and fits.
  const list = document.querySelector("#map .aslist");
  if (list && matchMedia("(max-width: 40rem)").matches) {
    list.open = true;
    svg.closest(".map").before(list);
  }
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

// What comes last in print: the messages, where they are not too many, and the patterns by which codes are found.
let appendix = null, moved = [];
function append() {
  const few = messages.ids.length <= APPENDED;
  const line = (message) => make("div", { class: "card" }, make("p", { class: "who" }, messages.ids[message], " · " + who(message)), make("p", { class: "text", dir: "auto" }, messages.texts[message]));
  appendix = make("section", { class: "appendix" }, make("h2", {}, "All messages"), few ? messages.ids.map((_, i) => line(i)) : make("p", {}, "The " + messages.ids.length.toLocaleString("en") + " messages are too many to be printed; they stand in the page itself."));
  const codes = [...document.querySelectorAll("#codes details.code")].map((code) => [code.querySelector("h3"), code.querySelector("details.rules")]).filter(([, rules]) => rules);
  if (codes.length) appendix.append(make("h2", {}, "The rules of codes, as they were written"));
  for (const [heading, rules] of codes) {
    const place = make("p", { class: "soft" }, "Its rules stand at the end.");
    rules.replaceWith(place);
    moved.push([place, rules]);
    appendix.append(make("h3", {}, heading.textContent), rules);
  }
  document.querySelector(".foot").before(appendix);
}

// In print everything that is folded is unfolded, up to a limit.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open]):not(.why):not(.else):not(.review)")];
  folded.forEach((d) => (d.open = true));
  if (!appendix && messages) append();
  [...waiting.keys()].forEach(drawList);
  lists.forEach((l) => l.show(l.place.id === "results" ? 0 : l.place.closest("#codes") ? FEWER : PRINTED));
});
addEventListener("afterprint", () => {
  moved.forEach(([place, rules]) => place.replaceWith(rules));
  moved = [];
  if (appendix) appendix.remove();
  appendix = null;
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
