#!/usr/bin/env python3
"""Checks that every link leads somewhere: those of the built book, and those of all Markdown files.

A link may lead to a page, a picture or a heading. Links to outside are not fetched. Before it looks at anything it
makes sure that it would see what is broken.

Usage: docs/check_links.py BOOK FRENCH   The folders that `mdbook build docs --dest-dir BOOK` and
                                         `mdbook build docs/fr --dest-dir FRENCH` wrote
"""

import os
import pathlib
import re
import sys
import tempfile
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent

# Folders with what is made or fetched.
NOT_OURS = {"target", "node_modules", ".git", ".venv"}

# Made by mdBook for a web server's own use; its links are relative to an address that nobody knows yet.
NOT_PAGES = {"404.html"}


class Page(HTMLParser):
    """The links of a page, and the names that a link may lead to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.names = [], {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value is not None:
                self.links.append(value)
            elif name == "id" or (name == "name" and tag == "a"):
                self.names.add(value)


def without_code(text):
    """Markdown without its blocks and pieces of code."""
    text = re.sub(r"^(```+|~~~+).*?^\1`*$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "code", text)


def headings(text):
    """The names that a forge gives to the headings of a Markdown file."""
    blocks = re.sub(r"^(```+|~~~+).*?^\1`*$", "", text, flags=re.MULTILINE | re.DOTALL)
    names = {"", "top"}
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", blocks, flags=re.MULTILINE):
        if given := re.search(r"\{#([\w-]+)\}$", heading):
            names.add(given[1])
            continue
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        times, plain = 0, name
        while name in names:
            times += 1
            name = f"{plain}-{times}"
        names.add(name)
    return names


class Markdown:
    """The same of a Markdown file."""

    def __init__(self, text):
        prose = without_code(text)
        self.names = headings(text)
        self.links = re.findall(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)", prose)
        self.links += re.findall(r"^\s*\[[^]]+\]:\s*(\S+)", prose, flags=re.MULTILINE)
        self.links += re.findall(r"(?:href|src)=\"([^\"]+)\"", prose)


KINDS = {".html": Page, ".md": Markdown}


def read(path, known):
    if path not in known:
        known[path] = KINDS[path.suffix](path.read_text(encoding="utf-8"))
    return known[path]


def there(path):
    """Whether it is there, spelled exactly so: some systems take `Orders.md` for `orders.md`."""
    return path.exists() and (path.parent == path or path.name in {found.name for found in path.parent.iterdir()})


def broken(paths, within):
    """What is wrong with the links of these files, which may not lead out of the folder `within`."""
    known = {}
    for path in paths:
        for link in read(path, known).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_relative_to(within):
                yield f"{path}: {link} leads out of {within}"
            elif not there(target):
                yield f"{path}: {link} leads to nothing"
            elif target.suffix in KINDS and unquote(parts.fragment) not in read(target, known).names:
                yield f"{path}: {link} leads to no heading of {target.name}"


def unshown(source, book):
    """Chapters that SUMMARY.md forgot, and texts that should have been put into a page and were not."""
    for chapter in sorted(source.glob("**/*.md")):
        page = chapter.relative_to(source).with_suffix(".html")
        if chapter.name != "SUMMARY.md" and not (book / page).exists():
            yield f"{chapter}: it is not in the book; add it to SUMMARY.md"
    for page in pages(book):
        if "{{#" in page.read_text(encoding="utf-8"):
            yield f"{page}: something should stand there in place of {{{{#…}}}}"


def pages(book):
    return sorted(path for path in book.glob("**/*.html") if path.name not in NOT_PAGES)


def markdown():
    """Chapters too, for they are also read where no book is built."""
    for folder, folders, files in os.walk(REPOSITORY):
        folders[:] = sorted(set(folders) - NOT_OURS)
        yield from (pathlib.Path(folder, name) for name in sorted(files) if name.endswith(".md"))


def sees_what_is_broken():
    """Tries itself on files of which it knows what is wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch).resolve()
        (folder / "one.html").write_text(
            '<h1 id="here">One</h1><a href="two.md#a-heading">good</a><a href="#here">good</a><a href="#gone">bad</a>'
            '<img src="gone.png"><a href="../out.html">bad</a><a href="https://example.com/gone">not fetched</a>'
        )
        (folder / "two.md").write_text(
            "# A heading\n\n[good](one.html#here) [good](#a-heading) [bad](one.html#gone) [bad](gone.md)\n"
            "`[code](gone.md)`\n\n```\n[code](gone.md)\n```\n"
        )
        found = [line.split(": ", 1)[1].split(" ", 1)[0] for line in broken(sorted(folder.iterdir()), folder)]
        wanted = ["#gone", "gone.png", "../out.html", "one.html#gone", "gone.md"]
        assert found == wanted, f"this check is out of order: {found}"


def main():
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    sees_what_is_broken()
    beside = list(markdown())
    built, wrong = [], list(broken(beside, REPOSITORY))
    for source, book in zip(("docs/src", "docs/fr/src"), map(pathlib.Path, sys.argv[1:])):
        book = book.resolve()
        if not pages(book):
            print(f"{book} has no pages; build the book first", file=sys.stderr)
            return 1
        built += pages(book)
        wrong += [*unshown(REPOSITORY / source, book), *broken(pages(book), book)]
    for line in wrong:
        print(line.replace(f"{REPOSITORY}/", ""), file=sys.stderr)
    print(f"{len(built)} pages and {len(beside)} Markdown files: {len(wrong) or 'no'} broken links")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
