"""Reading what `steepest report STUDY --format json` prints. Its keys are described in docs/database.md, Reports as JSON."""
import json
import re


class DocumentError(Exception):
    """One message for the user; figures.py prints it and ends with status 2."""


def read(text, source):
    """The documents that stand in `text` one after another."""
    documents, decoder, rest = [], json.JSONDecoder(), text.lstrip()
    while rest:
        try:
            document, end = decoder.raw_decode(rest)
        except ValueError as error:
            raise DocumentError(f"{source}: not what `steepest report STUDY --format json` prints ({error})") from None
        if not isinstance(document, dict) or "statistic" not in document or "provenance" not in document:
            raise DocumentError(f"{source}: not what `steepest report STUDY --format json` prints (it has no statistic, or no provenance)")
        documents.append(document)
        rest = rest[end:].lstrip()
    return documents


def name(document):
    """STUDY_SCALE, the name of the figure's files."""
    return f"{document['header']['study']}_{document['header']['scale']}"


def check_finished(document, *endings):
    """Complains if none of the runs has ended like this: there is nothing to draw."""
    provenance, header = document["provenance"], document["header"]
    if not any(provenance[ending] for ending in endings):
        raise DocumentError(f"study {header['study']}: none of its {provenance['runs']} runs at scale {header['scale']} is {' or '.join(endings)}; "
                            f"`steepest run {header['study']} --scale {header['scale']}` runs them")


def provenance_line(document):
    """The second line of a title: scale, corpus, seeds, tokens a run, and what is still missing."""
    provenance = document["provenance"]
    finished, seeds = provenance["completed"] + provenance["diverged"], len(provenance["seeds"])
    parts = [f"scale {document['header']['scale']}"]
    if provenance["corpora"]:
        parts.append("corpus " + ", ".join(provenance["corpora"]))
    parts.append(f"{seeds} seed" + ("s" if seeds != 1 else ""))
    if provenance["tokens"]:
        counts = list(dict.fromkeys(readable(count) for count in sorted(provenance["tokens"])))
        parts.append((" or ".join(counts) if len(counts) <= 3 else f"{counts[0]} to {counts[-1]}") + " tokens a run")
    if finished < provenance["runs"]:
        parts.append(f"{finished} of {provenance['runs']} runs finished")
    return ", ".join(parts)


def heading(figure, item, more="", legend=0.0, foot=0.0):
    """Title and second line above a figure of several panels, at distances in inches whatever its height; the panels keep clear of them, of `legend`
    inches on the right and of `foot` inches below."""
    width, height = figure.get_size_inches()
    figure.text(0.01, 1 - 0.08 / height, item["title"], fontsize=12, va="top")
    figure.text(0.01, 1 - 0.34 / height, provenance_line(item) + more, fontsize=9, color="0.35", va="top")
    figure.get_layout_engine().set(rect=(0, foot / height, 1 - legend / width, 1 - (0.58 + foot) / height))  # matplotlib 3.6 makes no room for a legend by itself


def readable(count):
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return f"{count:g}"


def natural(text):
    """For sorting: layer10 after layer9."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def last_part(key):
    return key.rsplit(".", 1)[-1]


def value_text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
