#!/usr/bin/env python3
"""small_client: a mail client of our own, right by default, that downloads an inbox into a maildir; with a fault's name it has
that one fault. ci/clients shows that `mailrig check-client` finds each of them, and nothing in the right one.

Usage: small_client.py PROTOCOL HOST PORT USER PASSWORD DIR CA TLS [FAULT]   PROTOCOL: imap or pop3; TLS: plain, starttls, implicit"""
import base64, os, re, signal, socket, ssl, sys, time

PROTOCOL, HOST, PORT, USER, PASSWORD, DIR, CA, TLS = (sys.argv[1:9] + [""] * 8)[:8]
FAULT = sys.argv[9] if len(sys.argv) > 9 else ""
LINE, MESSAGE, RESPONSES = 1 << 20, 32 << 20, 300_000  # octets, octets, lines of one answer

FAULTS = {  # name: (the rules of which one finds it, a case in which it shows)
    "loses-last": ("mail.missing", "mail/plain/imap/plain"),
    "alters-octet": ("mail.altered", "mail/plain/imap/plain"),
    "drops-flags": ("mail.flags", "mail/flags"),
    "twice": ("mail.twice", "twice/again"),
    "hangs": ("client.hangs", "mail/plain/imap/plain"),
    "crashes": ("client.crash", "latitudes/imap/fetch-split"),
    "waits-for-ever": ("client.hangs", "fetching/stalled-literal"),
    "trusts-sizes": ("client.memory", "fetching/literal-2g"),
    "keeps-everything": ("client.memory", "pop3/retr-endless"),
    "forgets-uidvalidity": ("mail.missing", "twice/renewed"),
    "numbers-after-expunge": ("mail.missing", "fetching/expunged-by-another"),
    "clear-password": ("login.clear", "tls-attacks/refused"),
    "any-certificate": ("login.trusts", "tls-attacks/certificate-stranger"),
    "hears-injected": ("script.forbidden", "tls-attacks/injected-answers"),
    "preauth-goes-on": ("client.trusts", "tls-attacks/preauth"),
    "login-though-disabled": ("client-secrets.login-disabled", "latitudes/disabled/login-disabled"),
    "half-messages": ("mail.nobodys", "fetching/cut-in-literal"),
    "always-well": ("mail.missing", "fetching/no"),
    "other-tag": ("script.forbidden", "login/other-tag"),
    "upper-case-only": ("client.fails", "latitudes/imap/fetch-names-lower"),
    "one-response": ("client.fails", "latitudes/imap/fetch-split"),
    "first-body": ("mail.missing|mail.altered", "fetching/other-message"),
    "lines-in-literals": ("client.fails|mail.altered", "mail/protocol-like/imap"),
    "keeps-dots": ("mail.altered", "mail/dots/pop3"),
    "deletes": ("mail.taken", "mail/plain/imap/plain"),
    "appends": ("mail.put", "mail/plain/imap/plain"),
}


class Failure(Exception):
    pass


class Wire:
    """A connection, read by lines and by octets, within limits."""

    def __init__(self):
        patience = None if FAULT == "waits-for-ever" else 5
        self.socket = socket.create_connection((HOST, int(PORT)), timeout=5)
        self.socket.settimeout(patience)
        self.left, self.at = b"", 0  # what came, and how much of it is taken
        if TLS == "implicit":
            self.secure()

    def secure(self):
        trust = ssl.create_default_context(cafile=CA)
        if FAULT == "any-certificate":
            trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        if FAULT != "hears-injected":
            self.left, self.at = b"", 0  # what came in the clear is nobody's
        self.socket = trust.wrap_socket(self.socket, server_hostname=HOST)

    def more(self):
        got = self.socket.recv(1 << 18)
        if not got:
            raise Failure("the connection has ended")
        self.left, self.at = self.left[self.at:] + got, 0

    def line(self):
        while (end := self.left.find(b"\n", self.at)) < 0:
            if len(self.left) - self.at > LINE and FAULT != "keeps-everything":
                raise Failure("a line without end")
            self.more()
        line, self.at = self.left[self.at:end + 1], end + 1
        return line

    def octets(self, n):
        if FAULT == "trusts-sizes":
            room = bytearray(n)
            room[::4096] = b"x" * len(room[::4096])
        elif n > MESSAGE:
            raise Failure("a literal of %d octets" % n)
        parts = []
        while True:
            parts.append(self.left[self.at:self.at + n])
            self.at += len(parts[-1])
            n -= len(parts[-1])
            if not n:
                return b"".join(parts)
            self.more()

    def say(self, text):
        self.socket.sendall(text.encode("ascii") + b"\r\n")


