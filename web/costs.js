// costs.js: a metric against what its runs cost, in operations and in seconds, one line a row.
import {rowColors, symbolOf} from "./colors.js";
import {figure, plot} from "./figure.js";
import {isNumber, labelOf, lastPart, number, varying, words} from "./text.js";

const COSTS = [["flops", "operations of a run (FLOPs) →", "FLOPs"], ["seconds", "seconds of a run's steps →", "time"]];

export function costFigures(study, frame) {
  const {options: asked, rows} = study.report.statistic;
  const labels = rows.map((row) => row.label), colors = rowColors(labels, asked.baseline);
  const nameOf = (label) => (isNumber(label) ? `${lastPart(asked.row)} ${label}` : label);
  const keys = varying(rows.flatMap((row) => row.points.map((point) => point.cell))).filter((key) => key !== asked.row && key !== "optimizer");
  const points = rows.flatMap((row) => row.points.map((point) => ({row: nameOf(row.label), what: labelOf(point.cell, keys), color: colors.get(row.label),
    symbol: symbolOf(labels, row.label), flops: point.flops, seconds: point.seconds, ...point.loss, at_equal_flops: point.at_equal_flops.mean,
    at_equal_seconds: point.at_equal_seconds.mean, diverged: point.counts.diverged}))).filter((point) => point.mean !== null);
  const panels = COSTS.map(([cost, label, title]) => ({title: `at equal ${title}`, draw: (width) => {
    const shown = points.filter((point) => point[cost] > 0).sort((a, b) => a[cost] - b[cost]);
    return plot({width, height: 300, x: {type: "log", label, ticks: 5, tickFormat: (value) => number(value, 2)},
        y: {label: `↑ ${words(asked.metric)}`, nice: true}, marks: [
      Plot.ruleX(shown.filter((at) => at.low !== null), {x: cost, y1: "low", y2: "high", stroke: (at) => at.color}),
      Plot.line(shown, {x: cost, y: "mean", z: "row", stroke: (at) => at.color, strokeWidth: 1.7}),
      Plot.dot(shown, {x: cost, y: "mean", r: 4, fill: (at) => at.color, symbol: (at) => at.symbol}),
      Plot.tip(shown, Plot.pointer({x: cost, y: "mean", fill: "var(--ground)",
          title: (at) => `${at.row}, ${at.what}\n${number(at.mean)} at ${number(at[cost], 4)}`})),
    ]});
  }}));
  return [figure({...frame("cost"), title: `${words(asked.metric)} against what it costs`, about: "Mean over seeds with its 95 % interval.", min: 320, panels,
    legend: rows.map((row) => ({label: nameOf(row.label), color: colors.get(row.label), symbol: symbolOf(labels, row.label), line: true})),
    runs: points.flatMap((point) => point.runs),
    rows: () => points.map(({row, what, flops, seconds, mean, low, high, n, at_equal_flops, at_equal_seconds, runs}) =>
      ({row, with: what, flops, seconds, mean, low, high, seeds: n, at_equal_flops, at_equal_seconds, runs: runs.join(" ")}))})];
}
