# Turns fresh namespaces into a server of their own; read by sh before anything else. Everything that can be written
# here is memory that vanishes with the namespaces, and the machine's root file system is read-only.
#   $1  `root` or `user`: what kind of namespaces these are
#   $2  login shell of both accounts
set -eu
umask 022
# Before /proc is our own: there this process has the number by which the rest of the machine knows it.
read -r pid rest </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir /tmp/upper /tmp/work /tmp/etc
# In a user namespace an overlay's files keep owners that nobody there may change; some containers forbid overlays.
if [ "$1" = user ] ||
  ! mount -t overlay -o lowerdir=/etc,upperdir=/tmp/upper,workdir=/tmp/work overlay /etc 2>/dev/null; then
  cp -a /etc/. /tmp/etc/ 2>/dev/null || : # what cannot be read or owned is not needed
  mount --bind /tmp/etc /etc
fi
for dir in /tmp /dev/shm; do
  [ ! -d "$dir" ] || mount -t tmpfs -o mode=1777 tmpfs "$dir"
done
for dir in /run /root /home /var; do
  mount -t tmpfs -o mode=755 tmpfs "$dir"
done
mkdir -p /run/sshd /var/empty /var/lib /var/log /var/tmp
mount -o remount,bind,ro / 2>/dev/null || :
echo rig >/proc/sys/kernel/hostname

rm -rf /etc/rsyslog.conf /etc/rsyslog.d /etc/ssh /etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow-
mkdir /etc/rsyslog.d /etc/ssh
others=$(grep -v -e '^root:' -e '^deploy:' /etc/passwd)
rm -f /etc/passwd
cat >/etc/passwd <<PASSWD
root:x:0:0:root:/root:$2
deploy:x:61001:61001::/home/deploy:$2
$others
PASSWD
echo 'deploy:x:61001:' >>/etc/group
printf '%s:*:19000:0:99999:7:::\n' root deploy >/etc/shadow
chmod 640 /etc/shadow
