// rates.js: loss against the learning rate, one line a row, and how sure the best rate is.
import {INK, rowColors, symbolOf} from "./colors.js";
import {figure, plot} from "./figure.js";
import {isNumber, lastPart, number, words} from "./text.js";

const nameOf = (key, label) => (isNumber(label) ? `${lastPart(key)} ${label}` : label);

/// A tick with its text at every rate that was tried: a logarithmic axis by itself leaves out the texts of some.
const rateAxis = (rates, tilt, label) => Plot.axisX(rates, {text: (rate) => number(rate, 3), tickRotate: tilt ? -45 : 0, label, labelAnchor: "right"});

export function rateFigures(study, frame) {
  const {options: asked, rows} = study.report.statistic;
  const labels = rows.map((row) => row.label), colors = rowColors(labels, asked.baseline);
  const line = (row) => {
    const name = nameOf(asked.row, row.label), color = colors.get(row.label), symbol = symbolOf(labels, row.label);
    return row.rates.map((at) => ({name, color, symbol, rate: at.rate, ...at.loss, diverged: at.counts.diverged,
        missing: at.counts.failed + at.counts.unfinished,
                                   values: at.values, with: row.with, best: row.best?.rate === at.rate}));
  };
  const points = rows.map(line);
  const lows = points.flat().filter((at) => at.mean !== null && !at.diverged).map((at) => at.low ?? at.mean);
  const highs = points.flat().filter((at) => at.mean !== null && !at.diverged).map((at) => at.high ?? at.mean);
  const range = [Math.min(...lows), Math.max(...highs)];
  range[0] -= 0.05 * (range[1] - range[0]), range[1] += 0.09 * (range[1] - range[0]);
  const panels = [...new Set(rows.map((row) => row.with))].map((panel, _, all) => ({
    title: all.length > 1 ? panel || "as it stands" : "",
    draw: (width) => panelOf(points.filter((_, index) => rows[index].with === panel), asked, lows.length ? range : [0, 1], width, all.length),
  }));
  const runs = rows.flatMap((row) => row.rates.flatMap((at) => at.loss.runs));
  const any = (holds) => points.flat().some(holds);
  const paper = study.report.rows.some((row) => row.paper_loss);
  const present = labels.filter((label, index) => points[index].some((at) => at.mean !== null || at.diverged));
  const legend = [...new Set(present)].map((label) => ({label: nameOf(asked.row, label), color: colors.get(label), symbol: symbolOf(labels, label),
      line: true}));
  legend.push({label: "best rate", ring: true}, {label: "one seed", symbol: "circle", color: "var(--faint)"});
  if (any((at) => at.diverged)) legend.push({label: "✕ a run diverged there"});
  if (paper) legend.push({label: "the paper's", symbol: "diamond", hollow: true});
  return [
    figure({...frame("rates"), title: `${words(asked.metric)} against the learning rate`,
        about: "Mean over seeds with its 95 % interval; beside it every seed.",
            panels: panels.map((panel, index) => ({...panel, draw: (width) => panel.draw(width, index)})), legend, runs, rows: () => points.flat().map(plain)}),
    bestFigure(rows, asked, colors, labels, frame, runs),
  ];

  function panelOf(lines, of, domain, width, count) {
    const all = lines.flat(), means = all.filter((at) => at.mean !== null && !at.diverged);
    const seeds = all.flatMap((at) => at.values.filter((value) => value !== null && value <= domain[1]).map((value) => ({...at, value})));
    const rates = [...new Set(all.map((at) => at.rate))].sort((a, b) => a - b);
    const names = new Set(lines.map((of) => of[0]?.with));
    const said = study.report.rows.filter((row, index) => row.paper_loss && row.paper_learning_rate && names.has(rows[index].with))
      .map((row) => ({...row, color: colors.get(String(row[lastPart(of.row)])) ?? INK}));
    const tilt = width < 70 * rates.length;
    return plot({width, height: count > 1 ? 230 : 340, marginBottom: tilt ? 52 : 40,
      x: {type: "log", axis: null, domain: [rates[0] / 1.3, rates[rates.length - 1] * 1.3]},
      y: {domain, label: `↑ ${words(of.metric)}`, clamp: false}, marks: [
        rateAxis(rates, tilt, "learning rate η →"),
        Plot.dot(seeds, {x: "rate", y: "value", r: 1.8, fill: (at) => at.color, fillOpacity: 0.45, dx: 7}),
        Plot.ruleX(means.filter((at) => at.low !== null), {x: "rate", y1: "low", y2: "high", stroke: (at) => at.color, strokeWidth: 1.4}),
        lines.map((of) => Plot.line(of.filter((at) => at.mean !== null && !at.diverged), {x: "rate", y: "mean", stroke: () => of[0].color, strokeWidth: 1.7})),
        Plot.dot(means, {x: "rate", y: "mean", r: 4, fill: (at) => at.color, symbol: (at) => at.symbol}),
        Plot.dot(means.filter((at) => at.best), {x: "rate", y: "mean", r: 9, stroke: (at) => at.color, strokeWidth: 1.6}),
        Plot.dot(said, {x: "paper_learning_rate", y: "paper_loss", symbol: "diamond", r: 5, stroke: (at) => at.color, strokeWidth: 1.5}),
        lines.map((of, index) => Plot.text(of.filter((at) => at.diverged), {x: "rate", text: () => "✕", frameAnchor: "top",
            dx: 9 * (index - (lines.length - 1) / 2),
                                                                             dy: -2, fill: () => of[0].color, fontWeight: "bold"})),
        Plot.tip(means, Plot.pointer({x: "rate", y: "mean", fill: "var(--ground)", title: (at) => `${at.name}, η = ${number(at.rate)}\n` +
          `${number(at.mean)}${at.low === null ? "" : ` [${number(at.low)}, ${number(at.high)}]`}, ${at.n} seeds`})),
      ]});
  }
}

