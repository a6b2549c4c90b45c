"""proofs: which defect proves which requirement, for ci/mutation and ci/together, and the ratio of each RFC."""
import collections, json, os, subprocess

# The table has one part for each, with a total of its own.
tables = {
    'base': [1734, 1939, 2449, 2595, 5034, 8314, 3501, 2177, 2180, 2342, 2971, 3691, 4315, 4959, 5161, 5530, 6154,
             6851, 7888, 2683],
    'sasl': [2195, 4422, 4505, 4616, 5802, 5929, 7628, 7677, 9266],
    'extensions': [2193, 2221, 3502, 3516, 4314, 4466, 4467, 4469, 4731, 4978, 5032, 5051, 5092, 5182, 5255, 5256,
                   5258, 5267, 5464, 5465, 5738, 5819, 5957, 6203, 6855, 6856, 6858, 7162, 7377, 7889, 8437, 8438,
                   8440, 8457, 8474, 8508, 8514, 8970, 9051, 9208, 9394, 9585, 9586, 9590, 9698, 9738],
}


def listed(mailrig, what):
    run = subprocess.run([mailrig, 'list', what, '--json'], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr.strip())
    return json.loads(run.stdout)


def rule_of(finding):
    return finding['rule'].split('.')[0] if finding['rule'].startswith(('expect', 'action')) else finding['rule']


class Claims:
    """What defects break, and what a finding names: the ids of the rule, or of the step, that was broken."""

    def __init__(self, mailrig):
        self.breaks = {d['id']: d['breaks'].split() for d in listed(mailrig, 'defects')}
        self.rules = {c['id']: [c['requirement'], *c['also']] for c in listed(mailrig, 'checkers')}
        self.scenarios = {s['id']: s for s in listed(mailrig, 'scenarios')}
        self.big = {id for id, s in self.scenarios.items() if 'big' in s['tags']}  # they take minutes
        self.slow = {id for id, s in self.scenarios.items() if 'slow' in s['tags']}  # they wait for minutes, where time is real
        self.workloads = {w['id']: w for w in listed(mailrig, 'workloads')}
        self.by_requirement = collections.defaultdict(list)
        for id, s in self.scenarios.items():
            # The same octets cut into other segments prove nothing more.
            for r in {*s['proves'], *(r for step in s['steps'] for r in step['proves'])} if '~' not in id and id not in self.big else ():
                self.by_requirement[r].append(id)

    def scenarios_of(self, requirement):
        return self.by_requirement[requirement]

    def named_by(self, finding, scenario):
        rule = finding['rule']
        if rule in self.rules:
            return self.rules[rule]
        if rule == 'prepare':  # before the scenario began, which so sent nothing of what it is about
            return []
        ids = [finding['requirement']]
        s = self.scenarios.get(scenario)
        if s and rule.startswith(('expect', 'action')):
            ids = s['proves']
            for step in s['steps']:
                if step['line'] <= finding['line']:
                    ids = step['proves']
        return ids if finding['requirement'] in ids else [finding['requirement']]


class Table:
    """scenarios/proofs.tsv: requirement, defect, what found it, in which scenario; one line a requirement."""

    head = ('# What proves a requirement: a defect that breaks it, and what claims the requirement and found it.\n'
            '# Written by UPDATE=1 ci/mutation and UPDATE=1 ci/together; read by `mailrig list requirements`.\n')

    def __init__(self, path):
        self.path, self.rows = path, {}
        if os.path.exists(path):
            for line in open(path):
                if line.strip() and not line.startswith('#'):
                    r, defect, by, where = line.rstrip('\n').split('\t')
                    self.rows[r] = (defect, by, where)

    def hints(self, requirement, defect):
        row = self.rows.get(requirement)
        return [row[2]] if row and row[0] == defect else []

    def settle(self, proven, of, write):
        """Holds what a run proved against the file. `of`: the defects that ran; rows of others stay as they are."""
        wrong, now = [], {r: row for r, row in self.rows.items() if row[0] not in of}
        for r, ways in sorted(proven.items()):
            kept = self.rows.get(r)
            same = [w for w in ways if kept and w[0] == kept[0]]
            if kept and kept[0] not in of:
                continue
            now[r] = kept if kept in ways else (same or ways)[0]
        if write:
            with open(self.path, 'w') as out:
                out.write(self.head)
                for r in sorted(now):
                    out.write('\t'.join((r, *now[r])) + '\n')
            self.rows = now
            return []
        for r in sorted(set(now) | set(self.rows)):
            if r not in now:
                wrong.append(f'scenarios/proofs.tsv is stale: {r} is not proven by {self.rows[r][0]} any more')
            elif r not in self.rows and not os.environ.get('FAST'):  # a sample may prove more; the whole must say so
                wrong.append(f'scenarios/proofs.tsv is stale: {r} is proven by {now[r][0]}, and it does not say so')
            elif r in self.rows and now[r][:1] != self.rows[r][:1]:
                wrong.append(f'scenarios/proofs.tsv is stale: {r} is proven by {now[r][0]}, not by {self.rows[r][0]}')
        return wrong


def print_ratios(mailrig):
    """A table of the base RFCs, one of extensions; complains of reasons why something is not proven that is."""
    counts, wrong = collections.defaultdict(collections.Counter), []
    for r in listed(mailrig, 'requirements'):
        if not r['ours']:
            continue
        rfc = r['id'].split('-')[0]
        counts[rfc][r['state']] += 1
        for table, rfcs in tables.items():
            counts[table][r['state']] += rfc in {f'RFC{n}' for n in rfcs}
        if r['state'] == 'proven' and r['why_not']:
            wrong.append(f"scenarios/unproven.tsv gives a reason for {r['id']}, which {r['proof']['defect']} proves")
    print(f"{'RFC':10} {'testable':>8} {'reasoned':>8} {'proven':>7} {'exercised':>9} {'open':>5}  proven of what has no reason")
    for table, rfcs in tables.items():
        for name in [f'RFC{n}' for n in rfcs] + [table]:
            c = counts[name]
            testable, reasoned = sum(c.values()), c['reason']
            if testable:
                ratio = f"{100 * c['proven'] / (testable - reasoned):.0f} %" if testable > reasoned else '-'
                print(f"{name:10} {testable:8} {reasoned:8} {c['proven']:7} {c['exercised']:9} {c['open']:5}  {ratio}")
    return wrong
