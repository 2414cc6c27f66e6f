#!/usr/bin/env bash
# Makes the Debian package of the program as it was built, with its completions and man pages, and prints the package's path.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  echo "usage: packaging/build-debian-package.sh [--profile dev]"
  echo "Needs cargo-deb in the PATH: cargo install cargo-deb"
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
program="$target/$folder/guichet" made="$target/$folder/packaging"
rm -rf "$made"
mkdir -p "$made/man"
"$program" completions bash >"$made/guichet.bash"
"$program" completions zsh >"$made/_guichet"
"$program" completions fish >"$made/guichet.fish"
"$program" man "$made/man" >/dev/null
gzip --best --no-name "$made"/man/*.1
# It was built above, with the workspace's own profile.
cargo deb --quiet -p guichet --profile "$profile" --no-build
