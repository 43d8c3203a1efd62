// A server of the other family: its files come from packages that rpm knows.

import type { Sshd } from './sshd.ts';
import type { Tree } from './tree.ts';

/** What Debian's rpm needs to keep its database where the others do; an entry below /etc. */
export const RPM_MACROS: Tree = { 'rpm/macros': '%_dbpath /var/lib/rpm\n' };

const SPEC = `Name: tiny
Version: 1
Release: 1
Summary: ships a file
License: MIT
BuildArch: noarch
%description
It ships a file.
%install
mkdir -p %{buildroot}/etc/rsyslog.d
cp /etc/rsyslog.d/80-shipped.conf %{buildroot}/etc/rsyslog.d
%files
%config(noreplace) /etc/rsyslog.d/80-shipped.conf
`;

/** Records /etc/rsyslog.d/80-shipped.conf, which the server has already, as shipped by a package `tiny`. */
export async function shipByRpm(server: Sshd): Promise<void> {
  await server.sh(`set -e
mkdir /tmp/rpm && cd /tmp/rpm
cat >tiny.spec <<'SPEC'
${SPEC}SPEC
rpmbuild --quiet --define '_topdir /tmp/rpm' -bb tiny.spec >&2
rpm --install --justdb --nodeps RPMS/noarch/tiny-1-1.noarch.rpm >&2
cd / && rm -r /tmp/rpm`);
}
