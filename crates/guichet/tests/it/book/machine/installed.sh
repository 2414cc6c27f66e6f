# What holds before the first block of a chapter: installed, started, a shop declared, an order taken.
cd /srv/shop
(
  guichet key generate --key-file /etc/guichet/guichet.key --database sqlite:/var/lib/guichet/guichet.db
  systemctl start guichet
  OCPAY_TOKEN=sk_sandbox_of_nobody guichet apply shop.toml --yes
) >/run/before.out 2>&1 || { cat /run/before.out; exit 1; }
export OCPAY_TOKEN=sk_sandbox_of_nobody
