#!/usr/bin/env python3
"""tidy.py: reads the tree and says what does not belong in it. Nothing is built or run, but clang-format where it is.
Usage: ci/tidy.py [RULE ...]; ci/tidy.py --mend takes out of ci/tidy.reasons what no longer holds, and lowers its numbers.

What a rule finds stops it, unless a line of ci/tidy.reasons says why it may stay: RULE WHERE [NUMBER] SENTENCE. A line that
no longer holds stops it too, and a number may only fall."""
import collections, functools, os, re, shutil, subprocess, sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
reasons_file = "ci/tidy.reasons"
LINES, SCREEN = 400, 60  # of a file, of a function
CLANG_FORMAT = "14"  # Debian 12's; another version breaks lines elsewhere

# Comments, then literals: what a word may stand in without being code.
NOT_CODE = re.compile(r"""//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z])'(?:\\.|[^'\\\n])+'""", re.S)
REQUIREMENT = re.compile(r"\bRFC\d+-[0-9A-Z][0-9A-Za-z.]*-\d\d[a-z]?\b")


class Finding(collections.namedtuple("Finding", "rule where number text")):
    """`where` has no blank; `number` is what a reason's line may not exceed, or None."""


@functools.cache
def tracked():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, stdout=subprocess.PIPE, text=True)
    if listed.returncode == 0:
        return [f for f in sorted(set(listed.stdout.splitlines())) if os.path.isfile(os.path.join(root, f))]
    found = []  # unpacked from an archive
    for folder, below, names in os.walk(root):
        below[:] = [b for b in below if b != ".git" and not b.startswith("build")]
        found += [os.path.relpath(os.path.join(folder, n), root) for n in names]
    return sorted(found)


@functools.cache
def text_of(path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace", newline="") as f:
        return f.read()


@functools.cache
def code_of(path):
    """Its C++ without comments and literals, line by line as it was."""
    return NOT_CODE.sub(lambda m: "\n" * m.group().count("\n") if m.group()[0] == "/" else '""' + "\n" * m.group().count("\n"), text_of(path))


def sources(*endings):
    return [f for f in tracked() if f.endswith(endings or (".cpp", ".hpp")) and f.startswith(("harness/", "fixtures/"))]


def is_text(path):
    return not path.endswith((".png", ".eml", ".scn")) and "/fuzz/" not in path


def scripts():
    return [f for f in tracked() if f.startswith("ci/") and not f.endswith((".reasons", ".yml", ".md", "copyright"))]


def lines():
    """Files of more lines than one reads in one go."""
    for f in sources() + scripts():
        n = text_of(f).count("\n")
        if n > LINES:
            yield Finding("lines", f, n, f"{n} lines, more than {LINES}")


SCOPE = re.compile(r"(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|enum|union|extern)\b[^(]*$")
TEST = re.compile(r"TEST\w*\((\w+), (\w+)\)")
NAME = re.compile(r"(operator\s*[^\s(]+|~?\w+)\s*\(")


def name_in(head):
    test = TEST.match(head)
    called = NAME.search(re.sub(r"<[^<>()]*>", "", head))
    return f"{test.group(1)}.{test.group(2)}" if test else called.group(1).replace(" ", "") if called else None


def functions(path):
    """(name, first line, lines) of each, by the indentation that clang-format gives."""
    code = code_of(path).split("\n")
    head, begun, i = "", 0, -1
    while (i := i + 1) < len(code):
        line = code[i].strip()
        if not line or line.startswith("#") or line in ("public:", "private:", "protected:"):
            continue
        if line.startswith("}") and not head:
            continue  # the end of a class or a namespace
        begun = begun if head else i
        head += line + " "
        if line.endswith("{"):
            if not SCOPE.match(head[:-2]):
                indent = len(code[begun]) - len(code[begun].lstrip())
                while i + 1 < len(code) and not re.match(" " * indent + r"[})]", code[i := i + 1]):
                    pass
                if name_in(head):
                    yield name_in(head), begun + 1, i - begun + 1
        if line.endswith(("{", "}", ";")):
            head = ""


def screen():
    """Functions that do not fit a screen."""
    for f in sources():
        longest = collections.defaultdict(int)
        for name, at, n in functions(f):
            longest[name] = max(longest[name], n)
        for name, n in longest.items():
            if n > SCREEN:
                yield Finding("screen", f"{f}:{name}", n, f"{n} lines, more than {SCREEN}")


def alone():
    """A header is the first that its own source includes, so that a build without precompiled headers shows that it stands
    alone; ci/tidy compiles those without a source."""
    present = set(sources())
    for h in sources(".hpp"):
        own = [h[:-4] + e for e in (".cpp", "_test.cpp") if h[:-4] + e in present][:1]
        first = own and re.search(r'^#include ["<](.*?)[">]', text_of(own[0]), re.M)
        if first and not h.endswith("/" + first.group(1)):
            yield Finding("alone", own[0], None, f"includes {first.group(1)} before its own header")


def first_line():
    """A file says in its first line what it is, by its own name, an extension by its RFC's; a test may begin with what it tests."""
    for f in sources() + scripts():
        name, text = os.path.basename(f), text_of(f)
        stem = name.split(".")[0]
        told = re.match(r'(#!.*\n)?(// |# |""")([\w-]+)(\.py)?: \S', text)
        of_test = re.search(r"_(test|bench|fuzz)\.cpp$", f) and re.match(r"// \S.{10}|#include \"", text)
        of_extension = "/ext/" in f and re.match(r"// \S.*RFC \d+.*: \S", text)
        if not of_test and not of_extension and not (told and told.group(3) == stem):
            yield Finding("first-line", f, None, f"does not begin with '{stem}: ' and what it is")


def names():
    """Names that say nothing of what is in it."""
    empty = {"manager", "helper", "helpers", "util", "utils", "impl"}
    for f in tracked():
        if (empty | {"common"}) & set(re.split(r"[/_.\-]", f)):
            yield Finding("names", f, None, "a name that says nothing")
    for f in sources():
        for name in sorted(set(re.findall(r"[A-Za-z]\w+", code_of(f)))):
            if empty & set(name.lower().split("_")):
                yield Finding("names", f"{f}:{name}", None, "a name that says nothing")


def blanks():
    """Blanks at the end of a line, tabs, lines that end in CRLF."""
    for f in filter(is_text, tracked()):
        for i, line in enumerate(text_of(f).split("\n"), 1):
            if line.endswith((" ", "\t", "\r")) and not f.endswith((".tsv", ".known", ".html")):
                yield Finding("blanks", f"{f}:{i}", None, "a blank at the end of the line")
            if "\t" in line and f.endswith((".cpp", ".hpp", ".py", ".cmake", ".md", ".toml", ".yml", ".json")):
                yield Finding("blanks", f"{f}:{i}", None, "a tab")


def words():
    """What is left to do belongs where it is tracked; where somebody worked belongs nowhere."""
    left = re.compile("|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b")))
    place = re.compile("|".join((r"(?<![\w.])/(wo" + r"rk|Users)/\w", r"(?<![\w.])/home/\w+/\w", r"\b[Ii]ss" + r"ue #?\d", r"\bwork" + r"tree\b")))
    for f in filter(is_text, tracked()):
        if f == "reports/matrix.html":  # written by a run: what servers say is theirs
            continue
        for i, line in enumerate(text_of(f).split("\n"), 1):
            if left.search(line):
                yield Finding("words", f"{f}:{i}", None, "work left to do: " + left.search(line).group())
            if place.search(line):
                yield Finding("words", f"{f}:{i}", None, "speaks of a workplace: " + place.search(line).group())


