#!/usr/bin/env bash
# Installs the Debian packages under a real systemd, uses the server's as an operator does, upgrades it, removes it, purges it, and
# looks at what is left; and the same, in short, with the sandbox's. All of it happens in a container over a copy of this machine's files that is thrown away: nothing is installed
# here. Needs root, and systemd-nspawn (Debian's systemd-container).
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  echo "usage: packaging/try-debian-package.sh PACKAGE.deb SANDBOX.deb"
  echo "Example: packaging/try-debian-package.sh target/debian/guichet_0.1.0-1_amd64.deb target/debian/guichet-sandbox_0.1.0-1_amd64.deb"
}

package=${1:-} sandbox=${2:-}
case "$package $sandbox" in
  -h* | --help*) usage; exit 0 ;;
  *.deb\ *.deb) ;;
  *) usage >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "try-debian-package: a container of systemd's needs root" >&2; exit 2; }
command -v systemd-nspawn >/dev/null || { echo "try-debian-package: apt-get install systemd-container" >&2; exit 2; }

# A real path, not a link to it, and none that begins with what a container has its own of.
place=$(mktemp -d /var/tmp/guichet-package.XXXXXX)
clean() {
  umount "$place/root" 2>/dev/null || true
  umount "$place/layers" 2>/dev/null || true
  rmdir "$place/root" "$place/layers" "$place" 2>/dev/null || true
}
trap clean EXIT
mkdir "$place/root" "$place/layers"
mount -t tmpfs -o size=2g none "$place/layers"
mkdir "$place/layers/changed" "$place/layers/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$place/layers/changed,workdir=$place/layers/work" "$place/root"

root=$place/root
mkdir "$root/try"
cp "$package" "$root/try/guichet.deb"
cp "$sandbox" "$root/try/guichet-sandbox.deb"
cp packaging/debian/try-inside.sh "$root/try/inside.sh"
chmod 755 "$root/try/inside.sh"
# What a machine says about itself, and who may start what there, is not the container's; nor is its own Guichet.
rm -f "$root/etc/machine-id" "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf"
echo uninitialized >"$root/etc/machine-id"
rm -rf "$root/etc/guichet" "$root/var/lib/guichet" "$root/var/backups/guichet"

status=0
timeout 300 systemd-nspawn --quiet --register=no --keep-unit --directory="$root" --private-network --link-journal=no \
  --resolv-conf=off --console=pipe --boot \
  fstab=no systemd.firstboot=off systemd.default_timeout_start_sec=60 systemd.run=/try/inside.sh \
  systemd.run_success_action=exit systemd.run_failure_action=exit </dev/null >"$place/layers/console" 2>&1 || status=$?
cat "$root/try/told" 2>/dev/null || cat "$place/layers/console"
if [ "$status" != 0 ]; then
  echo "try-debian-package: it failed ($status); the last lines above say where" >&2
  exit 1
fi
