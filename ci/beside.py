#!/usr/bin/env python3
"""beside: mailrig load beside other clients on one private Dovecot, in one run, in turn: what a mixed command costs each of them in
CPU and in instructions.

The mix is that of ImapTest's states without LOGIN and LOGOUT: LIST, STATUS, FETCH of headers and of bodies, STORE, EXPUNGE, APPEND.
Beside mailrig, with and without its judge, run ci/raw_client.c (what was written beforehand is sent, nothing is parsed: the
floor) and ImapTest, where $IMAPTEST has its path. ImapTest is in no distribution's archive. To build it:

    apt-get install dovecot-dev autoconf automake libtool
    git clone https://github.com/dovecot/imaptest && cd imaptest
    git checkout 924f619                 # what comes after needs a later Dovecot than the 2.3 of Debian 12
    sed -i 's/imap_parser_create(\\(.*\\), NULL, (size_t)-1)/imap_parser_create(\\1, NULL, (size_t)-1, NULL)/' src/*.c
    ./autogen.sh && ./configure --with-dovecot=/usr/lib/dovecot && make
    IMAPTEST=$PWD/src/imaptest LD_LIBRARY_PATH=/usr/lib/dovecot ci/bench beside

Usage: ci/bench beside     CONNECTIONS=20 SECONDS=10 ROUNDS=3 INSTRUCTIONS=1 (0: only CPU); exit 77 without Dovecot or a C compiler
Each figure is of a run less a short one, so that what begins and ends a run is not in it. Instructions are those in user space: the
processor's counter (perf stat -e instructions:u) where the machine has one, else callgrind's."""
import json, os, resource, shutil, signal, socket, statistics, subprocess, sys, tempfile, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
mailrig = os.environ.get("MAILRIG", os.path.join(root, "build/mailrig"))
connections, seconds = int(os.environ.get("CONNECTIONS", "20")), float(os.environ.get("SECONDS", "10"))
rounds, instructions = int(os.environ.get("ROUNDS", "3")), os.environ.get("INSTRUCTIONS", "1") != "0"
imaptest = os.environ.get("IMAPTEST", "")
KEPT, PASSWORD = 40, "secret"  # messages in each inbox at the beginning
SHORT = 1  # seconds of the run that is taken off

MAIL = ("From: A Correspondent <a@example.test>\r\nTo: b@example.test\r\nSubject: a message of some length, number {n}\r\n"
        "Date: Mon, 7 Feb 1994 21:52:25 -0800\r\nMessage-Id: <{n}.correspondent@example.test>\r\n\r\n" + "Lorem ipsum dolor sit amet.\r\n" * 30)
HEADERS = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID REFERENCES)])"
PROFILE = """title = "ImapTest's mix"
[mail]
mean = "1k"
median = "1k"
most = "2k"
[[device]]
name = "mixer"
[[device.act]]
name = "all"
every = "1s"
do = ["list", "headers 15", "body", "store flag", "expunge", "append INBOX", "status INBOX", "headers 15", "body", "peek", "store delete", "expunge"]
"""
# What the profile says, written beforehand.
COMMANDS = ['LIST "" *', f"FETCH 26:40 {HEADERS}", "FETCH 20 (UID BODY[])", "STORE 30 +FLAGS (\\Flagged)", "EXPUNGE",
            "APPEND INBOX (\\Seen) {%d+}\\r\\n%s" % (len(MAIL.format(n=7)), MAIL.format(n=7).replace("\r\n", "\\r\\n")),
            "STATUS INBOX (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)", f"FETCH 26:40 {HEADERS}", "FETCH 21 (UID BODY[])",
            "FETCH 22 (UID BODY.PEEK[])", "STORE 5 +FLAGS (\\Deleted)", "EXPUNGE"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start_dovecot(folder, port):
    os.chmod(folder, 0o755)
    os.makedirs(f"{folder}/mail", exist_ok=True)
    os.chown(f"{folder}/mail", 5000, 5000)
    with open(f"{folder}/dovecot.conf", "w") as f:
        f.write(f"""base_dir = {folder}/run
state_dir = {folder}/state
instance_name = mailrig-beside
protocols = imap
listen = 127.0.0.1
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 0
mail_fsync = never
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={{PLAIN}}{PASSWORD}
}}
userdb {{
  driver = static
  args = uid=5000 gid=5000 home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
""")
    server = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", f"{folder}/dovecot.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return server
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"beside: Dovecot does not listen; see {folder}/dovecot.log")


def fill(folder):
    """Every inbox as it is at the beginning, so that each client meets the same."""
    time.sleep(1)  # the server ends its sessions, and closes what they had open
    for u in range(1, connections + 1):
        home = f"{folder}/mail/u{u}/Maildir"
        shutil.rmtree(f"{folder}/mail/u{u}", ignore_errors=True)
        for sub in ("cur", "new", "tmp"):
            os.makedirs(f"{home}/{sub}", exist_ok=True)
        for n in range(1, KEPT + 1):
            with open(f"{home}/cur/{1000 + n}.M{n}.host:2,S", "w", newline="") as f:
                f.write(MAIL.format(n=n).replace("\r\n", "\n"))
    subprocess.run(["chown", "-R", "5000:5000", f"{folder}/mail"], check=True)


class Client:
    """How it is called, and how many commands it then says to have done."""

    def __init__(self, name, command, count, stdin=None):
        self.name, self.command, self.count, self.stdin = name, command, count, stdin