def requirements():
    """Every requirement that is named, by a scenario's `proves`, a checker or a text, is a row of the catalogue."""
    known = {line.split("\t")[0] for line in text_of("scenarios/requirements.tsv").split("\n")}
    for f in tracked():
        if f.endswith((".scn", ".tsv", ".known", ".toml", ".md", ".cpp", ".hpp")):
            for id in sorted(set(REQUIREMENT.findall(text_of(f))) - known):
                yield Finding("requirements", f"{f}:{id}", None, "no such requirement")


def baselines():
    """A failure is known once."""
    for f in tracked():
        if f.endswith(".known"):
            keys = [re.sub(r"^([~x]\d+ )?", "", line).split(" ")[0] for line in text_of(f).split("\n") if line[:1] not in ("", "#", "+")]
            for key, n in collections.Counter(keys).items():
                if n > 1:
                    yield Finding("baselines", f"{f}:{key}", None, f"stands there {n} times")


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).strip().lower()).replace(" ", "-")


def links():
    """Links of the guides lead to a file and to a heading; what they name of the tree is there."""
    for f in tracked():
        if not f.endswith(".md"):
            continue
        prose = re.sub(r"^( {4}.*|```.*?^```)$", "", text_of(f), flags=re.M | re.S if "```" in text_of(f) else re.M)
        for to in re.findall(r"\]\(([^)\s]+)\)", prose):
            path, _, part = to.partition("#")
            there = os.path.normpath(os.path.join(os.path.dirname(f), path)) if path else f
            if re.match(r"[a-z]+:", to):
                continue
            if not os.path.exists(os.path.join(root, there)):
                yield Finding("links", f"{f}:{to}", None, "leads nowhere")
            elif part and there.endswith(".md") and part not in map(anchor, re.findall(r"^#+ (.*)$", text_of(there), re.M)):
                yield Finding("links", f"{f}:{to}", None, "no such heading")
        for named in re.findall(r"`((?:ci|harness|fixtures|scenarios|reports|\.github)/[\w./-]+)`", prose):
            if "NNNN" not in named and not os.path.exists(os.path.join(root, named)):
                yield Finding("links", f"{f}:{named}", None, "is not in the tree")


