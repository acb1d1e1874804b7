// coordinates.js: a coordinate check: sizes against the size of the network, both logarithmic, one line a step.
import {along} from "./colors.js";
import {figure, plot} from "./figure.js";
import {labelOf, lastPart, number, varying, words} from "./text.js";

const familyOf = (row) => row.quantity.split(".", 1)[0];

export function coordinateFigures(study, frame) {
  const {options: asked, rows} = study.report.statistic, size = lastPart(asked.size);
  const keys = varying(rows.map((row) => row.keys)), steps = [...new Set(rows.flatMap((row) => row.steps.map((at) => at.step)))].sort((a, b) => a - b);
  const color = (step) => along(steps.indexOf(step) / Math.max(1, steps.length - 1));
  const legend = steps.map((step) => ({label: `after step ${step}`, color: color(step), line: true}));
  const groups = d3.groups(rows, (row) => `${familyOf(row)} ${labelOf(row.keys, keys)}`).map(([, members]) => members);
  return groups.map((members, index) => figure({...frame(`${familyOf(members[0])}-${index}`), title: titleOf(members[0], keys, size), min: 160, legend,
    about: "Root mean squares over entries and layers, means over seeds with their 95 % intervals; the steepest slope, and whether it is flat.",
    panels: members.map((row) => ({title: `${partOf(row)}: ${slopeOf(row)}${row.verdict}`, draw: (width) => sizes(row, size, width, color)})),
    runs: members.flatMap((row) => row.slope.runs),
    rows: () => members.flatMap((row) => row.steps.flatMap((at) => at.sizes.map((each) => ({with: labelOf(row.keys, keys), quantity: row.quantity,
      step: at.step, [size]: each.size, mean: each.value.mean, low: each.value.low, high: each.value.high, seeds: each.value.n,
      slope: at.slope.mean, slope_low: at.slope.low, slope_high: at.slope.high, verdict: at.verdict}))))}));
}

const partOf = (row) => row.quantity.slice(familyOf(row).length + 1);
const slopeOf = (row) => (row.slope.mean === null ? "" : `${row.slope.mean.toFixed(2)}, `);
const titleOf = (row, keys, size) => `${words(familyOf(row))} against ${size}${keys.length ? `: ${labelOf(row.keys, keys)}` : ""}`;

/// At least a decade and a half, so that what is flat looks flat.
function range(values) {
  const [low, high] = d3.extent(values, Math.log10), half = Math.max(0.75, (high - low) / 2 + 0.2), middle = (low + high) / 2;
  return [10 ** (middle - half), 10 ** (middle + half)];
}

function sizes(row, label, width, color) {
  const points = row.steps.flatMap((at) => at.sizes.map((each) => ({size: each.size, step: at.step, color: color(at.step), ...each.value})))
    .filter((point) => point.mean > 0);
  const ticks = [...new Set(points.map((point) => point.size))];
  return plot({width, height: 190, x: {type: "log", label: `${label} →`, ticks, tickFormat: (value) => number(value, 4)},
      y: {type: "log", domain: points.length ? range(points.map((point) => point.mean)) : [0.1, 1], ticks: 3, tickFormat: (value) => number(value, 1)}, marks: [
    Plot.ruleX(points.filter((point) => point.low > 0), {x: "size", y1: "low", y2: "high", stroke: (point) => point.color}),
    Plot.line(points, {x: "size", y: "mean", z: "step", stroke: (point) => point.color, strokeWidth: 1.3}),
    Plot.dot(points, {x: "size", y: "mean", r: 2, fill: (point) => point.color}),
    Plot.tip(points, Plot.pointer({x: "size", y: "mean", fill: "var(--ground)",
        title: (point) => `${label} ${number(point.size)}, step ${point.step}: ${number(point.mean)}`})),
  ]});
}
