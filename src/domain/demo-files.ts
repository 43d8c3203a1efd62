// The two sides of the demo: what Git has, and what somebody made of it on the server.

const MAIN = `# /etc/rsyslog.conf: what this server logs, and where.
module(load="imuxsock")   # programs on this machine
module(load="imklog")     # the kernel

$FileOwner root
$FileGroup adm
$FileCreateMode 0640
$WorkDirectory /var/spool/rsyslog

$IncludeConfig /etc/rsyslog.d/*.conf

*.*;auth,authpriv.none		-/var/log/syslog
auth,authpriv.*			/var/log/auth.log
`;

const LAB = `# 30-lab.conf: the lab's own programs write to a file of their own.
if $programname startswith "lab-" then {
  action(type="omfile" file="/var/log/lab.log")
  stop
}
`;

const REMOTE = `# 31-remote.conf: a copy of everything goes to the archive.
module(load="omelasticsearch")
*.info action(type="omelasticsearch" server="archive.example.net"
              uid="rsyslog" pwd="correct horse"
              action.resumeRetryCount="-1")
`;

/** By name below the root. */
export type DemoTree = Readonly<Record<string, string>>;

/** The copies in Git. */
export const DEMO_GIT: DemoTree = {
  'rsyslog.conf': MAIN,
  'rsyslog.d/30-lab.conf': LAB,
  'rsyslog.d/31-remote.conf': REMOTE,
};

/** The server: logs are readable by everybody, a password was changed, one file is gone, another one has appeared. */
export const DEMO_SERVER: DemoTree = {
  'rsyslog.conf': MAIN.replace('$FileCreateMode 0640', '$FileCreateMode 0644'),
  'rsyslog.d/31-remote.conf': REMOTE.replace('correct horse', 'battery staple'),
  'rsyslog.d/99-debug.conf': '# added at 3 a.m.\n*.debug\t\t\t/var/log/debug-all.log\n',
};
