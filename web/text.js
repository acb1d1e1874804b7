// text.js: numbers and names as readers write them, and elements of the page. Text of the data only ever becomes the content of text nodes
// and the value of attributes, so that nothing in it is taken for HTML.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
export function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat());
  return made;
}

/// A number in at most so many digits; none: a dash.
export function number(value, digits = 5) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(Math.min(digits, 4) - 1).replace(/\.?0*e/, "e").replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
}

export function interval(of, digits = 5) {
  if (!of || of.mean === null) return "–";
  if (of.low === null || of.low === of.high) return number(of.mean, digits);
  return `${number(of.mean, digits)} [${number(of.low, digits)}, ${number(of.high, digits)}]`;
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "not known yet";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.round((seconds % 3600) / 60)).padStart(2, "0")} min`;
}

export const lastPart = (key) => key.slice(key.lastIndexOf(".") + 1);
export const isNumber = (text) => text !== "" && text !== null && typeof text !== "boolean" && Number.isFinite(Number(text));
export const words = (name) => name.replaceAll("_", " ");

export function valueText(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return number(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/// "rank 8", "muon": a key is named where its value does not speak for itself.
export function named(key, value) {
  const text = key.endsWith("rank") && value === 0 ? "dense" : valueText(value);
  return isNumber(text) || typeof value === "boolean" ? `${lastPart(key)} ${text}` : text;
}

/// The keys that differ between objects.
export function varying(objects) {
  const keys = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  return keys.filter((key) => new Set(objects.map((object) => JSON.stringify(object[key] ?? null))).size > 1);
}

/// Of more than four keys the values that most objects have, which need not be said of each.
export function usual(objects, keys) {
  if (keys.length <= 4) return {};
  const common = keys.map((key) => {
    const counts = new Map();
    for (const object of objects) counts.set(JSON.stringify(object[key] ?? null), (counts.get(JSON.stringify(object[key] ?? null)) ?? 0) + 1);
    const [value, count] = [...counts].sort((a, b) => b[1] - a[1])[0];
    return [key, value, count];
  });
  return Object.fromEntries(common.filter(([, , count]) => count > 0.6 * objects.length).map(([key, value]) => [key, JSON.parse(value)]));
}

/// The cell without what is usual.
export const unusual = (cell, common) => Object.fromEntries(Object.entries(cell).filter(([key,
    value]) => !(key in common) || JSON.stringify(common[key]) !== JSON.stringify(value)));

export const labelOf = (cell, keys) => keys.filter((key) => key in cell && cell[key] !== null).map((key) => named(key, cell[key])).join(", ") || "all runs";

/// For sorting: numbers by size, before texts; in texts layer10 after layer9.
export function compare(a, b) {
  const none = (value) => value === null || value === undefined || value === "";
  if (none(a) || none(b)) return none(a) - none(b);
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  return String(a).localeCompare(String(b), "en", {numeric: true});
}

/// A word as a shell takes it.
export const shellWord = (text) => (/^[A-Za-z0-9_\/.:=+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
/// A text as SQL takes it.
export const sqlText = (text) => `'${text.replaceAll("'", "''")}'`;

/// The numbers of a figure as CSV: the keys of the first row are its columns.
export function csv(rows) {
  if (!rows.length) return "";
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const field = (value) => {
    const text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [keys, ...rows.map((row) => keys.map((key) => row[key]))].map((line) => line.map(field).join(",")).join("\n") + "\n";
}
