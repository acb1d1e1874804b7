// table.js: a table that is sorted by its headers and filtered by words, with the keyboard as with a mouse.
import {compare, element, number} from "./text.js";

const FIRST = 15;              // rows that are shown until more are asked for
const kept = new Map();        // what a reader chose of each table, for when it is made anew

const textOf = (value) => (typeof value === "number" ? number(value, 7) : value === null || value === undefined ? "–" : String(value));

const none = (value) => value === null || value === undefined || value === "";
/// What has no value stands last, whichever way the others are sorted.
const ordered = (a, b, down) => (none(a) || none(b) ? none(a) - none(b) : (down ? -1 : 1) * compare(a, b));

/// `rank<8`, `status=diverged`, or a word that stands in any column.
function condition(word, columns) {
  const [, name, sign, value] = word.match(/^([^<>=]+)(<=|>=|<|>|=)(.+)$/) ?? [];
  const column = name && columns.find((each) => each.label.toLowerCase().replaceAll(" ", "_") === name.toLowerCase());
  if (!column) return (row) => columns.some((each) => textOf(row[each.key]).toLowerCase().includes(word.toLowerCase()));
  if (sign === "=") return (row) => textOf(row[column.key]).toLowerCase() === value.toLowerCase();
  const holds = {"<": (a) => a < 0, ">": (a) => a > 0, "<=": (a) => a <= 0, ">=": (a) => a >= 0}[sign];
  return (row) => row[column.key] !== null && row[column.key] !== undefined && holds(compare(row[column.key], value));
}

/// `columns`: key, label, and perhaps `show` (row → text or element). `id` names the table for what a reader chose of it.
export function table({id, caption, columns, rows, first = FIRST}) {
  const state = kept.get(id) ?? {sort: null, down: false, words: "", all: false};
  kept.set(id, state);
  const numeric = new Set(columns.filter(({key}) => rows.some((row) => typeof row[key] === "number")).map(({key}) => key));
  const body = element("tbody"), said = element("span", {class: "count", "aria-live": "polite"});
  const more = element("button", {type: "button", onclick: () => { state.all = true; show(); }}, "Show all rows");
  const heads = columns.map(({key, label}) => element("th", {scope: "col", class: numeric.has(key) ? "number" : null},
    element("button", {type: "button", "data-key": key, onclick: () => {
      state.down = state.sort === key && !state.down;
      state.sort = key;
      show();
    }}, label)));

  function show() {
    const conditions = state.words.split(/\s+/).filter(Boolean).map((word) => condition(word, columns));
    const fitting = rows.filter((row) => conditions.every((holds) => holds(row)));
    if (state.sort) fitting.sort((a, b) => ordered(a[state.sort], b[state.sort], state.down));
    const shown = state.all ? fitting : fitting.slice(0, first);
    body.replaceChildren(...shown.map((row) => element("tr", {}, columns.map(({key, show: as}) =>
      element("td", {class: numeric.has(key) ? "number" : null}, as ? as(row) : textOf(row[key]))))));
    heads.forEach((head, index) => {
      const sorted = columns[index].key === state.sort;
      if (sorted) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    said.textContent = fitting.length === rows.length ? `${rows.length} rows` : `${fitting.length} of ${rows.length} rows`;
    more.hidden = shown.length === fitting.length;
  }

  show();
  const search = element("input", {type: "search", value: state.words, "aria-label": `Filter ${caption}`, placeholder: "words, or column<number",
                                   oninput: (event) => { state.words = event.target.value; show(); }});
  return element("div", {class: "table"},
    rows.length > 5 ? element("div", {class: "filter"}, element("label", {}, "Filter ", search), said) : null,
    element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
      element("table", {id}, element("caption", {class: "unseen"}, caption), element("thead", {}, element("tr", {}, heads)), body)), more);
}

/// A table of objects: their keys are its columns.
export function tableOf(id, caption, rows) {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return table({id, caption, rows, columns: keys.map((key) => ({key, label: key}))});
}
