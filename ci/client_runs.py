"""client_runs: real clients run against a private Dovecot that keeps rawlogs, each answering with the files that it logs to."""
import glob, os, shutil, socket, subprocess, sys, tempfile, time

from captures import Relay, port

folder = os.environ.get("KEEP") or tempfile.mkdtemp(prefix="mailrig-importers-")
MAIL = ("From: a@example.test\nTo: b@example.test\nSubject: one\nMessage-Id: <1@example.test>\nDate: Mon, 7 Feb 1994 21:52:25 -0800\n\nHello.\n",
        "From: a@example.test\nTo: b@example.test\nSubject: two\nMessage-Id: <2@example.test>\nDate: Mon, 7 Feb 1994 21:53:25 -0800\n\n"
        "* 3 EXISTS\n.\nA5 OK as a line of the text\n>From here\n\n)\nlast\n",
        "From: a@example.test\nTo: b@example.test\nSubject: three\nMessage-Id: <3@example.test>\nDate: Mon, 7 Feb 1994 21:54:25 -0800\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\ngr\u00fc\u00dfe\n--b\n"
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nAAECAwQF\n--b--\n")


IMAP, IMAPS, POP3 = port(), port(), port()


def write(path, text, mode=0o644):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    os.chmod(path, mode)
    return path


def configure():
    os.chmod(folder, 0o755)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/tls.key", "-out", f"{folder}/tls.crt",
                    "-subj", "/CN=localhost", "-days", "30"], check=True, stderr=subprocess.DEVNULL)
    write("dovecot.conf", f"""
base_dir = {folder}/run
state_dir = {folder}/state
protocols = imap pop3
listen = 127.0.0.1
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{folder}/tls.crt
ssl_key = <{folder}/tls.key
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
first_valid_uid = 1
first_valid_gid = 1
import_environment = TZ
passdb {{
  driver = static
  args = password={{PLAIN}}very-secret
}}
userdb {{
  driver = static
  args = uid=5000 gid=5000 home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  inet_listener imap {{
    port = {IMAP}
  }}
  inet_listener imaps {{
    port = {IMAPS}
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {POP3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service postlogin {{
  executable = script-login -d rawlog -t
  unix_listener postlogin {{
  }}
}}
service imap {{
  executable = imap postlogin
}}
service pop3 {{
  executable = pop3 postlogin
}}
""")


def start():
    log = open(f"{folder}/dovecot.out", "w")
    p = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", f"{folder}/dovecot.conf"], stdout=log, stderr=log)
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", IMAP)) == 0:
                return p
        if p.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"dovecot does not listen: {open(log.name).read()}")


def account(user):
    """A home of its own with mail in it and a folder for rawlogs."""
    home = f"{folder}/mail/{user}"
    for sub in ("Maildir/cur", "Maildir/new", "Maildir/tmp", "dovecot.rawlog"):
        os.makedirs(f"{home}/{sub}", exist_ok=True)
    for i, text in enumerate(MAIL):
        write(f"mail/{user}/Maildir/cur/{1000 + i}.M{i}.host:2,S", text)
    subprocess.run(["chown", "-R", "5000:5000", f"{folder}/mail"], check=True)


def run(log, command, env=None, stdin=None, shell=False):
    """What the client says goes to the log."""
    with open(f"{folder}/{log}", "wb") as out:
        subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, input=stdin, timeout=60, shell=shell,
                       env={**os.environ, "HOME": folder, "LC_ALL": "C.UTF-8", **(env or {})}, cwd=folder)
    return [f"{folder}/{log}"]


def mbsync(user, flags="-Dn"):
    os.makedirs(f"{folder}/box-{user}", exist_ok=True)
    rc = write(f"{user}.mbsyncrc", f"""IMAPAccount a
Host 127.0.0.1
Port {IMAP}
User {user}
Pass very-secret
SSLType None

IMAPStore far
Account a

MaildirStore near
Path {folder}/box-{user}/
Inbox {folder}/box-{user}/INBOX

Channel c
Far :far:
Near :near:
Create Near
SyncState *
""")
    return run(f"{user}.log", ["mbsync", flags, "-c", rc, "c"])


