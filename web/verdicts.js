// verdicts.js: what the papers claim, and whether it holds here.
import {table} from "./table.js";
import {element, number, valueText} from "./text.js";

const ORDER = ["reproduced", "not reproduced", "inconclusive", "not run"];
const MARKS = {reproduced: "✓", "not reproduced": "✗", inconclusive: "?", "not run": "–"};

function region(row) {
  if (row.holds_at_least === null) return `≤ ${number(row.holds_at_most)}`;
  return row.holds_at_most === null ? `≥ ${number(row.holds_at_least)}` : `${number(row.holds_at_least)} to ${number(row.holds_at_most)}`;
}

const estimate = (row) => (row.estimate === null ? "–" : row.ci_low === null || row.ci_low === row.ci_high ? number(row.estimate,
    4) : `${number(row.estimate, 4)} [${number(row.ci_low, 4)}, ${number(row.ci_high, 4)}]`);
const badge = (verdict) => element("span", {class: `verdict ${verdict.replace(" ", "-")}`}, `${MARKS[verdict] ?? ""} ${verdict}`);

export function verdictSection(claims) {
  const rows = claims.rows.map((row) => ({...row, holds: region(row), here: row.estimate, order: ORDER.indexOf(row.verdict)}));
  rows.sort((a, b) => a.order - b.order);
  const counts = ORDER.map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length]).filter(([, count]) => count);
  return element("section", {id: "verdicts", "aria-labelledby": "verdicts-title"}, element("h2", {id: "verdicts-title"}, "Verdicts"),
    element("p", {class: "counts"}, counts.map(([verdict, count]) => [badge(verdict), ` ${count} `]).flat()),
        claims.notices.map((notice) => element("p", {class: "notice"}, notice)),
    rows.length ? table({id: "claims", caption: "Claims", rows, first: 200, columns: [
      {key: "verdict", label: "verdict", show: (row) => badge(row.verdict)}, {key: "statement", label: "claim", show: (row) => element("span", {},
          row.statement, element("small", {}, row.source))},
      {key: "reported", label: "reported", show: (row) => valueText(row.reported)}, {key: "holds", label: "holds"}, {key: "here",
          label: "here, 95 % interval", show: estimate},
      {key: "seeds", label: "seeds"}, {key: "study", label: "study", show: (row) => element("span", {}, row.study, row.scale ? element("small", {},
          row.scale) : "")},
      {key: "why", label: "why", show: (row) => [row.why, row.protocol ? `guessed: ${row.protocol}` : ""].filter(Boolean).join("; ")}]})
          : element("p", {}, "No claim rests on these studies."));
}
