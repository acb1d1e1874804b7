#!/usr/bin/env python3
"""Puts the claims that stand first into the README's table, between its two marks, from what `steepest claims --format json` printed.

    setup/readme_table.py results/reference/claims.json README.md
"""
import json
import sys
from pathlib import Path

FIRST = ("dense_best_rate", "rank2_best_rate", "rank_transfer", "rank32_below_dense", "rank2_gap", "width_transfer", "depth_transfer", "scale_transfer",
         *(f"{name}_rank{rank}" for rank in (32, 8, 2) for name in ("spectron_shift", "lora_muon_no_shift")), "lora_muon_no_shift_short", "proxy_regret",
         "proxy_regret_rank8")
BEGIN, END = "<!-- claims -->", "<!-- end of claims -->"


def rounded(value, width):
    """To two digits of the interval's half width."""
    if not width:
        return f"{value:.3g}"
    digits = 0
    while width * 10**digits < 10 and digits < 6:
        digits += 1
    return f"{value:.{digits}f}"


def estimate(claim):
    value, low, high = (claim[key] for key in ("estimate", "ci_low", "ci_high"))
    if value is None:
        return "–"
    if low is None or low == high:
        return rounded(value, 0)
    width = (high - low) / 2
    return f"{rounded(value, width)} [{rounded(low, width)}, {rounded(high, width)}]"


def table(claims):
    lines = ["| claim | reported | here, with its 95 % interval | verdict |", "|---|---|---|---|"]
    for claim in claims:
        reported = "–" if claim["reported"] is None else claim["reported"]
        lines.append(f"| {claim['statement']} | {reported} | {estimate(claim)} | {claim['verdict']} |")
    return "\n".join(lines)


def main(claims_file, page):
    claims = {claim["claim"]: claim for claim in json.loads(Path(claims_file).read_text(encoding="utf-8"))["rows"]}
    text = Path(page).read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        print(f"{page}: no table of claims is put in, since it has no lines {BEGIN} and {END}", file=sys.stderr)
        return
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    shown = [claims[name] for name in FIRST if name in claims]
    Path(page).write_text(f"{before}{BEGIN}\n{table(shown)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
