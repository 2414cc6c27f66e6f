# Makes the machine and runs the script that comes by standard input:
# begin.sh PLACE PROGRAM MACHINE REPOSITORY TOOLS BEFORE.
set -euo pipefail
exec 2>&1
place=$1 program=$2 machine=$3 repository=$4 tools=$5 before=$6
packaging=$repository/packaging
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root

# What may be changed on this machine is a copy, or a layer over it.
mount -t tmpfs none "$place"
root=$place/root
mkdir -p "$root"/{usr,dev,proc,root,run,srv,tmp,var/lib,var/backups,before} "$place/changed" "$place/work"
mount --bind "$root" "$root"
mount -t overlay overlay -o "lowerdir=/usr,upperdir=$place/changed,workdir=$place/work,userxattr" "$root/usr"
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
# Some files are for the real root alone; none of them is needed.
cp -r /etc "$root/etc" 2>/dev/null || true
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
ip link set lo up 2>/dev/null || python3 - <<'UP'
import fcntl, socket, struct
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14s", b"lo", 1, b""))
UP
# What the chapters call the machine of the database is this one.
echo "127.0.0.1 db.shop.example" >>"$root/etc/hosts"

# As the package lays them; an installation of this machine's own is out of sight.
rm -rf "$root/etc/guichet"
mkdir -p "$root/etc/guichet" "$root/var/lib/guichet" "$root/var/backups/guichet" "$root/usr/lib/systemd/system" "$root/srv/shop"
chmod 700 "$root/var/lib/guichet" "$root/var/backups/guichet"
cp "$packaging/debian/guichet.toml" "$root/etc/guichet/"
cp "$packaging"/debian/*.service "$packaging"/debian/*.timer "$root/usr/lib/systemd/system/"
mkdir -p "$root/usr/share/doc/guichet/examples"
cp "$packaging"/proxy/* "$root/usr/share/doc/guichet/examples/"
# Where shells that may be missing here look for completions.
mkdir -p "$root/usr/share/zsh/site-functions" "$root/usr/share/fish/vendor_completions.d" "$root/usr/share/bash-completion/completions"
cp "$machine"/bin/* "$root/usr/local/bin/"
chmod 755 "$root"/usr/local/bin/*
touch "$root/usr/bin/guichet"
mount --bind "$program" "$root/usr/bin/guichet"
cp "$machine/shop.toml" "$root/srv/shop/shop.toml"
# The files of Guichet, as a developer has them, and what the registries would send.
mkdir -p "$root/root/guichet" "$root/opt/test-tools"
cp -r "$repository/clients" "$repository/samples" "$root/root/guichet/"
rm -rf "$root"/root/guichet/clients/typescript/{node_modules,dist}
if [ -d "$tools" ]; then
  mount --bind "$tools" "$root/opt/test-tools"
  # The oldest Node that a chapter promises something for.
  ln -s /opt/test-tools/node_modules/node-oldest/bin/node "$root/usr/local/bin/node"
fi
cat "$machine/at.sh" "$machine/$before.sh" - >"$root/run/script.sh"

# Not by chroot, from within which nobody makes another namespace, as the one that PostgreSQL runs in.
cd "$root"
pivot_root . before
umount --lazy /before
PATH=/usr/local/bin:$PATH exec bash /run/script.sh
