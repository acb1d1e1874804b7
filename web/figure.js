// figure.js: a figure of one or several panels with its legend, its numbers, the runs behind it, and how to make them again.
import {INK} from "./colors.js";
import {asSvg, savePng, saveSvg, saveText} from "./save.js";
import {csv, drawn, element} from "./text.js";
import {tableOf} from "./table.js";

let made = 0;
const waiting = [];   // what is still to be drawn, in the order of the page

/// Draws what is on the screen, says so with `seen`, and then the rest for a moment at a time, so that the page answers meanwhile, and `done`. All
/// widths are asked for at once: each question lays the whole page out anew if something was drawn since the last one.
export function drawAll(seen, done) {
  const figures = waiting.splice(0).filter((each) => each.place.isConnected);
  figures.forEach((each) => each.prepare());
  figures.forEach((each) => each.measure());
  const below = figures.filter((each) => !each.onScreen);
  figures.filter((each) => each.onScreen).forEach((each) => each.draw());
  const some = () => {
    const until = performance.now() + 60;
    while (below.length && performance.now() < until) below.shift().draw();
    if (below.length) setTimeout(some);
    else done();
  };
  requestAnimationFrame(() => {
    seen();
    setTimeout(some);
  });
}

/// A mark of the legend: `symbol`, `line`, `dash`, `band`, `ring` say what it shows.
function markOf({color = INK, symbol, line, dash, band, ring, hollow}) {
  const svg = drawn("svg", {width: 26, height: 16, viewBox: "0 0 26 16", "aria-hidden": "true"});
  if (band) svg.append(drawn("rect", {x: 2, y: 3, width: 22, height: 10, fill: color, "fill-opacity": 0.2}));
  if (line || dash) svg.append(drawn("line", {x1: 2, x2: 24, y1: 8, y2: 8, stroke: color, "stroke-width": 2, "stroke-dasharray": dash ?? null}));
  if (ring) svg.append(drawn("circle", {cx: 13, cy: 8, r: 6.5, fill: "none", stroke: color, "stroke-width": 1.5}));
  const type = symbol && d3[`symbol${symbol[0].toUpperCase()}${symbol.slice(1)}`];
  if (type) svg.append(drawn("path", {d: d3.symbol(type, 44)(), transform: "translate(13,8)", fill: hollow ? "none" : color, stroke: color,
      "stroke-width": 1.3}));
  if (symbol === "tick") svg.append(drawn("line", {x1: 13, x2: 13, y1: 3, y2: 13, stroke: color, "stroke-width": 1.5}));
  return svg;
}

/// What all plots have in common. Marks give their colours themselves.
export function plot(options) {
  return Plot.plot({color: {type: "identity"}, symbol: {type: "identity"}, marginLeft: 52, marginRight: 14, marginTop: 24, marginBottom: 38, grid: true,
                    style: {background: "none", color: INK, overflow: "visible", fontSize: "11px"}, ...options});
}

/// The panels of a figure, drawn at the width that they have. `draw(width)` of a panel gives its SVG.
class Panels {
  constructor(place, panels, label) {
    Object.assign(this, {place, panels, label, whole: 0, width: 0, onScreen: false});
  }
  prepare() {
    this.place.replaceChildren(...this.panels.map(({title}) => element("div", {class: "panel"}, title ? element("h4", {}, title) : null)));
  }
  measure() {
    this.whole = this.place.clientWidth;
    this.width = Math.max(200, this.place.firstChild?.clientWidth ?? 0);
    const {top, bottom} = this.place.getBoundingClientRect();
    this.onScreen = bottom > 0 && top < window.innerHeight;
  }
  draw() {
    this.panels.forEach((panel, index) => {
      const svg = panel.draw(this.width), id = `d${++made}`;
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-labelledby", id);
      svg.prepend(drawn("title", {id}, panel.title ? `${this.label}: ${panel.title}` : this.label));
      this.place.children[index].append(svg);
    });
  }
  /// Again where the page has become wider or narrower.
  fit() {
    if (!this.whole || !this.place.isConnected || this.place.clientWidth === this.whole) return;
    this.prepare();
    this.measure();
    this.draw();
  }
}

function tools(whole, {name, title, rows}) {
  const button = (label, act) => element("button", {type: "button", onclick: act, "aria-label": `Save as ${label}: ${title}`}, label);
  return element("div", {class: "tools"}, "Save ", button("SVG", () => saveSvg(whole, `${name}.svg`)), button("PNG", () => savePng(whole, `${name}.png`)),
                 button("CSV", () => saveText(csv(rows()), `${name}.csv`)));
}

/// The numbers as a table, made when they are asked for; the runs, the command and the query.
function behind({name, title, rows, runs, commands}) {
  const content = element("div");
  const details = element("details", {ontoggle: () => {
    if (!details.open || content.firstChild) return;
    content.append(tableOf(`${name}-numbers`, `Numbers of: ${title}`, rows()),
                   element("p", {}, `Runs behind it (${runs.length}): `, element("span", {class: "ids"}, stretches(runs))),
                   ...commands.map(([what, command]) => element("p", {}, what, ": ", element("code", {}, command))));
  }}, element("summary", {}, "Numbers, runs and commands"), content);
  return details;
}

/// "1–4, 7".
export function stretches(runs) {
  const parts = [];
  for (const run of [...new Set(runs)].sort((a, b) => a - b)) {
    const last = parts[parts.length - 1];
    if (last && last[1] === run - 1) last[1] = run;
    else parts.push([run, run]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

/// `rows()`: the numbers, one object a row. `commands`: what it is and the command. `min`: how narrow a panel may become.
export function figure({name, title: words, about, panels, legend = [], rows, runs = [], commands = [], min = 260}) {
  const title = words[0].toUpperCase() + words.slice(1);
  const place = element("div", {class: panels.length > 1 ? "panels many" : "panels", style: `--least: ${min}px`});
  const whole = element("figure", {id: name, "data-runs": [...new Set(runs)].length}, element("figcaption", {}, element("h3", {}, title),
      about ? element("p", {}, about) : null), place,
    element("ul", {class: "legend"}, legend.map((item) => element("li", {}, markOf(item), item.label))));
  whole.append(tools(whole, {name, title, rows}), behind({name, title, rows, runs, commands}));
  const drawing = new Panels(place, panels, title);
  waiting.push(drawing);
  let later;
  new ResizeObserver(() => {
    clearTimeout(later);
    later = setTimeout(() => drawing.fit(), 150);
  }).observe(place);
  return whole;
}

export const svgOf = asSvg;
