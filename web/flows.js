// flows.js: the modes of matrix flows against time, when each arrived beside when it should, and how equal their rates are.
import {INK, along, rowColors, symbolOf} from "./colors.js";
import {figure, plot} from "./figure.js";
import {labelOf, number, varying} from "./text.js";

const PANELS = 12;   // flows that are drawn; the numbers have all

function flowOf(row, keys) {
  const beta = row.smoothing_squared;
  const name = row.flow !== "specgf" ? "gradient flow" : beta === null ? "SpecGF" : beta === 0 ? "SpecGF, exact" : `SpecGF, β = ${number(beta)}`;
  const rest = labelOf(row.cell, keys);
  return keys.some((key) => key in row.cell) ? `${name}, ${rest}` : name;
}

export function flowFigures(study, frame) {
  const {options: asked, rows} = study.report.statistic;
  const keys = varying(rows.map((row) => row.cell)).filter((key) => !["flow", "flow.smoothing_squared", "flow.end_time"].includes(key));
  const flows = d3.group(rows, (row) => flowOf(row, keys));
  const sigmas = [...new Set(rows.map((row) => row.sigma))].sort((a, b) => b - a), colors = rowColors(sigmas.map(String));
  const shown = [...flows].slice(0, PANELS);
  const panels = shown.map(([title, modes]) => ({title, draw: (width) => courses(modes, width, colors)}));
  const legend = sigmas.length <= 16 ? sigmas.map((sigma) => ({label: `σ = ${number(sigma)}`, color: colors.get(String(sigma)), line: true}))
    : [sigmas[0], sigmas[sigmas.length - 1]].map((sigma) => ({label: `σ = ${number(sigma)}`, color: colors.get(String(sigma)), line: true}));
  legend.push({label: `expected at ${number(asked.fraction)} σ`, symbol: "diamond", hollow: true}, {label: "√σ", dash: "2 3"});
  const runs = rows.flatMap((row) => row.courses.map((course) => course.run));
  const numbers = () => rows.map((row) => ({flow: flowOf(row, keys), mode: row.mode, sigma: row.sigma, slope: row.slope.mean, arrival: row.arrival.mean,
    arrival_low: row.arrival.low, arrival_high: row.arrival.high, expected: row.expected.mean, ratio: row.ratio, last: row.last.mean,
        seeds: row.courses.length}));
  return [
    figure({...frame("modes"), title: "Modes of the product against time", panels, legend, runs, rows: numbers, min: 250,
            about: `√d of each mode, a line a seed.${flows.size > PANELS ? ` The first ${PANELS} of ${flows.size} flows.` : ""}`}),
    arrivalFigure(rows, keys, frame, runs),
  ];
}

function courses(modes, width, colors) {
  const lines = modes.flatMap((row) => row.courses.flatMap((course) => course.times.map((time, index) =>
    ({time, root: course.roots[index], line: `${row.mode} ${course.run}`, color: colors.get(String(row.sigma))}))));
  const due = modes.filter((row) => row.expected.mean !== null).map((row) => ({time: row.expected.mean, root: row.level,
      color: colors.get(String(row.sigma))}));
  const end = d3.max(lines, (at) => at.time) ?? 1;
  return plot({width, height: 210, x: {label: "time →", domain: [0, end], ticks: 5}, y: {label: "↑ √d", nice: true, zero: true}, marks: [
    Plot.ruleY(modes, {y: "end", stroke: (row) => colors.get(String(row.sigma)), strokeDasharray: "2 3", strokeWidth: 0.8}),
    Plot.line(lines, {x: "time", y: "root", z: "line", stroke: (at) => at.color, strokeWidth: 1.2}),
    Plot.dot(due.filter((at) => at.time <= end), {x: "time", y: "root", symbol: "diamond", r: 3.5, stroke: (at) => at.color, fill: "var(--ground)"}),
  ]});
}

