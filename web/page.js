// page.js: the whole page, drawn once or, where a server lives behind it, whenever something has changed.
import {drawAll} from "./figure.js";
import {idOf, progressOf, studySection} from "./study.js";
import {element, words} from "./text.js";
import {verdictSection} from "./verdicts.js";

const EVERY = 4000;   // milliseconds between two questions to the server
const shown = new Map();   // section by id, and the text of what it shows
const live = document.documentElement.dataset.live;
const content = document.getElementById("content");

/// Puts a section in its place, anew where what it shows has changed.
function put(id, json, make) {
  const text = JSON.stringify(json), before = shown.get(id);
  if (before?.text === text) return before.section;
  const section = make();
  if (before) before.section.replaceWith(section);
  else content.append(section);
  shown.set(id, {text, section});
  return section;
}

function show(data) {
  put("verdicts", data.claims, () => verdictSection(data.claims));
  for (const study of data.studies) {
    const {progress, ...rest} = study;
    // Before the first run has ended there are no figures, afterwards there are.
    const section = put(idOf(study), [rest, progress.completed + progress.diverged > 0], () => studySection(study));
    section.querySelector(".progress").replaceWith(progressOf(study));
  }
  document.getElementById("studies").replaceChildren(element("a", {href: "#verdicts"}, "Verdicts"),
    ...data.studies.map((study) => element("a", {href: `#${idOf(study)}`}, `${words(study.name)} (${study.scale})`)));
  drawAll(() => { document.documentElement.dataset.drawn = Math.round(performance.now()); });
}

/// The server answers 304 where nothing is new. Where it does not answer, the page stays as it is and says so.
async function ask(tag) {
  let next = tag;
  try {
    const answer = await fetch(live, {headers: tag ? {"If-None-Match": tag} : {}, cache: "no-store"});
    if (answer.status === 200) {
      next = answer.headers.get("ETag");
      show(await answer.json());
    }
    document.getElementById("said").textContent = "";
    document.body.classList.remove("alone");
  } catch {
    document.getElementById("said").textContent = "The server does not answer; what is shown is what it said last.";
    document.body.classList.add("alone");
  }
  setTimeout(() => ask(next), document.hidden ? 10 * EVERY : EVERY);
}

content.replaceChildren();
show(JSON.parse(document.getElementById("data").textContent));
if (live) setTimeout(() => ask(""), EVERY);
