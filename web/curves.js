// curves.js: how a loss ran in every cell: mean over the runs, and the band between the lowest and the highest.
import {along, rowColors} from "./colors.js";
import {figure, plot} from "./figure.js";
import {isNumber, labelOf, lastPart, named, number, unusual, usual, varying, words} from "./text.js";

const PANELS = 16, LINES = 12;

/// The key whose values are lines of one panel: the learning rate, else the last one that differs.
const lineKey = (keys) => keys.find((key) => key === "optimizer.learning_rate") ?? keys[keys.length - 1];

export function curveFigures(study, frame) {
  const courses = study.curves.filter(({cells}) => cells.some((of) => of.steps.length > 1));
  return courses.map(({metric, cells}) => {
    const keys = varying(cells.map((of) => of.cell)), line = lineKey(keys), others = keys.filter((key) => key !== line);
    const common = usual(cells.map((of) => of.cell), others);
    const panelOf = (of) => labelOf(unusual(of.cell, common), others);
    const groups = [...d3.group(cells, panelOf)], labels = cells.map((of) => String(of.cell[line] ?? "")), colors = rowColors(labels);
    const logarithmic = metric === "loss" && d3.min(cells, (of) => d3.min(of.mean)) > 0;
    // A run that diverges would hide all others: nothing is shown that lies far above where most begin.
    const top = Math.min(d3.max(cells, (of) => d3.max(of.mean)), 1.2 * d3.median(cells, (of) => of.mean[0])), bottom = d3.min(cells,
        (of) => d3.min(of.low.length ? of.low : of.mean));
    const domain = logarithmic ? [Math.max(bottom, top * 1e-16), top] : [bottom - 0.03 * (top - bottom), top + 0.03 * (top - bottom)];
    const distinct = [...new Set(labels)].sort((a, b) => (isNumber(a) && isNumber(b) ? a - b : 0));
    const legend = line ? distinct.slice(0, LINES).map((label) => ({label: line.endsWith("learning_rate") ? `η = ${number(Number(label))}`
        : named(line, isNumber(label) ? Number(label) : label),
                                                                    color: colors.get(label), line: true, band: true})) : [];
    const cut = groups.length > PANELS ? ` The first ${PANELS} of ${groups.length} panels.` : "";
    return figure({...frame(`curve-${metric}`), title: `${words(metric)} against steps`, legend, min: 230, runs: cells.flatMap((of) => of.runs),
      about: `Mean over the runs of a cell; band: from the lowest to the highest of them.${cut}`,
      commands: [["Every step", `steepest query curves --study ${study.name} --scale ${study.scale} --format csv`]],
      panels: groups.slice(0, PANELS).map(([title, members]) => ({title, draw: (width) => panel(members, width)})),
      rows: () => cells.flatMap((of) => of.steps.map((step, index) => ({...Object.fromEntries(keys.map((key) => [lastPart(key), of.cell[key]])), step,
          mean: of.mean[index],
        lowest: of.low[index] ?? of.mean[index], highest: of.high[index] ?? of.mean[index], runs: of.n[index] ?? 1})))});

    function panel(members, width) {
      const points = members.flatMap((of) => of.steps.map((step, index) => ({step, mean: of.mean[index], low: of.low[index] ?? of.mean[index],
          high: of.high[index] ?? of.mean[index],
          color: colors.get(String(of.cell[line] ?? "")) ?? along(0.3), line: JSON.stringify(of.cell)})));
      return plot({width, height: 200, x: {label: "step →", ticks: 4}, y: {domain, type: logarithmic ? "log" : "linear", label: `↑ ${words(metric)}`, ticks: 5,
        tickFormat: (value) => number(value, 3)}, marks: [
          Plot.areaY(points, {x: "step", y1: "low", y2: "high", z: "line", fill: (at) => at.color, fillOpacity: 0.18, clip: true}),
          Plot.line(points, {x: "step", y: "mean", z: "line", stroke: (at) => at.color, strokeWidth: 1.4, clip: true}),
        ]});
    }
  });
}