class Maildir:
    """Messages by a name of their own; there is no half one."""

    def __init__(self):
        self.path = os.path.join(DIR, "box")
        for part in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(self.path, part), exist_ok=True)
        self.known = {n.split(":")[0].split("~")[0] for n in os.listdir(os.path.join(self.path, "cur"))}

    def has(self, name):
        return name in self.known and FAULT != "twice"

    def add(self, name, octets, flags=()):
        letters = {b"\\draft": "D", b"\\flagged": "F", b"\\answered": "R", b"\\seen": "S", b"\\deleted": "T"}
        marks = "".join(sorted(letters[f] for f in flags if f in letters)) if FAULT != "drops-flags" else ""
        if FAULT == "alters-octet":
            octets = octets.replace(b"e", b"E", 1)
        if name in self.known:
            name += "~%d" % time.time_ns()
        self.known.add(name)
        there = os.path.join(self.path, "tmp", name)
        with open(there, "wb") as out:
            out.write(octets.replace(b"\r\n", b"\n"))
        os.rename(there, os.path.join(self.path, "cur", "%s:2,%s" % (name, marks)))


def parse(octets):
    """Values of a response: atoms, strings as (octets,), lists. Sections in brackets belong to their atom."""
    stack, at = [[]], 0
    while at < len(octets):
        c = octets[at:at + 1]
        if c in b" \r\n":
            at += 1
        elif c == b"(":
            if len(stack) > 100:
                raise Failure("lists too deep")
            stack.append([])
            at += 1
        elif c == b")":
            if len(stack) < 2:
                raise Failure("a list that was not opened")
            done = stack.pop()
            stack[-1].append(done)
            at += 1
        elif c == b'"':
            m = re.compile(rb'"((?:[^"\\\r\n]|\\.)*)"').match(octets, at)
            if not m:
                raise Failure("a string that is not closed")
            stack[-1].append((re.sub(rb"\\(.)", rb"\1", m.group(1)),))
            at = m.end()
        elif c == b"{":
            m = re.compile(rb"\{(\d{1,12})\}\r?\n").match(octets, at)
            if not m:
                raise Failure("a literal without a size")
            stack[-1].append((octets[m.end():m.end() + int(m.group(1))],))
            at = m.end() + int(m.group(1))
        else:
            m = re.compile(rb"(?:[^\s()\"{}\[\]]|\[[^\]]*\])+|.", re.S).match(octets, at)
            stack[-1].append(m.group())
            at = m.end()
    if len(stack) != 1:
        raise Failure("a list that is not closed")
    return stack[0]