def mbsync_all(user):
    return mbsync(user, "-DN")


def offlineimap(user):
    rc = write(f"{user}.offlineimaprc", f"""[general]
accounts = a
metadata = {folder}/meta-{user}
[Account a]
localrepository = l
remoterepository = r
[Repository l]
type = Maildir
localfolders = {folder}/off-{user}
[Repository r]
type = IMAP
remotehost = 127.0.0.1
remoteport = {IMAP}
remoteuser = {user}
remotepass = very-secret
ssl = no
starttls = no
auth_mechanisms = PLAIN
""")
    return run(f"{user}.log", ["offlineimap", "-c", rc, "-o", "-d", "imap", "-u", "basic"])


def curl_imap(user):
    return run(f"{user}.log", ["curl", "-sv", "-u", f"{user}:very-secret", f"imap://127.0.0.1:{IMAP}/INBOX;MAILINDEX=2"])


def curl_list(user):
    return run(f"{user}.log", ["curl", "-sv", "-u", f"{user}:very-secret", f"imap://127.0.0.1:{IMAP}/INBOX?ALL"])


def curl_pop3(user):
    return run(f"{user}.log", ["curl", "-sv", "-u", f"{user}:very-secret", f"pop3://127.0.0.1:{POP3}/2"])


def fetchmail(user, proto="imap", number=None):
    rc = write(f"{user}.fetchmailrc", f"poll 127.0.0.1 port {number or IMAP} proto {proto} user '{user}' pass very-secret keep no rewrite\n"
               f"  mda \"cat >/dev/null\" sslproto ''\n", 0o600)
    return run(f"{user}.log", ["fetchmail", "-v", "-v", "-f", rc, "--nosyslog", "-a", "-i", f"{folder}/{user}.ids", "--nodetach"])


def fetchmail_pop3(user):
    return fetchmail(user, "pop3", POP3)


def pcap(user):
    relay = Relay(IMAP)
    run(f"{user}.log", [sys.executable, "-c", PYTHON_IMAP.format(port=relay.port, user=user)])
    time.sleep(0.2)
    return relay.write(f"{folder}/{user}.pcap", 143)


def pcap_tls(user):
    """Decrypted by the keys that curl writes."""
    if not shutil.which("tshark"):
        return None
    relay = Relay(IMAPS)
    run(f"{user}.log", ["curl", "-sk", "-u", f"{user}:very-secret", f"imaps://127.0.0.1:{relay.port}/INBOX;MAILINDEX=2"],
        env={"SSLKEYLOGFILE": f"{folder}/{user}.keys"})
    time.sleep(0.2)
    return relay.write(f"{folder}/{user}.pcap", 993)


def getmail(user):
    """It logs no octets: what passed is captured."""
    relay = Relay(POP3)
    os.makedirs(f"{folder}/get-{user}/cur", exist_ok=True)
    os.makedirs(f"{folder}/get-{user}/new", exist_ok=True)
    os.makedirs(f"{folder}/get-{user}/tmp", exist_ok=True)
    write(f"getmail-{user}/getmailrc", f"""[retriever]
type = SimplePOP3Retriever
server = 127.0.0.1
port = {relay.port}
username = {user}
password = very-secret
[destination]
type = Maildir
path = {folder}/get-{user}/
[options]
verbose = 2
""", 0o600)
    run(f"{user}.log", ["getmail", "--getmaildir", f"{folder}/getmail-{user}"])
    time.sleep(0.2)
    return relay.write(f"{folder}/{user}.pcap", 110)


