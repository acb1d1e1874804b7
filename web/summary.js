// summary.js: statistics that have numbers for every cell: a heat map where two keys span a grid, else a line a cell.
import {INK} from "./colors.js";
import {figure, plot} from "./figure.js";
import {intervalPlot} from "./shifts.js";
import {labelOf, lastPart, number, varying, words} from "./text.js";

const MOST = 60;   // lines of a figure; beyond them the table serves

/// A colour for each value along viridis, with a scale beside it.
export function heatMap(width, cells, {x, y, label, height, shown = (value) => number(value, 3)}) {
  const values = cells.map((cell) => cell.value).filter((value) => value !== null);
  const [least, most] = d3.extent(values), middle = (least + most) / 2;
  const columns = new Set(cells.map((cell) => cell.x)).size;
  return plot({width, height, grid: false, color: {type: "linear", scheme: "viridis", domain: [least, most], label}, marginLeft: 66,
    x: {type: "band", label: `${x} →`, tickFormat: (value) => number(value, 3), tickRotate: width < 50 * columns ? -45 : 0},
    y: {type: "band", label: `↑ ${y}`, reverse: true, tickFormat: (value) => number(value, 3)}, marginBottom: 48, marks: [
      Plot.cell(cells, {x: "x", y: "y", fill: "value", inset: 0.5, title: (cell) => `${x} ${number(cell.x)}, ${y} ${number(cell.y)}: ${number(cell.value)}`}),
      width > 44 * columns ? Plot.text(cells, {x: "x", y: "y", text: (cell) => (cell.value === null ? "diverged" : shown(cell.value)),
        fill: {value: cells.map((cell) => (cell.value === null ? "currentColor" : cell.value < middle ? "#fff" : "#000")), scale: null}}) : null,
    ]});
}

const plainNumber = (value) => typeof value === "number" && value > 0;

function grid(rows, keys) {
  if (keys.length !== 2 || !rows.every((row) => keys.every((key) => plainNumber(row.cell[key])))) return false;
  const [across, down] = keys.map((key) => new Set(rows.map((row) => row.cell[key])).size);
  return across > 1 && down > 1 && across * down === rows.length;
}

/// `metrics`: of each its name and, of a row, its number.
export function cellFigures(rows, metrics, frame, {title, about}) {
  const keys = varying(rows.map((row) => row.cell));
  const points = rows.map((row) => ({label: labelOf(row.cell, keys) + (row.margin === undefined ? "" : `, ε = ${number(row.margin)}`), row}));
  const runs = metrics.flatMap(([, of]) => rows.flatMap((row) => of(row)?.runs ?? []));
  const numbers = () => points.map(({label, row}) => ({cell: label, ...Object.fromEntries(metrics.flatMap(([name, of]) => {
    const found = of(row) ?? {};
    return [[name, found.mean], [`${name} low`, found.low], [`${name} high`, found.high]];
  })), seeds: metrics[0] && metrics[0][1](row)?.n}));
  if (grid(rows, keys)) {
    const [name, of] = metrics[0];
    const cells = rows.map((row) => ({x: row.cell[keys[0]], y: row.cell[keys[1]],
        value: of(row).mean === null ? null : Math.log10(Math.max(of(row).mean, 1e-30))}));
    cells.sort((a, b) => a.x - b.x || a.y - b.y);
    return [figure({...frame("levels"), title: `log₁₀ of ${words(name)}`, about, runs, rows: numbers,
      panels: [{draw: (width) => heatMap(width, cells, {x: lastPart(keys[0]), y: lastPart(keys[1]), label: name,
          height: 90 + 34 * new Set(cells.map((cell) => cell.y)).size})}]})];
  }
  const shown = points.slice(0, MOST);
  const panels = metrics.map(([name, of]) => ({title: metrics.length > 1 ? words(name) : "", draw: (width) =>
    intervalPlot(width, shown.map(({label, row}) => ({label, color: INK, ...(of(row) ?? {mean: null, low: null, high: null})})),
        {label: `${words(name)} →`, log: true, gap: 18})}));
  const cut = points.length > MOST ? ` The first ${MOST} of ${points.length} cells; the table below has all.` : "";
  return [figure({...frame("levels"), title, about: about + cut, panels, min: Math.min(900, Math.max(420, 314 + 6 * d3.max(shown, (point) => point.label.length))), runs,
      rows: numbers, legend: [{label: "mean, 95 % interval", symbol: "circle", line: true}]})];
}

export function summaryFigures(study, frame) {
  const rows = study.report.statistic.rows, names = Object.keys(rows[0]?.values ?? {});
  return cellFigures(rows, names.map((name) => [name, (row) => row.values[name]]), frame, {title: "Every cell",
      about: "Mean over seeds with its 95 % interval."});
}

export function tailFigures(study, frame) {
  const rows = study.report.statistic.rows;
  return cellFigures(rows, ["rate", "r_squared", "last"].map((name) => [name, (row) => row[name]]), frame,
                     {title: `How ${words(study.report.statistic.options.metric)} falls at the end`,
                         about: "Rate of its logarithm, how straight that is, and how far it fell."});
}

export function targetFigures(study, frame) {
  const {options: asked, rows} = study.report.statistic;
  return cellFigures(rows, [["steps", (row) => row.steps], ["last", (row) => row.last]], frame,
                     {title: `Steps to ${words(asked.metric)} ${asked.target}`,
                         about: "Of the seeds that reach it, and the last value of all: means with their 95 % intervals."});
}

export function plainFigures(study, frame) {
  return cellFigures(study.cells.rows, [[study.metric, (row) => row.level]], frame, {title: `${words(study.metric)} of every cell`,
      about: "Mean over seeds with its 95 % interval."});
}