function plain({name, with: panel, rate, mean, standard_error, low, high, n, diverged, missing, best, runs}) {
  return {row: name, ...(panel ? {with: panel} : {}), rate, mean, standard_error, low, high, seeds: n, diverged, missing, best, runs: runs.join(" ")};
}

/// The best rate of each row with the interval of its bootstrap, and the optimum between the rates.
function bestFigure(rows, asked, colors, labels, frame, runs) {
  const found = rows.filter((row) => row.best).map((row) => ({label: [nameOf(asked.row, row.label), row.with].filter(Boolean).join(", "),
      color: colors.get(row.label),
    symbol: symbolOf(labels, row.label), ...row.best, optimum: row.best.optimum?.mean ?? null}));
  const rates = [...new Set(rows.flatMap((row) => row.rates.map((at) => at.rate)))].sort((a, b) => a - b);
  const longest = Math.max(0, ...found.map((row) => row.label.length));
  const draw = (width) => plot({width, height: 62 + (found.length > 16 ? 16 : 22) * found.length, marginLeft: Math.min(0.45 * width, 14 + 6.2 * longest),
    x: {type: "log", axis: null, domain: [rates[0] / 1.3, rates[rates.length - 1] * 1.3]}, marginBottom: width < 70 * rates.length ? 52 : 40,
    y: {domain: found.map((row) => row.label), label: null, type: "point", padding: 0.6, grid: false}, marks: [
      rateAxis(rates, width < 70 * rates.length, "best learning rate η →"), Plot.gridX(rates, {strokeOpacity: 0.1}),
      Plot.ruleY(found.filter((row) => row.low !== null), {y: "label", x1: "low", x2: "high", stroke: (row) => row.color, strokeWidth: 3, strokeOpacity: 0.6}),
      Plot.dot(found.filter((row) => row.optimum !== null && !row.at_edge), {x: "optimum", y: "label", symbol: "times", r: 4, stroke: (row) => row.color}),
      Plot.dot(found, {x: "rate", y: "label", r: 4.5, fill: (row) => row.color, symbol: (row) => row.symbol}),
      Plot.text(found.filter((row) => row.at_edge), {x: "rate", y: "label", text: () => "edge", dx: 10, textAnchor: "start", fill: () => "currentColor"}),
    ]});
  return figure({...frame("best"), title: "Which rate is best, and how sure the seeds are of it", panels: [{draw}], runs,
    about: "Bar: 95 % interval of the best rate, by drawing the seeds anew. ×: lowest point of the parabola through it and its neighbours.",
    legend: [{label: "best rate", symbol: "circle"}, {label: "its 95 % interval", line: true}, {label: "× optimum between the rates"}],
    rows: () => found.map(({label, rate, low, high, at_edge, flat, optimum, n}) => ({row: label, rate, low, high, at_edge, flat, optimum, seeds: n}))});
}