def mutt(user, program="mutt"):
    rc = write(f"{user}.muttrc", f"""set folder="imap://{user}@127.0.0.1:{IMAP}/"
set spoolfile="+INBOX"
set imap_user="{user}"
set imap_pass="very-secret"
set ssl_starttls=no
set ssl_force_tls=no
set header_cache=
set wait_key=no
push "<display-message><exit><exit>"
""")
    shutil.rmtree(f"{folder}/.muttdebug0", ignore_errors=True)
    for old in glob.glob(f"{folder}/.muttdebug*"):
        os.remove(old)
    command = f"{program} -n -F {rc} -d 5" + (f" -l {folder}/{user}.debug" if program == "neomutt" else "")
    run(f"{user}.log", ["script", "-qec", command, "/dev/null"], env={"TERM": "xterm"}, stdin=b"")
    return sorted(glob.glob(f"{folder}/.muttdebug0")) if program == "mutt" else sorted(glob.glob(f"{folder}/{user}.debug*"))


def neomutt(user):
    return mutt(user, "neomutt")


PYTHON_IMAP = """
import imaplib, time
c = imaplib.IMAP4('127.0.0.1', {port})
c.debug = 5
c.login('{user}', 'very-secret')
c.select('INBOX')
c.search(None, 'ALL')
c.fetch('1:3', '(FLAGS RFC822)')
c.append('INBOX', '\\\\Seen', imaplib.Time2Internaldate(time.time()), b'Subject: new\\r\\n\\r\\nx\\r\\n')
c.store('1', '+FLAGS', '(\\\\Deleted)')
c.expunge()
c.logout()
"""
PYTHON_POP3 = """
import poplib
c = poplib.POP3('127.0.0.1', {port})
c.set_debuglevel({level})
c.user('{user}')
c.pass_('very-secret')
c.stat()
c.list()
c.uidl()
c.retr(2)
c.dele(1)
c.quit()
"""


def python_imaplib(user):
    return run(f"{user}.log", [sys.executable, "-c", PYTHON_IMAP.format(port=IMAP, user=user)])


def python_poplib(user, level=1):
    return run(f"{user}.log", [sys.executable, "-c", PYTHON_POP3.format(port=POP3, user=user, level=level)])


def python_poplib2(user):
    return python_poplib(user, 2)


def telnet(user):
    """What a terminal shows when a person types."""
    lines = [f"a login {user} very-secret", "b select inbox", "c fetch 2 (flags body.peek[])", "d store 1 +flags (\\Deleted)", "e logout"]
    shown = f"Trying 127.0.0.1...\nConnected to localhost.\nEscape character is '^]'.\n"
    with socket.create_connection(("127.0.0.1", IMAP)) as s:
        f = s.makefile("rb")
        shown += f.readline().decode()
        for line in lines:
            s.sendall(line.encode() + b"\r\n")
            shown += line + "\n"
            while True:
                got = f.readline().decode("latin-1")
                shown += got
                if got.startswith(line[0] + " ") or not got:
                    break
    with open(f"{folder}/{user}.log", "w", newline="", encoding="latin-1") as out:
        out.write(shown.replace("\r\n", "\n") + "Connection closed by foreign host.\n")
    return [f"{folder}/{user}.log"]


CLIENTS = {
    "mbsync": ("mbsync", mbsync), "mbsync-all": ("mbsync", mbsync_all), "offlineimap": ("offlineimap", offlineimap),
    "curl-imap": ("curl", curl_imap), "curl-list": ("curl", curl_list), "curl-pop3": ("curl", curl_pop3),
    "fetchmail-imap": ("fetchmail", fetchmail), "fetchmail-pop3": ("fetchmail", fetchmail_pop3), "getmail": ("getmail", getmail),
    "mutt": ("mutt", mutt), "neomutt": ("neomutt", neomutt), "imaplib": ("python3", python_imaplib), "poplib": ("python3", python_poplib2),
    "telnet": ("python3", telnet), "pcap": ("python3", pcap), "pcap-tls": ("curl", pcap_tls),
}