class Imap:
    def __init__(self):
        self.wire, self.tags, self.authenticated, self.capabilities = Wire(), 0, False, None
        greeting = self.response()
        if not re.match(rb"\* (OK|PREAUTH)\b", greeting, re.I):
            raise Failure("no greeting: %r" % greeting[:80])
        self.authenticated = bool(re.match(rb"\* PREAUTH\b", greeting, re.I))
        if TLS == "starttls":
            self.starttls()

    def starttls(self):
        if self.authenticated and FAULT != "preauth-goes-on":
            raise Failure("TLS cannot begin any more")
        if self.authenticated:
            return
        try:
            self.command("STARTTLS")
        except Failure:
            if FAULT == "clear-password":
                return
            raise
        self.wire.secure()
        self.capabilities = None

    def response(self):
        """One response, whole: with its literals."""
        out = self.wire.line()
        # The text that a status ends with is for people, whatever it looks like.
        status = re.match(rb"\+|\S+ (OK|NO|BAD|BYE|PREAUTH)\b", out, re.I)
        while FAULT != "lines-in-literals" and not status:
            m = re.search(rb"\{(\d+)\}\r?\n$", out)
            if not m:
                break
            if len(m.group(1)) > 12:
                raise Failure("a literal of more octets than there are")
            text = self.wire.octets(int(m.group(1)))
            out += text + self.wire.line()
        return out

    def command(self, text):
        """Untagged data that came with it. NO, BAD and BYE are failures."""
        self.tags += 1
        tag = b"c%d" % self.tags
        self.wire.say(tag.decode("ascii") + " " + text)
        data = []
        while True:
            r = self.response()
            words = r.split(None, 2)
            if r[:2] == b"* ":
                if words[1:2] and words[1].upper() == b"BYE" and text != "LOGOUT":
                    raise Failure("BYE")
                data.append(r)
                if len(data) > RESPONSES:
                    raise Failure("data without end")
            elif len(words) > 1 and (words[0] == tag or (FAULT == "other-tag" and words[1] == b"OK")):
                if words[1].upper() != b"OK":
                    raise Failure("%s: %r" % (text.split()[0], r[:80]))
                for one in data + [r]:
                    m = re.match(rb"\* CAPABILITY ([^\r\n]*)|\S+ OK \[CAPABILITY ([^\]]*)\]", one, re.I)
                    if m:
                        self.capabilities = (m.group(1) or m.group(2)).upper().split()
                return data
            elif r[:1] == b"+":
                raise Failure("nothing more is to be said")

    def login(self):
        if self.authenticated:
            return
        self.command("CAPABILITY")
        if b"LOGINDISABLED" in (self.capabilities or []) and FAULT != "login-though-disabled":
            raise Failure("no password is taken here")
        self.command('LOGIN "%s" "%s"' % (USER, PASSWORD))

    def select(self):
        validity, self.exists = b"0", 0
        for r in self.command("SELECT INBOX" if FAULT in ("deletes", "appends") else "EXAMINE INBOX"):
            m = re.match(rb"\* OK \[UIDVALIDITY (\d+)\]", r, re.I)
            validity = m.group(1) if m else validity
            m = re.match(rb"\* (\d{1,10}) EXISTS", r, re.I)
            self.exists = int(m.group(1)) if m else self.exists
        return b"0" if FAULT == "forgets-uidvalidity" else validity

    def numbers(self, text):
        out = []
        for r in self.command(text):
            if re.match(rb"\* SEARCH\b", r, re.I):
                out += [int(n) for n in r.split()[2:] if n.isdigit() and 0 < int(n) < 1 << 32]
        return sorted(set(out))

    def fetch(self, what, uid):
        """Octets and flags of the message with that UID, from however many responses."""
        text = flags = None
        found, responses = {}, 0
        for r in self.command(what):
            m = re.match(rb"\* (\d{1,10}) FETCH " if FAULT == "upper-case-only" else rb"\* (\d{1,10}) (?i:FETCH) ", r)
            if not m:
                continue
            responses += 1
            items = parse(r[m.end():])
            if len(items) != 1 or not isinstance(items[0], list) or len(items[0]) % 2:
                raise Failure("odd data")
            pairs = [(k if FAULT == "upper-case-only" else k.upper(), v) for k, v in zip(items[0][::2], items[0][1::2]) if isinstance(k, bytes)]
            one = {} if FAULT == "one-response" else found.setdefault(m.group(1), {})
            one.update(pairs)
            found[m.group(1)] = one
        if FAULT == "crashes" and responses != 1:
            os.kill(os.getpid(), signal.SIGSEGV)
        for one in found.values():
            if one.get(b"UID") != b"%d" % uid and FAULT not in ("first-body", "numbers-after-expunge"):
                continue
            if isinstance(one.get(b"BODY[]"), tuple) and isinstance(one.get(b"FLAGS"), list):
                text, flags = one[b"BODY[]"][0], [f.lower() for f in one[b"FLAGS"] if isinstance(f, bytes)]
                break
        if text is None:
            raise Failure("message %d did not come" % uid)
        return text, flags

    def all(self, box):
        self.login()
        validity = self.select()
        failed = None
        if FAULT == "numbers-after-expunge":
            uids = range(1, self.exists + 1)
        else:
            uids = self.numbers("UID SEARCH ALL") if self.exists or FAULT == "forgets-uidvalidity" else []
        for uid in list(uids)[:-1] if FAULT == "loses-last" else uids:
            name = "%s.%d" % (validity.decode("ascii"), uid)
            if box.has(name):
                continue
            asks = "FETCH %d (FLAGS UID BODY.PEEK[])" if FAULT == "numbers-after-expunge" else "UID FETCH %d (UID FLAGS BODY.PEEK[])"
            try:
                box.add(name, *self.fetch(asks % uid, uid))
            except Failure as e:
                if FAULT == "numbers-after-expunge":
                    continue
                if "did not come" not in str(e) and "FETCH:" not in str(e):
                    raise
                # It may have gone meanwhile.
                if uid in self.numbers("UID SEARCH ALL"):
                    failed = e
            if FAULT == "numbers-after-expunge":
                self.command("NOOP")
        if FAULT == "deletes":
            self.command("STORE 1 +FLAGS.SILENT (\\Deleted)")
            self.command("EXPUNGE")
        if FAULT == "appends":
            self.wire.say("x1 APPEND INBOX {17+}\r\nSubject: more\r\n\r\n")
            self.command("NOOP")
        try:
            self.command("LOGOUT")
        except (Failure, OSError):
            pass  # nothing is lost by it
        if failed:
            raise failed


