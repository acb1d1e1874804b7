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
  // Not under the hands of somebody who writes into it: the next change comes soon.
  if (before?.section.contains(document.activeElement) && document.activeElement.tagName === "INPUT") return before.section;
  const section = make();
  if (before) {
    const opened = [...before.section.querySelectorAll("details")].map((each) => each.open);
    section.querySelectorAll("details").forEach((each, index) => { each.open = opened[index] ?? each.open; });
    before.section.replaceWith(section);
  } else {
    content.append(section);
  }
  shown.set(id, {text, section});
  return section;
}

/// Puts cells back where their places in the study's list stand.
function withCells(tree, list) {
  if (tree === null || typeof tree !== "object") return;
  for (const [key, item] of Object.entries(tree)) {
    if (key === "cell" && typeof item === "number") tree[key] = list[item];
    else if (key !== "cell_list") withCells(item, list);
  }
}

/// This file's numbers, which lie in it as base64 of gzip.
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/// What a server or this file holds, as the figures take it.
function read(data) {
  for (const study of data.studies) withCells(study, study.cell_list);
  return data;
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
  const note = (what) => () => { document.documentElement.dataset[what] = Math.round(performance.now()); };
  drawAll(note("drawn"), note("complete"));
}

async function ask(address, tag) {
  const answer = await fetch(address, {headers: tag ? {"If-None-Match": tag} : {}, cache: "no-store"});
  if (answer.status === 304) return null;
  if (!answer.ok) throw new Error(await answer.text());
  return {json: await answer.json(), tag: answer.headers.get("ETag")};
}

/// Asks how far the studies are, and for all of it where a run has ended since. Where the server does not answer, the page stays as it is
/// and says so.
async function look(data, tags) {
  const said = document.getElementById("said");
  try {
    const now = await ask(`${live}progress.json`, tags.progress);
    if (now) {
      tags.progress = now.tag;
      tags.state = now.json.state;
    }
    const whole = tags.state && tags.state !== data.state ? await ask(`${live}data.json`, tags.data) : null;
    if (whole) {
      tags.data = whole.tag;
      data = read(whole.json);
      show(data);
    } else if (now && now.json.progress.length === data.studies.length) {
      data.studies.forEach((study, index) => { study.progress = now.json.progress[index]; });
      show(data);
    }
    said.textContent = "";
    document.body.classList.remove("alone");
  } catch {
    said.textContent = "The server does not answer; what is shown is what it said last.";
    document.body.classList.add("alone");
  }
  setTimeout(() => look(data, tags), document.hidden ? 10 * EVERY : EVERY);
}

async function begin() {
  const first = read(await unpacked(document.getElementById("data").textContent));
  content.replaceChildren();
  show(first);
  if (live) setTimeout(() => look(first, {}), EVERY);
}

begin();