def clients(folder, port):
    def load(*more):
        return lambda s: [mailrig, "load", f"{folder}/mix.toml", "--target", f"{folder}/target.toml", "--users", str(connections),
                          "--concurrency", str(connections), "--threads", "1", "--ramp", "1s", "--duration", f"{s:g}s", "--allow-destructive",
                          "--slo", "errors < 100%", "--report", f"json:{folder}/load.json", *more]

    def of_load(_):
        with open(f"{folder}/load.json") as f:
            kinds = json.load(f)["operations"]
        return sum(k["done"] for k in kinds.values() if not k["compound"])

    out = [Client("mailrig", load(), of_load), Client("mailrig --no-judge", load("--no-judge"), of_load),
           Client("raw epoll", lambda s: [f"{folder}/raw_client", str(port), str(connections), f"{s:g}", PASSWORD],
                  lambda said: int(said.split()[0]), "\n".join(COMMANDS) + "\n")]
    if imaptest:
        def of_imaptest(said):
            """The last line of numbers is that of the totals."""
            rows = [line.split() for line in said.splitlines()]
            return sum(int(n) for n in [r for r in rows if r and all(w.isdigit() for w in r)][-1])
        out.append(Client("ImapTest", lambda s: [imaptest, "host=127.0.0.1", f"port={port}", "user=u%d", f"pass={PASSWORD}",
                                                 f"mbox={folder}/mbox", f"users={connections}", f"clients={connections}", f"msgs={KEPT}",
                                                 f"secs={max(1, round(s))}", "seed=1", "logout=0", "no_pipelining"], of_imaptest))
    return out


def run(client, for_seconds, *before):
    """Commands done, and CPU of all of it, user and system."""
    was = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*before, *client.command(for_seconds)], input=client.stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, errors="replace", timeout=for_seconds * 20 + 120)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        count = client.count(done.stdout)
    except (OSError, ValueError, IndexError, KeyError) as e:
        raise SystemExit(f"beside: {client.name} ended with {done.returncode}: {e!r}\n{done.stdout[-500:]}{done.stderr[-1500:]}")
    return count, now.ru_utime - was.ru_utime + now.ru_stime - was.ru_stime


def has_counters():
    told = subprocess.run(["perf", "stat", "-x", ",", "-e", "instructions:u", "true"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) if shutil.which("perf") else None
    return bool(told) and told.returncode == 0 and told.stderr.split(",")[0].isdigit()


def counted(client, folder, fill_again):
    """Instructions of a command: of a long run less a short one."""
    out, perf = [], has_counters()
    for s in (SHORT, seconds) if perf else (3, 9):
        fill_again()
        if perf:
            count, _ = run(client, s, "perf", "stat", "-x", ",", "-o", f"{folder}/perf", "-e", "instructions:u")
            with open(f"{folder}/perf") as f:
                number = int(next(line for line in f if "instructions" in line).split(",")[0])
        else:
            told = f"{folder}/callgrind"
            count, _ = run(client, s, "valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={told}")
            with open(told) as f:
                number = int(next(line for line in f if line.startswith(("summary:", "totals:"))).split()[1])
        out.append((count, number))
    return (out[1][1] - out[0][1]) / max(1, out[1][0] - out[0][0])


def main():
    if not os.path.exists("/usr/sbin/dovecot") or not shutil.which("cc"):
        print("beside: needs Dovecot (apt-get install dovecot-imapd) and a C compiler", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory(prefix="mailrig-beside-") as folder:
        port = free_port()
        subprocess.run(["cc", "-O2", "-o", f"{folder}/raw_client", os.path.join(root, "ci/raw_client.c")], check=True)
        with open(f"{folder}/mix.toml", "w") as f:
            f.write(PROFILE)
        with open(f"{folder}/target.toml", "w") as f:
            f.write(f'name = "beside"\n[imap]\nurl = "imap://127.0.0.1:{port}"\n[accounts]\npattern = "u%d"\ncount = {connections}\n'
                    f'password = "{PASSWORD}"\n')
        with open(f"{folder}/mbox", "w") as f:
            for n in range(1, KEPT + 1):
                f.write("From a@b Mon Jan  1 00:00:00 2024\n" + MAIL.format(n=n).replace("\r\n", "\n") + "\n")
        server = start_dovecot(folder, port)
        try:
            all_of = clients(folder, port)
            cost = {c.name: [] for c in all_of}
            for _ in range(rounds):
                for c in all_of:
                    fill(folder)
                    few, begins = run(c, SHORT)
                    fill(folder)
                    count, cpu = run(c, seconds)
                    cost[c.name].append((cpu - begins) / max(1, count - few) * 1e6)
            counts = {c.name: counted(c, folder, lambda: fill(folder)) for c in all_of} if instructions else {}
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    against = "ImapTest" if imaptest else "raw epoll"
    of = "processor's counter" if has_counters() else "callgrind"
    print(f"{connections} connections, {rounds} rounds of {seconds:g} s in turn; medians, and instructions in user space by {of}")
    print(f"{'':20} {'us CPU a command':>17} {'of ' + against:>13} {'instructions':>13} {'of ' + against:>13}")
    base = statistics.median(cost[against])
    for name, all_costs in cost.items():
        us, n = statistics.median(all_costs), counts.get(name)
        print(f"{name:20} {us:17.2f} {us / base:13.2f} {n and f'{n:.0f}' or '-':>13} {n and f'{n / counts[against]:.2f}' or '-':>13}")
    return 0


sys.exit(main())
