#!/usr/bin/env bash
# Makes the Debian packages of the programs as they were built, with their completions and man pages, and prints the packages' paths:
# the server's, then the sandbox's.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  echo "usage: packaging/build-debian-package.sh [--profile dev]"
  echo "Needs cargo-deb and mdbook in the PATH: cargo install cargo-deb mdbook"
}

profile=release folder=release
case "${1:-}" in
  "") ;;
  --profile) profile=${2:?$(usage)}; [ "$profile" = dev ] && folder=debug || folder=$profile ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

target="${CARGO_TARGET_DIR:-target}"
cargo build --profile "$profile" --quiet -p guichet
made="$target/$folder/packaging"
rm -rf "$made"

# What a program prints about itself: completions for each shell, and its pages of the manual.
about() {
  local program="$target/$folder/$1" pages="$made/$2"
  mkdir -p "$pages"
  "$program" completions bash >"$made/$1.bash"
  "$program" completions zsh >"$made/_$1"
  "$program" completions fish >"$made/$1.fish"
  "$program" man "$pages" >/dev/null
  gzip --best --no-name "$pages"/*.1
}

about guichet man
about guichet-sandbox man-sandbox
# The book for `guichet docs`, with the French edition inside the English one.
mdbook build docs --dest-dir "$(realpath "$made")/book" >/dev/null
mdbook build docs/fr --dest-dir "$(realpath "$made")/book/fr" >/dev/null
# They were built above, with the workspace's own profile.
cargo deb --quiet -p guichet --profile "$profile" --no-build
cargo deb --quiet -p guichet --profile "$profile" --no-build --variant sandbox
