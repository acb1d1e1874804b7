// study.js: one study: what it is, how far it is, its figures, its cells, its runs, and where they were made.
import {coordinateFigures} from "./coordinates.js";
import {costFigures} from "./costs.js";
import {curveFigures} from "./curves.js";
import {flowFigures, spreadFigures} from "./flows.js";
import {rateFigures} from "./rates.js";
import {shiftFigures} from "./shifts.js";
import {spectraFigures} from "./spectra.js";
import {plainFigures, summaryFigures, tailFigures, targetFigures} from "./summary.js";
import {table, tableOf} from "./table.js";
import {duration, element, labelOf, lastPart, number, shellWord, sqlText, valueText, varying, words} from "./text.js";

const KINDS = {best_rate: rateFigures, paired_shift: shiftFigures, mode_arrival: flowFigures, cost_curve: costFigures, summary: summaryFigures,
    rate_spread: spreadFigures,
               tail: tailFigures, spectra: spectraFigures, coordinate_check: coordinateFigures, steps_to_target: targetFigures};

export const idOf = (study) => `study-${study.name}-${study.scale}`.replace(/[^A-Za-z0-9_-]+/g, "-");

/// What all figures of a study say of themselves.
function frameOf(study) {
  const name = shellWord(study.name), where = `--scale ${study.scale}`;
  return (part) => ({name: `${idOf(study)}-${part}`, commands: [
    ["Its runs", `steepest run ${name} ${where}`], ["Its numbers", `steepest report ${name} ${where} --format json`],
    ["Query", `steepest query "SELECT * FROM seeds WHERE study = ${sqlText(study.name)} AND scale = ${sqlText(study.scale)}"`]]});
}

function figuresOf(study) {
  const frame = frameOf(study), kind = study.report?.statistic?.name;
  const finished = study.progress.completed + study.progress.diverged;
  if (!finished) return [element("p", {class: "notice"}, "No run has ended yet.")];
  if (typeof Plot === "undefined") return drawnFigures(study);
  return [...(KINDS[kind] ?? plainFigures)(study, frame), ...curveFigures(study, frame)].filter(Boolean);
}

/// Without the plotting library: what analysis/ has drawn.
function drawnFigures(study) {
  const said = element("p", {class: "notice"}, study.figures.length
      ? "Made without the plotting library: these figures were drawn by make figures, perhaps from fewer runs than the tables hold."
    : "Made without the plotting library, and make figures has drawn nothing for this study: its numbers stand in the tables.");
  return [said, ...study.figures.map(({name, image}) => element("figure", {id: name}, element("figcaption", {}, element("h3", {}, words(name))),
    image ? element("img", {src: image, alt: `${study.title}: ${words(name)}`}) : element("p", {},
        `results/figures/${name}.svg is too large to stand here.`)))];
}

export function progressOf(study) {
  const at = study.progress, parts = ["running", "queued", "interrupted", "diverged",
      "failed"].filter((status) => at[status]).map((status) => `${at[status]} ${status}`);
  const said = `${at.filled} of ${at.cells} cells filled; ${at.completed} of ${at.runs} runs completed${parts.length ? `, ${parts.join(", ")}` : ""}`;
  const left = at.running ? `; about ${duration(at.seconds_left)} left` : "";
  return element("div", {class: "progress"}, at.filled < at.cells ? element("progress", {max: 1, value: at.done,
      "aria-label": "share of the operations"}) : null,
    element("p", {}, said + left),
    at.held.filter((run) => run.values?.length > 1).map((run) => element("p", {class: "held"},
        `run ${run.run}, ${labelOf(run.cell, Object.keys(run.cell))}, seed ${run.seed}, step ${run.step}: `,
      sparkline(run), ` ${words(run.metric)} ${number(run.values[run.values.length - 1])}`)));
}

function sparkline({at, values}) {
  if (typeof Plot === "undefined") return "";
  const svg = Plot.plot({width: 150, height: 26, margin: 2, x: {axis: null}, y: {axis: null, zero: false}, style: {background: "none"},
                         marks: [Plot.line(values, {x: (_, index) => at[index], y: (value) => value, stroke: "var(--ink)", strokeWidth: 1.3})]});
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

function cellTable(study) {
  const rows = study.cells.rows, keys = varying(rows.map((row) => row.cell));
  return table({id: `${idOf(study)}-cells`, caption: `Cells of ${study.name}`, columns: [...keys.map((key) => ({key, label: lastPart(key)})),
      {key: "mean", label: words(study.metric)},
    {key: "standard_error", label: "± standard error"}, {key: "low", label: "95 % from"}, {key: "high", label: "to"}, {key: "n", label: "seeds"},
        {key: "diverged", label: "diverged"},
    {key: "unfinished", label: "missing"}],
    rows: rows.map((row) => ({...Object.fromEntries(keys.map((key) => [key,
        typeof row.cell[key] === "number" ? row.cell[key] : valueText(row.cell[key])])), ...row.level,
                              diverged: row.counts.diverged, unfinished: row.counts.unfinished + row.counts.failed}))});
}

function runTable(study) {
  const {columns, rows} = study.runs, cells = rows.map((row) => study.cell_list[row[columns.indexOf("cell")]]), keys = varying(cells);
  const plain = columns.filter((name) => name !== "cell" && rows.some((row) => row[columns.indexOf(name)] !== null));
  const shown = [plain[0], ...keys, ...plain.slice(1)];
  return table({id: `${idOf(study)}-runs`, caption: `Runs of ${study.name}`, columns: shown.map((key) => ({key,
      label: key === "value" ? words(study.metric) : lastPart(key)})),
    rows: rows.map((row, index) => ({...Object.fromEntries(keys.map((key) => [key,
        typeof cells[index][key] === "number" ? cells[index][key] : valueText(cells[index][key])])),
                                     ...Object.fromEntries(plain.map((name) => [name, row[columns.indexOf(name)]]))}))});
}

function environments(study) {
  return study.environments.map(({environment, runs, description}) => element("div", {class: "environment"}, element("h4", {},
      `Environment ${environment}, ${runs} runs`),
    element("dl", {}, Object.entries(description).map(([key, value]) => [element("dt", {}, words(key)), element("dd", {}, valueText(value))]).flat())));
}

const folded = (title, ...content) => element("details", {open: true}, element("summary", {}, element("h3", {}, title)), ...content);

export function studySection(study) {
  const report = study.report, id = idOf(study);
  const head = report ? Object.entries(report.header).map(([key, value]) => [element("dt", {}, key), element("dd", {}, value)]).flat() : [];
  return element("section", {id, "aria-labelledby": `${id}-title`}, element("h2", {id: `${id}-title`}, study.title), element("dl", {class: "head"}, head),
    (report?.notices ?? []).map((notice) => element("p", {class: "notice"}, notice)), study.why ? element("p", {}, study.why) : null,
        progressOf(study), ...figuresOf(study),
    report?.rows.length ? folded("Report", tableOf(`${id}-report`, `Report of ${study.name}`, report.rows), element("ul", {class: "notes"},
        report.footnotes.map((note) => element("li", {}, note)))) : null,
    folded("Cells", cellTable(study)), folded("Runs", runTable(study)), element("details", {}, element("summary", {}, element("h3", {},
        "Where they were made")), ...environments(study)));
}
