// shifts.js: how far a metric moves where one key changes, a row a method.
import {FAINT, INK, rowColors} from "./colors.js";
import {figure, plot} from "./figure.js";
import {labelOf, lastPart, number, words} from "./text.js";

/// Means with intervals, one below the other: `points` have label, color, mean, low, high, and perhaps values (one a seed) and said (the
/// paper's).
export function intervalPlot(width, points, {label, zero = false, log = false, gap = 24}) {
  const longest = Math.max(0, ...points.map((point) => point.label.length));
  const left = Math.min(0.55 * width, 14 + 6 * longest), means = points.map((at) => at.mean).filter((value) => value !== null);
  const logarithmic = log && means.length && Math.min(...means) > 0 && Math.max(...means) > 30 * Math.min(...means);
  const least = d3.min(points.flatMap((at) => [at.low, at.mean]), (end) => (end > 0 ? end : undefined));
  const reach = (low) => (logarithmic && low <= 0 ? least : low);   // an interval that goes down to zero has no end on such a scale
  return plot({width, height: 60 + gap * points.length, marginLeft: left, marginRight: 18,
    x: {label, type: logarithmic ? "log" : "linear", ticks: width < 420 ? 4 : 7, tickFormat: (value) => number(value, 3), nice: true},
    y: {domain: points.map((point) => point.label), label: null, type: "band", padding: 0.2, grid: false,
        tickFormat: (text) => (6 * text.length > left - 12 ? `${text.slice(0, Math.floor((left - 18) / 6))}…` : text)}, marks: [
      zero ? Plot.ruleX([0], {stroke: INK}) : null,
      Plot.ruleY(points.filter((at) => at.low !== null && at.low < at.high), {y: "label", x1: (at) => reach(at.low), x2: "high",
          stroke: (at) => at.color ?? INK, strokeWidth: 2.6}),
      Plot.tickX(points.flatMap((at) => (at.values ?? []).filter((value) => value !== null).map((value) => ({...at, value}))),
                 {x: "value", y: "label", stroke: (at) => at.color ?? INK, strokeOpacity: 0.6, insetTop: gap / 5, insetBottom: gap / 5}),
      Plot.dot(points.filter((at) => at.mean !== null), {x: "mean", y: "label", r: 4, fill: (at) => at.color ?? INK}),
      Plot.ruleY(points.filter((at) => at.said), {y: "label", x1: (at) => at.said.low, x2: (at) => at.said.high, stroke: () => FAINT, dy: 8}),
      Plot.dot(points.filter((at) => at.said), {x: (at) => at.said.mean, y: "label", r: 4, dy: 8, symbol: "diamond", stroke: () => FAINT,
          fill: "var(--ground)"}),
      Plot.tip(points.filter((at) => at.mean !== null), Plot.pointerY({x: "mean", y: "label", fill: "var(--ground)",
        title: (at) => `${at.label}\n${number(at.mean)}${at.low === null ? "" : ` [${number(at.low)}, ${number(at.high)}]`}`})),
    ]});
}

/// 27, 1/27 for its inverse, and 0.05 for what needs no fraction.
function scaleText(at) {
  const inverse = Math.round(1 / at);
  return typeof at === "number" && at > 0 && at < 1 && Number(number(at)) !== at && Math.abs(1 / at - inverse) < 1e-9 * inverse ? `1/${inverse}` : number(at);
}

export function shiftFigures(study, frame) {
  const {options: asked, rows} = study.report.statistic;
  const shifted = lastPart(asked.shift) === "factor_scale" ? "c" : lastPart(asked.shift);
  const names = rows.map((row) => String(row.keys[asked.row])), colors = rowColors(names);
  const points = rows.map((row, index) => {
    const {[asked.row]: name, ...others} = row.keys, said = study.report.rows[index] ?? {};
    const rest = labelOf(others, Object.keys(others));
    return {...row.shift, values: row.values, color: colors.get(String(name)), at: row.at, name: String(name),
            label: `${name}${Object.keys(others).length ? `, ${rest}` : ""}, ${shifted} = ${scaleText(row.at)}`,
            said: said.paper_shift === null || said.paper_shift === undefined ? null
              : {mean: said.paper_shift, low: said.paper_low ?? said.paper_shift, high: said.paper_high ?? said.paper_shift}};
  });
  const legend = [{label: "mean, 95 % interval", symbol: "circle", line: true}, {label: "one seed", symbol: "tick"}];
  if (points.some((point) => point.said)) legend.push({label: "the paper's", symbol: "diamond", color: FAINT, hollow: true});
  return [figure({...frame("shift"), title: `Shift of ${words(asked.metric)} where ${lastPart(asked.shift)} changes`,
    about: `There less that at ${shifted} = ${number(asked.baseline)}, paired by seed${shifted === "c" ? `; c is ${asked.shift}` : ""}.`, legend,
    panels: [{draw: (width) => intervalPlot(width, points, {label: `shift of ${words(asked.metric)} →`, zero: true, gap: 30})}],
        runs: rows.flatMap((row) => row.shift.runs),
    rows: () => points.map(({label, mean, standard_error, low, high, n, values, runs}) =>
      ({row: label, shift: mean, standard_error, low, high, seeds: n, values: values.join(" "), runs: runs.join(" ")}))})];
}
