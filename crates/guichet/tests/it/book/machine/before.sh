# What holds before the first block of a chapter: installed, started, a shop declared, an order taken.
set -euo pipefail
cd /srv/shop
at_file=before at_line=0 at_own=0
# Each block says where it stands, so that a line that fails can be named.
at() { at_file=$1 at_line=$2 at_own=$3; }
trap 'echo "$at_file:$((at_line + LINENO - at_own - 1)): $BASH_COMMAND"' ERR
(
  guichet key generate --key-file /etc/guichet/guichet.key --database sqlite:/var/lib/guichet/guichet.db
  systemctl start guichet
  OCPAY_TOKEN=sk_sandbox_of_nobody guichet apply shop.toml --yes
) >/run/before.out 2>&1 || { cat /run/before.out; exit 1; }
export OCPAY_TOKEN=sk_sandbox_of_nobody
