#!/usr/bin/env python3
"""Packs the plugin as WordPress installs it: a folder `guichet` with the PHP client in it. The same files give the same bytes.

Usage: plugins/woocommerce/make-zip.py [FILE]
"""

import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CLIENT = ROOT / "clients" / "php"

# A zip knows no time before this one; whoever unpacks it sees no time of a machine.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def files():
    """The name of each file in the zip, and where it is."""
    for name in ("guichet.php", "autoload.php", "uninstall.php", "readme.txt"):
        yield name, HERE / name
    for pattern in ("src/*.php", "assets/*.js", "languages/*.po", "languages/*.mo"):
        yield from ((str(path.relative_to(HERE)), path) for path in HERE.glob(pattern))
    yield "client/autoload.php", CLIENT / "autoload.php"
    yield from ((f"client/{path.relative_to(CLIENT)}", path) for path in CLIENT.glob("src/*.php"))
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        yield name, ROOT / name


def main():
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target" / "guichet-for-woocommerce.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as packed:
        for name, path in sorted(files()):
            entry = zipfile.ZipInfo(f"guichet/{name}", NO_TIME)
            entry.external_attr = 0o100644 << 16
            # A Unix as its origin, wherever it is made.
            entry.create_system = 3
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    print(target)


if __name__ == "__main__":
    main()