class Pop3:
    def __init__(self):
        self.wire = Wire()
        self.answer()
        if TLS == "starttls":
            self.command("STLS")
            self.wire.secure()

    def answer(self):
        line = self.wire.line()
        if not line.startswith(b"+OK"):
            raise Failure("%r" % line[:80])
        return line

    def command(self, text):
        self.wire.say(text)
        return self.answer()

    def lines(self, most=MESSAGE):
        out, size = [], 0
        while True:
            line = self.wire.line()
            if line.rstrip(b"\r\n") == b".":
                return out
            size += len(line)
            if (size > most or len(out) > RESPONSES) and FAULT != "keeps-everything":
                raise Failure("an answer without end")
            out.append(line[1:] if line.startswith(b".") and FAULT != "keeps-dots" else line)

    def all(self, box):
        self.command("USER " + USER)
        self.command("PASS " + PASSWORD)
        self.command("LIST")
        numbers = []
        for line in self.lines(16 << 20):
            words = line.split()
            if not words or not words[0].isdigit() or len(words[0]) > 9 or int(words[0]) == 0:
                raise Failure("an odd listing: %r" % line[:40])
            numbers.append(int(words[0]))
        for n in sorted(set(numbers)):
            self.command("RETR %d" % n)
            box.add(str(n), b"".join(self.lines()))
        try:
            self.command("QUIT")
        except (Failure, OSError):
            pass


def half():
    """What a client leaves behind that writes as it reads."""
    with open(os.path.join(DIR, "box", "cur", "half:2,"), "wb") as out:
        out.write(b"Subject: half\n\nand then nothing")


def main():
    box = Maildir()
    try:
        (Imap if PROTOCOL == "imap" else Pop3)().all(box)
    except (Failure, OSError) as e:
        print("failed: %s" % e)
        if FAULT == "half-messages":
            half()
            return 0
        return 0 if FAULT == "always-well" else 1
    if FAULT == "hangs":
        time.sleep(1000)
    return 0


if __name__ == "__main__":
    sys.exit(main())
