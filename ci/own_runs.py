"""own_runs: mailrig as a process of its own in a folder of its own: begun, interrupted, ended; what it says and writes."""
import imaplib, os, re, resource, signal, subprocess, tempfile, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
mailrig = os.path.abspath(os.environ.get("MAILRIG", root + "/build/mailrig"))
folder = tempfile.mkdtemp(prefix="mailrig-runs-")
os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="tmp-", dir=folder)



def must(condition, what):
    if not condition:
        raise AssertionError(what)


def path(name):
    return os.path.join(folder, name)


def write(name, text, **how):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return path(name)


def read(name):
    with open(path(name), newline="") as f:
        return f.read()


def begin(*args, **how):
    """Signals that whoever started this may ignore are not ignored by what it starts."""
    def fresh():
        for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(s, signal.SIG_DFL)
        if "most_octets" in how:
            resource.setrlimit(resource.RLIMIT_FSIZE, (how["most_octets"],) * 2)
        if "most_files" in how:
            resource.setrlimit(resource.RLIMIT_NOFILE, (how["most_files"],) * 2)
    return subprocess.Popen([mailrig, *args], cwd=folder, stdout=how.get("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                            text=True, preexec_fn=fresh)


def end(p, limit=60):
    out, err = p.communicate(timeout=limit)
    return p.returncode, out or "", err


def run(*args, **how):
    return end(begin(*args, **how))


def is_code(code, got, what):
    must(got[0] == code, f"{what}: exit {got[0]}, not {code}: {got[1][-600:]}{got[2][-600:]}")


class Served:
    """The embedded server as a process of its own, and a target file that names it."""

    def __enter__(self):
        self.p = begin("serve", "--accounts", "40")
        said = ""
        for line in self.p.stdout:
            said += line
            if "accounts" in line:
                break
        self.imap, pop3 = (int(re.search(rf"^{x}://\S*:(\d+)", said, re.M)[1]) for x in ("imap", "pop3"))
        self.target = write("served.toml", f'name = "served"\n[imap]\nurl = "imap://127.0.0.1:{self.imap}"\n[pop3]\n'
                            f'url = "pop3://127.0.0.1:{pop3}"\n[accounts]\npattern = "u%d"\ncount = 40\npassword = "secret"\n')
        self.usual = set()
        self.usual = set(self.left()[1])  # every account has some mailboxes
        return self

    def __exit__(self, *_):
        self.p.terminate()
        code = self.p.wait(20)
        must(code == 0, f"serve: exit {code} after SIGTERM")

    def log_in(self, user):
        c = imaplib.IMAP4("127.0.0.1", self.imap)
        c.login(user, "secret")
        return c

    def left(self):
        """Messages and mailboxes in all accounts."""
        mail, boxes = 0, []
        for n in range(1, 41):
            c = self.log_in(f"u{n}")
            mail += int(c.select("INBOX", readonly=True)[1][0])
            boxes += [b.decode() for b in c.list()[1] if b and b"INBOX" not in b and b.decode() not in self.usual]
            c.logout()
        return mail, boxes


def stop(args, after, sign=signal.SIGINT, times=1):
    p = begin(*args)
    time.sleep(after)
    began = time.time()
    for _ in range(times):
        p.send_signal(sign)
        time.sleep(0.3)
    return *end(p), time.time() - began


def formats(kinds, name):
    out = []
    for kind in kinds:
        out += ["--report", f"{kind}:{path(name)}.{kind}"]
    return out


def all_say(kinds, name, words, out):
    must(re.search(words, out), f"{name}: the terminal does not say '{words}': {out[-800:]}")
    for kind in kinds:
        must(re.search(words, read(f"{name}.{kind}")), f"{name}: {kind} does not say '{words}'")
