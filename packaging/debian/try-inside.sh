#!/bin/bash
# What packaging/try-debian-package.sh does inside its container. It is no part of the package.
set -euo pipefail
exec </dev/null >/try/told 2>&1
cd /try
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset GUICHET_DATABASE GUICHET_KEY GUICHET_KEY_FILE GUICHET_CONFIG
trap 'echo "FAILED in line $LINENO: $BASH_COMMAND"; systemctl --no-pager --full status guichet.service guichet-backup.service | tail -40; journalctl --no-pager -n 40 -u guichet -u guichet-backup || true' ERR

say() { printf -- '- %s\n' "$*"; }
# The exit status of a failed test ends the script by `set -e`, and the trap says which it was.
is() { [ "$1" = "$2" ] || { echo "  expected “$2”, found “$1”"; return 1; }; }
property() { systemctl show -P "$2" "$1"; }
serves() { curl -fsS --max-time 10 http://127.0.0.1:8080/readyz | grep -qx ready; }

say "install"
dpkg -i guichet.deb
serves
is "$(property guichet ActiveState)" active
is "$(property guichet Type)" notify
property guichet StatusText | grep -q '^Serving on 127.0.0.1:8080$'
is "$(systemctl is-enabled guichet.service guichet-backup.timer | sort -u)" enabled
is "$(systemctl is-active guichet-backup.timer)" active
is "$(systemctl is-enabled guichet-archive.timer || true)" disabled
is "$(stat -c '%a %U:%G' /etc/guichet/guichet.key)" "600 root:root"
is "$(stat -c '%a %U:%G' /var/lib/guichet)" "700 guichet:guichet"
is "$(stat -c '%a %U:%G' /var/lib/guichet/guichet.db)" "600 guichet:guichet"
is "$(stat -c '%a %U:%G' /var/backups/guichet)" "700 guichet:guichet"

say "the unit as systemd judges it"
systemd-analyze verify guichet.service guichet-archive.service guichet-archive.timer guichet-backup.service guichet-backup.timer
for unit in guichet.service guichet-archive.service guichet-backup.service; do
  systemd-analyze security --no-pager --threshold=20 "$unit" | tail -1
done
main=$(property guichet MainPID)
is "$(stat -c %U /proc/"$main")" guichet
for expected in "NoNewPrivs:1" "Seccomp:2" "CapEff:0000000000000000" "CapBnd:0000000000000000"; do
  is "${expected%%:*}:$(awk -v name="${expected%%:*}:" '$1 == name { print $2 }' /proc/"$main"/status)" "$expected"
done

say "declare a shop and take an order"
cat >shop.toml <<'SHOP'
[[merchants]]
name = "phare"
title = "Épicerie du Phare"
return_origins = ["https://shop.example"]

[[merchants.accounts]]
name = "card"
gateway = "ocpay"
environment = "test"
label = "Carte CIB"
secret = { access_token = "env:TOKEN" }

[[merchants.accounts]]
name = "door"
gateway = "cash"
environment = "test"
label = "Cash"
SHOP
TOKEN=sk_sandbox_not_a_real_one guichet apply shop.toml --yes
guichet doctor
key=$(guichet key create --merchant phare)
order() {
  curl -fsS --max-time 10 -H "authorization: Bearer $key" -H 'content-type: application/json' \
    --data "{\"reference\":\"$1\",\"amount\":250000,\"currency\":\"DZD\"}" http://127.0.0.1:8080/v1/orders
}
# The key that was just made may take the server a second to see.
for _ in $(seq 50); do order first >/dev/null 2>&1 && break; sleep 0.2; done
order second | grep -q '"status":"pending"'
is "$(guichet order list --json | wc -l)" 2
is "$(find /var/lib/guichet ! -user guichet | wc -l)" 0

say "numbers for Prometheus, under all that the unit takes away"
sed -i 's/^# metrics_listen/metrics_listen/' /etc/guichet/guichet.toml
systemctl restart guichet
curl -fsS --max-time 10 http://127.0.0.1:9464/metrics >metrics.out
for name in guichet_build_info process_resident_memory_bytes process_start_time_seconds guichet_database_bytes; do
  grep -q "^$name" metrics.out
done
! curl -fsS --max-time 10 http://127.0.0.1:8080/metrics >/dev/null 2>&1
echo "  $(($(awk '$1 == "process_resident_memory_bytes" { print $2 }' metrics.out) / 1000000)) MB of memory"

say "a server that hangs is started again"
mkdir -p /run/systemd/system/guichet.service.d
printf '[Service]\nWatchdogSec=3\n' >/run/systemd/system/guichet.service.d/hang.conf
systemctl daemon-reload
systemctl restart guichet
kill -STOP "$(property guichet MainPID)"
for _ in $(seq 100); do [ "$(property guichet NRestarts)" = 1 ] && serves && break; sleep 0.2; done
is "$(property guichet NRestarts)" 1
journalctl --no-pager -u guichet | grep -q 'Watchdog timeout'
rm /run/systemd/system/guichet.service.d/hang.conf
systemctl daemon-reload
systemctl restart guichet
serves
is "$(guichet order list --json | wc -l)" 2

say "a setting that cannot be understood is not tried for ever"
cp /etc/guichet/guichet.toml good.toml
echo 'nonsense = 1' >>/etc/guichet/guichet.toml
! systemctl restart guichet
is "$(property guichet ExecMainStatus)" 2
is "$(property guichet ActiveState)" failed
cp good.toml /etc/guichet/guichet.toml
systemctl reset-failed guichet
systemctl start guichet
serves

say "the nightly backup"
systemctl start guichet-backup.service
is "$(find /var/backups/guichet -name 'guichet-*.db' | wc -l)" 1
copy=$(find /var/backups/guichet -name 'guichet-*.db')
is "$(stat -c '%a %U' "$copy")" "600 guichet"
guichet backup verify "$copy"

say "upgrade"
echo '# the operator was here' >>/etc/guichet/guichet.toml
dpkg-deb -R guichet.deb newer
sed -i 's/^Version: .*/Version: 99.0-1/' newer/DEBIAN/control
dpkg-deb --build -Znone --root-owner-group newer newer.deb >/dev/null
before=$(property guichet MainPID)
dpkg -i newer.deb
serves
[ "$(property guichet MainPID)" != "$before" ]
grep -q 'the operator was here' /etc/guichet/guichet.toml
copy=$(find /var/backups/guichet -name 'before-upgrade-*.db')
is "$(stat -c '%a %U' "$copy")" "600 guichet"
is "$(guichet order list --json | wc -l)" 2

say "downgrade: the older program, and the backup of before the upgrade"
order third >/dev/null
systemctl stop guichet
dpkg -i --force-downgrade guichet.deb 2>&1 | grep -v downgrading
systemctl stop guichet
[ -e "$copy" ]
guichet restore "$copy"
guichet copy lift --yes
is "$(find /var/lib/guichet ! -user guichet | wc -l)" 0
is "$(guichet order list --json | wc -l)" "$(guichet order list --json --database "sqlite:$copy" | wc -l)"
systemctl start guichet
serves

say "remove: what is declared and sold stays"
dpkg -r guichet
! systemctl is-active guichet.service guichet-backup.timer
[ -e /var/lib/guichet/guichet.db ]
[ -e /etc/guichet/guichet.key ]
[ -e /etc/guichet/guichet.toml ]
[ ! -e /usr/bin/guichet ]
dpkg -i guichet.deb
serves
guichet doctor >/dev/null || true

say "purge, without a word: the settings go, what was sold stays"
dpkg -P guichet 2>&1 | tee purge.out
grep -q 'guichet: kept:' purge.out
[ -e /var/lib/guichet/guichet.db ]
[ -e /etc/guichet/guichet.key ]
[ ! -e /etc/guichet/guichet.toml ]
dpkg -i guichet.deb
serves

say "purge, with everything"
echo 'guichet guichet/remove-data boolean true' | debconf-set-selections
dpkg -P guichet
# The pages of the manual that were read here are man's own.
is "$(find /etc /usr /var/lib /var/backups /var/cache -xdev -name '*guichet*' ! -path '/var/cache/man/*')" ""

say "the sandbox alone"
dpkg -i guichet-sandbox.deb
at=http://127.0.0.1:8090
answers() { curl -fsS --max-time 10 "$at/sandbox/clock" >/dev/null; }
for _ in $(seq 50); do answers 2>/dev/null && break; sleep 0.2; done
answers
is "$(property guichet-sandbox ActiveState)" active
is "$(systemctl is-enabled guichet-sandbox.service)" enabled
systemd-analyze verify guichet-sandbox.service
systemd-analyze security --no-pager --threshold=20 guichet-sandbox.service | tail -1
guichet-sandbox trigger paid --dialect ocpay --key sk_sandbox_shop
curl -fsS --max-time 10 "$at/sandbox/payments" | grep -q '"status":"paid"'
printf '[[payments]]\ndialect = "ocpay"\nkey = "sk_sandbox_shop"\ncurrency = "DZD"\namount_minor = 250000\n' >/etc/guichet-sandbox/fixtures.toml
systemctl restart guichet-sandbox
for _ in $(seq 50); do answers 2>/dev/null && break; sleep 0.2; done
curl -fsS --max-time 10 "$at/sandbox/payments" | grep -q '"status":"created"'
man -w guichet-sandbox >/dev/null || [ -e /usr/share/man/man1/guichet-sandbox.1.gz ]
dpkg -P guichet-sandbox
! systemctl is-active guichet-sandbox.service
is "$(find /etc /usr /var/lib /var/cache -xdev -name '*guichet*' ! -path '/var/cache/man/*' ! -path '/var/lib/systemd/*')" ""

say "All is well with the packages."