function arrivalFigure(rows, keys, frame, runs) {
  const points = rows.flatMap((row) => row.arrivals.map((at) => ({flow: flowOf(row, keys), kind: row.flow, mode: row.mode, fraction: at.fraction,
      expected: at.expected.mean,
    ...at.arrival}))).filter((point) => point.expected > 0 && point.mean > 0);
  if (!points.length) return null;
  const fractions = [...new Set(points.map((point) => point.fraction))].sort((a, b) => a - b);
  const color = (fraction) => along(fractions.indexOf(fraction) / Math.max(1, fractions.length - 1));
  const symbol = (kind) => (kind === "specgf" ? "circle" : "square");
  const ends = d3.extent(points.flatMap((point) => [point.expected, point.mean]));
  const draw = (width) => plot({width, height: Math.min(420, 0.75 * width + 60), x: {type: "log", label: "expected time of arrival →", ticks: 5,
      tickFormat: (v) => number(v, 2)},
    y: {type: "log", label: "↑ time of arrival", ticks: 5, tickFormat: (v) => number(v, 2)}, marks: [
      Plot.line(ends, {x: (v) => v, y: (v) => v, stroke: () => INK, strokeDasharray: "2 3"}),
      Plot.ruleX(points.filter((at) => at.low !== null), {x: "expected", y1: "low", y2: "high", stroke: (at) => color(at.fraction)}),
      Plot.dot(points, {x: "expected", y: "mean", r: 3, stroke: (at) => color(at.fraction), symbol: (at) => symbol(at.kind)}),
      Plot.tip(points, Plot.pointer({x: "expected", y: "mean", fill: "var(--ground)",
          title: (at) => `${at.flow}, mode ${at.mode}\nat ${number(at.fraction)} σ: ${number(at.mean)}, ` +
        `expected ${number(at.expected)}`})),
    ]});
  const legend = [{label: "SpecGF", symbol: "circle", hollow: true, kind: "specgf"}, {label: "gradient flow", symbol: "square", hollow: true,
      kind: "gradient_flow"}];
  return figure({...frame("arrivals"), title: "When each mode arrived, against when theory expects it", panels: [{draw}], runs,
      about: "On the dotted line both agree.",
    legend: [...legend.filter((item) => points.some((point) => point.kind === item.kind)),
             ...fractions.map((fraction) => ({label: `at ${number(fraction)} σ`, color: color(fraction), line: true}))],
    rows: () => points.map(({flow, mode, fraction, expected, mean, low, high, n}) => ({flow, mode, fraction, expected, arrival: mean, low, high, seeds: n}))});
}

export function spreadFigures(study, frame) {
  const rows = study.report.statistic.rows, keys = varying(rows.map((row) => row.cell));
  const points = rows.map((row) => ({label: labelOf(row.cell, keys), margin: row.margin, ...row.spread})).filter((point) => point.mean > 0);
  const labels = [...new Set(points.map((point) => point.label))], colors = rowColors(labels);
  const margins = [...new Set(rows.map((row) => row.margin))].sort((a, b) => a - b);
  const draw = (width) => plot({width, height: 340, x: {type: "log", label: "margin ε below σ at which a mode counts as active →",
      tickFormat: (v) => number(v, 2)},
    y: {type: "log", label: "↑ largest difference of two rates of √d", tickFormat: (v) => number(v, 2), ticks: 5}, marks: [
      Plot.line(margins, {x: (v) => v, y: (v) => v ** 0.25, stroke: () => INK, strokeDasharray: "5 4"}),
      Plot.areaY(points.filter((at) => at.low > 0), {x: "margin", y1: "low", y2: "high", z: "label", fill: (at) => colors.get(at.label), fillOpacity: 0.15}),
      Plot.line(points, {x: "margin", y: "mean", z: "label", stroke: (at) => colors.get(at.label), strokeWidth: 1.6}),
      Plot.dot(points, {x: "margin", y: "mean", fill: (at) => colors.get(at.label), r: 3.5, symbol: (at) => symbolOf(labels, at.label)}),
    ]});
  return [figure({...frame("spread"), title: "How equal the rates of active modes are",
      about: "The rates at which √d grows; mean over seeds with its 95 % interval.",
    panels: [{draw}], runs: points.flatMap((point) => point.runs),
    legend: [...labels.map((label) => ({label, color: colors.get(label), symbol: symbolOf(labels, label), line: true})), {label: "ε^(1/4)", dash: "5 4"}],
    rows: () => points.map(({label, margin, mean, low, high, n, runs}) => ({cell: label, margin, spread: mean, low, high, seeds: n, runs: runs.join(" ")}))})];
}