MEMBER = re.compile(r"^ {2,6}(?!return\b|using\b|friend\b|typedef\b|case\b|throw\b|delete\b|public\b)[\w:<>,&*\[\] ]*[\w>&*\]] [*&]?((?:\w+(?: = [^,;(]+|\{[^}]*\})?, )*\w+(?: = [^;(]+|\{[^}]*\})?);", re.M)
FUNCTION = re.compile(r"^(?:  ?)?(?!\s|return\b|using\b|#)[\w:<>,&* \[\]~]*?[ *&](\w+)\(", re.M)
DEFINED = re.compile(r"^(?:  )?(?!return\b|else\b|throw\b)\w[\w:<>,&* \[\]]*[ *&](?:\w+(?:<\w+>)?::)*(\w+)\([^;={]*?\{", re.M)
WRITTEN = r"\s*(?:=(?!=)|\+=|-=|\|=)|\.(?:push_back|emplace_back|clear)\("


def declared(header):
    """The names of members and functions that a header declares."""
    code = code_of(header)
    for m in MEMBER.finditer(code):
        for part in re.split(r", (?=\w+(?: =|\{|,|$))", m.group(1)):
            yield re.match(r"\w+", part).group()
    yield from FUNCTION.findall(code)


def unread():
    """What headers declare and nobody reads, as far as words show: each place but the declaration only writes or defines it."""
    uses = collections.Counter()
    for f in sources():
        code = code_of(f)
        uses.update(re.findall(r"\b[A-Za-z_]\w*", code))
        uses.subtract(re.findall(r"\b([A-Za-z_]\w*)(?:" + WRITTEN + ")", code))
        uses.subtract(DEFINED.findall(code))
    for h in sources(".hpp"):
        for name in sorted(set(declared(h))):
            if uses[name] <= (0 if re.search(rf"\b{name}(?:{WRITTEN})", code_of(h)) or name in DEFINED.findall(code_of(h)) else 1):
                yield Finding("unread", f"{h}:{name}", None, "nobody reads it")


def formatted():
    """As clang-format of Debian 12 leaves it."""
    program = shutil.which("clang-format-" + CLANG_FORMAT) or shutil.which("clang-format")
    told = program and subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True).stdout
    if not told or f"version {CLANG_FORMAT}." not in told:
        print(f"skipped  formatted: there is no clang-format {CLANG_FORMAT}")
        return
    p = subprocess.run([program, "--dry-run", "-Werror", *sources()], cwd=root, stderr=subprocess.PIPE, text=True)
    for f in sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", p.stderr, re.M))):
        yield Finding("formatted", f, None, "is not as clang-format leaves it")


RULES = {"lines": lines, "screen": screen, "alone": alone, "first-line": first_line, "names": names, "blanks": blanks, "words": words,
         "requirements": requirements, "baselines": baselines, "links": links, "unread": unread, "formatted": formatted}


def reasons():
    """Line number, rule, where, number or None, sentence."""
    for i, line in enumerate(text_of(reasons_file).split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        m = re.match(r"(\S+) (\S+) (?:(\d+) )?(\S.{15,})$", line)
        if not m or m.group(1) not in RULES:
            raise SystemExit(f"{reasons_file}:{i}: not RULE WHERE [NUMBER] SENTENCE")
        yield i, m.group(1), m.group(2), m.group(3) and int(m.group(3)), m.group(4)


def mend(found, chosen):
    """The reasons of the chosen rules without what is stale, with numbers as they are now."""
    by_place = {(f.rule, f.where): f for f in found}
    kept = text_of(reasons_file).split("\n")
    for i, rule, where, number, sentence in [r for r in reasons() if r[1] in chosen]:
        f = by_place.get((rule, where))
        kept[i - 1] = f"{rule} {where} {str(min(number, f.number)) + ' ' if number else ''}{sentence}" if f else None
    with open(os.path.join(root, reasons_file), "w") as out:
        out.write("\n".join(line for line in kept if line is not None))


def main(asked):
    wrong = [a for a in asked if a not in RULES and a != "--mend"]
    if wrong:
        raise SystemExit(f"{wrong[0]}: not one of {' '.join(RULES)}")
    chosen = [r for r in RULES if r in asked] or list(RULES)
    found = [f for r in chosen for f in RULES[r]()]
    if "--mend" in asked:
        mend(found, chosen)
        text_of.cache_clear()
    told = {(rule, where): (i, number) for i, rule, where, number, _ in reasons() if rule in chosen}
    bad = 0
    for f in found:
        at, number = told.pop((f.rule, f.where), (None, None))
        if at is None or (f.number and (number is None or f.number > number)):
            print(f"{f.rule:12} {f.where}: {f.text}" + (f", and {reasons_file}:{at} allows {number}" if at else ""))
            bad += 1
        elif number and f.number < number:
            print(f"{'stale':12} {reasons_file}:{at}: {f.where} has {f.number} now, not {number}; `ci/tidy.py --mend` lowers it")
            bad += 1
    for (rule, where), (at, _) in told.items():
        print(f"{'stale':12} {reasons_file}:{at}: {rule} {where} holds no more; `ci/tidy.py --mend` takes the line out")
        bad += 1
    print(f"{len(chosen)} rules, {len(tracked())} files: {bad or 'nothing'} to mend")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
