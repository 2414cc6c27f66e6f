#!/usr/bin/env python3
"""Checks that the French book has what the English one has: the same chapters and, in each, the same headings, blocks of code,
tables, pictures and links, in the same order. What a sentence says, a person must compare.

Usage: docs/compare_editions.py
"""

import pathlib
import re
import sys

DOCS = pathlib.Path(__file__).resolve().parent
EDITIONS = DOCS / "src", DOCS / "fr" / "src"

# The same everywhere, each with what of it must be the same.
PARTS = {
    "blocks of code": (re.compile(r"^ *(```.*?^ *```)$", re.M | re.S), lambda found: re.sub(r"(#include )[./]+", r"\1", found)),
    "headings": (re.compile(r"^(#{1,6}) ", re.M), lambda found: found),
    "lines of tables": (re.compile(r"^\|(.*)\|$", re.M), lambda found: len(re.findall(r"(?<!\\)\|", found))),
    "pictures": (re.compile(r'src="([^"]+)"'), lambda found: found),
    "links": (re.compile(r"\]\(([^)\s]+)[^)]*\)"), lambda found: found),
    "marks": (re.compile(r"(<!--.*?-->)", re.S), lambda found: found),
}


def main():
    english, french = ({path.relative_to(folder) for path in folder.rglob("*.md")} for folder in EDITIONS)
    wrong = [f"docs/fr/src/{path}: it is missing" for path in sorted(english - french)]
    wrong += [f"docs/fr/src/{path}: it is in no English book" for path in sorted(french - english)]
    for path in sorted(english & french):
        wrong += differences(path)
    print("\n".join(wrong) or f"{len(english)} chapters in two languages", file=sys.stderr if wrong else sys.stdout)
    return 1 if wrong else 0


def differences(path):
    texts = [(folder / path).read_text(encoding="utf-8") for folder in EDITIONS]
    for name, (pattern, kept) in PARTS.items():
        # A table or a link in a block of code is code.
        of = texts if name == "blocks of code" else [without_code(text) for text in texts]
        ours, theirs = ([kept(found) for found in pattern.findall(text)] for text in of)
        if ours != theirs:
            at = next((n for n, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
            parts = [repr(part[at])[:90] if at < len(part) else "nothing" for part in (ours, theirs)]
            yield f"docs/fr/src/{path}: {name}, number {at + 1}: {parts[1]} where the English has {parts[0]}"


def without_code(text):
    return PARTS["blocks of code"][0].sub("", text)


if __name__ == "__main__":
    sys.exit(main())
