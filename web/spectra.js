// spectra.js: the singular values of a study's matrices while they are trained: as heat maps, σ_i × step, and a line a singular value.
import {along} from "./colors.js";
import {figure, plot} from "./figure.js";
import {compare, labelOf, number, varying} from "./text.js";

const CELLS = 4, MATRICES = 6;   // that are drawn

/// The cells of lowest metric, one for each value of the first swept key, and of each the same matrices, spread evenly over all.
function chosen(rows) {
  const keys = varying(rows.map((row) => row.cell)), full = rows.filter((row) => row.matrices.length);
  const best = d3.rollups(full, (group) => d3.least(group, (row) => row.level.mean ?? Infinity), (row) => String(row.cell[keys[0]])).map(([, row]) => row);
  const cells = (full.length > CELLS && keys.length ? best : full).slice(0, CELLS);
  const names = (cells[0]?.matrices ?? []).map((of) => of.matrix).sort(compare), count = Math.min(MATRICES, names.length);
  const kept = new Set(d3.range(count).map((place) => names[Math.round(place * (names.length - 1) / Math.max(1, count - 1))]));
  return cells.flatMap((row) => row.matrices.filter((of) => kept.has(of.matrix) && of.courses.length).map((of) =>
    ({title: `${of.matrix.replace(/^adapter\./, "")}${cells.length > 1 ? `, ${labelOf(row.cell, keys)}` : ""}`, course: of.courses[0]})));
}

export function spectraFigures(study, frame) {
  const rows = study.report.statistic.rows, shown = chosen(rows);
  const keys = varying(rows.map((row) => row.cell));
  const runs = rows.flatMap((row) => row.matrices.flatMap((of) => of.courses.map((course) => course.run)));
  const numbers = () => rows.flatMap((row) => row.matrices.map((of) => ({cell: labelOf(row.cell, keys), matrix: of.matrix,
      effective_rank: of.effective_rank.mean,
    rank_share: of.rank_share.mean, growth_ratio: of.growth_ratio.mean, growth_spread: of.growth_spread.mean, seeds: of.courses.length})));
  return [
    figure({...frame("heat"), title: "Singular values over the largest of that step",
        about: "Uniform growth is one colour from top to bottom. The first seed; largest on top.",
            panels: shown.map(({title, course}) => ({title, draw: (width) => heat(course, width)})), min: 200, runs, rows: numbers,
            legend: [["0", 0], ["½", 0.5], ["1", 1]].map(([label, place]) => ({label, color: d3.interpolateViridis(place), symbol: "square"}))}),
    figure({...frame("spectra"), title: "Singular values against steps", about: "A line a singular value, the largest darkest. The first seed.",
            panels: shown.map(({title, course}) => ({title, draw: (width) => lines(course, width)})), min: 200, runs, rows: numbers}),
  ];
}

function heat({steps, values, positions}, width) {
  const cells = steps.flatMap((step, index) => {
    const largest = Math.max(...values[index]);
    return largest > 0 ? values[index].map((value, place) => ({from: index ? steps[index - 1] : step - (steps[1] - step || 1), step,
        place: positions[place], after: positions[place + 1] ?? positions[place] + 1, share: value / largest})) : [];
  });
  return plot({width, height: 170, grid: false, color: {type: "linear", scheme: "viridis", domain: [0, 1]}, marginLeft: 40,
    x: {label: "step →", ticks: 4}, y: {label: "i", reverse: true, ticks: positions.length > 6 ? 4 : positions,
        tickFormat: (i) => (Number.isInteger(i) ? i : "")}, marks: [
      Plot.rect(cells, {x1: "from", x2: "step", y1: (at) => at.place - 0.5, y2: (at) => at.after - 0.5, fill: "share", shapeRendering: "crispEdges",
                        title: (at) => `σ${at.place} at step ${at.step}: ${number(at.share, 3)} of the largest`}),
    ]});
}

function lines({steps, values}, width) {
  const count = values[0]?.length ?? 0;
  const points = values.flatMap((at, index) => at.map((value, place) => ({step: steps[index], value, place})));
  return plot({width, height: 170, marginLeft: 40, x: {label: "step →", ticks: 4}, y: {label: "↑ σ", zero: true, ticks: 4}, marks: [
    Plot.line(points, {x: "step", y: "value", z: "place", stroke: (at) => along(at.place / Math.max(1, count - 1)), strokeWidth: 1.1}),
  ]});
}
