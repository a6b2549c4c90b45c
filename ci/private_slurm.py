"""private_slurm.py: a Slurm of two nodes on this machine, with a key, ports and a folder of its own; an installed one is not touched.

    with PrivateSlurm() as slurm:
        slurm.srun(4, "hostname").stdout

What runs in it is ended when the block is left, all by its process id; should the starter be killed, the kernel ends the daemons, and
jobs end at limits of their own. Needs root, since munged and slurmd do, and Debian's slurmctld, slurmd, slurm-client and munge."""
import contextlib, os, re, shutil, signal, socket, subprocess, tempfile, time

PROGRAMS = ("slurmctld", "slurmd", "munged", "srun", "sbatch", "scancel", "scontrol", "sinfo", "squeue", "setpriv")
NODES = ("n1", "n2")
TASKS = 16  # of one job at most: half of them on each node
WITH_SBIN = {**os.environ, "PATH": os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"}


def why_not():
    """Why no Slurm can be started here; nothing where one can."""
    missing = [p for p in PROGRAMS if not shutil.which(p, path=WITH_SBIN["PATH"])]
    if missing:
        return f"{', '.join(missing)} not installed; ci/setup installs Slurm"
    return "a Slurm of one's own is started as root" if os.geteuid() != 0 else ""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    found = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return found


def child(*command, **kw):
    """A process that ends with this one, even if this one is killed."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], **kw)


def stop(process, patience=5):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class PrivateSlurm:
    def __enter__(self):
        # A socket's path has room for 107 octets, so not below a TMPDIR that may be long.
        self.folder, self.daemons = tempfile.mkdtemp(prefix="rig-slurm-", dir="/tmp"), []
        os.chmod(self.folder, 0o755)
        self.env = {k: v for k, v in WITH_SBIN.items() if not k.startswith(("SLURM", "SRUN", "SBATCH"))}
        self.env["SLURM_CONF"] = self.folder + "/slurm.conf"
        try:
            self._configure()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if len(self.daemons) > 1:
            self._cancel()
        for daemon in reversed(self.daemons):
            stop(daemon)
        for pid in self._left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def srun(self, tasks, *command, limit=60, **kw):
        """One job of one step with so many tasks, spread evenly over the nodes, as many of these as it needs. Slurm ends it after two
        minutes, and we after `limit` seconds. A task that fails leaves the others alone."""
        nodes = min(tasks, len(NODES))
        ran = ["srun", f"--nodes={nodes}", f"--ntasks={tasks}", f"--ntasks-per-node={-(-tasks // nodes)}", "--time=2"]
        return self.run(*ran, "--kill-on-bad-exit=0", *command, limit=limit, **kw)

    def sbatch(self, script, *args, limit=60, **kw):
        """A batch job from its submission to its end: (exit code, or the state that it was left in; what it
        printed). `sbatch --wait` would look every ten seconds only."""
        out = f"{self.folder}/batch.out"
        job = self.run("sbatch", "--parsable", f"--output={out}", "--time=2", script, *args, **kw)
        if job.returncode:
            return job.returncode, job.stderr
        state, until = "PENDING", time.monotonic() + limit
        while state in ("PENDING", "CONFIGURING", "RUNNING", "COMPLETING") and time.monotonic() < until:
            time.sleep(0.2)
            told = dict(re.findall(r"(\S+?)=(\S*)", self.run("scontrol", "-o", "show", "job", job.stdout.strip()).stdout))
            state = told["JobState"]
        with open(out, encoding="utf-8", errors="replace") as f:
            return int(told["ExitCode"].split(":")[0]) if state in ("COMPLETED", "FAILED") else state, f.read()

    def run(self, *command, limit=60, env=None):
        return subprocess.run(command, env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=limit)

    def _configure(self):
        host, (control, *of_nodes) = socket.gethostname().split(".")[0], free_ports(1 + len(NODES))
        lines = [
            "ClusterName=rig", f"SlurmctldHost={host}(127.0.0.1)", f"SlurmctldPort={control}",
            "AuthType=auth/munge", f"AuthInfo=socket={self.folder}/munge.socket", "CredType=cred/munge",
            "SlurmUser=root", "SlurmdUser=root",
            f"StateSaveLocation={self.folder}/state", f"SlurmdSpoolDir={self.folder}/spool-%n",
            f"SlurmctldPidFile={self.folder}/slurmctld.pid", f"SlurmdPidFile={self.folder}/slurmd-%n.pid",
            f"SlurmctldLogFile={self.folder}/slurmctld.log", f"SlurmdLogFile={self.folder}/slurmd-%n.log",
            # Neither control groups nor bound cores: this machine may be a container.
            "ProctrackType=proctrack/pgid", "TaskPlugin=task/none", "MpiDefault=none",
            # A node may claim more cores than there are; without this it is invalid, and a job waits for ever.
            "SlurmdParameters=config_overrides", "SelectType=select/cons_tres", "SelectTypeParameters=CR_CPU", "ReturnToService=2",
            # A job's end is seen at once, not at the scheduler's next round.
            "KillWait=2", "SchedulerParameters=batch_sched_delay=0,sched_min_interval=0", "WaitTime=0",
            *(f"NodeName={n} NodeHostname={host} NodeAddr=127.0.0.1 Port={p} CPUs={TASKS // len(NODES)} State=UNKNOWN"
              for n, p in zip(NODES, of_nodes)),
            f"PartitionName=load Nodes={','.join(NODES)} Default=YES State=UP"]
        with open(self.folder + "/slurm.conf", "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        for below in ("state", *("spool-" + n for n in NODES)):
            os.mkdir(f"{self.folder}/{below}")
        with open(os.open(self.folder + "/munge.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as f:
            f.write(os.urandom(128))

    def _start(self):
        files = ("key-file", "socket", "pid-file", "log-file", "seed-file")
        munge = [f"--{what}={self.folder}/munge.{what.split('-')[0]}" for what in files]
        self._daemon("munged", "--foreground", "--force", *munge)
        self._await(lambda: os.path.exists(self.folder + "/munge.socket"), "munged")
        self._daemon("slurmctld", "-D", "-f", self.env["SLURM_CONF"])
        for n in NODES:
            self._daemon("slurmd", "-D", "-N", n, "-f", self.env["SLURM_CONF"])
        self._await(lambda: self.run("sinfo", "-h", "-N", "-o", "%T").stdout.split() == ["idle"] * len(NODES), "a node")

    def _daemon(self, *command):
        with open(f"{self.folder}/{command[0]}.out", "ab") as out:
            self.daemons.append(child(*command, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out))

    def _await(self, there, what, patience=20):
        until = time.monotonic() + patience
        while not there():
            dead = next((d for d in self.daemons if d.poll() is not None), None)
            if dead or time.monotonic() > until:
                raise RuntimeError(f"{dead.args[3] if dead else what} does not come up:\n{self._logs()}")
            time.sleep(0.05)

    def _logs(self):
        told = []
        for name in sorted(os.listdir(self.folder)):
            if name.endswith((".log", ".out")):
                with open(f"{self.folder}/{name}", encoding="utf-8", errors="replace") as f:
                    told += [f"{name}: {line}" for line in f.read().splitlines()[-10:]]
        return "\n".join(told)

    def _left(self):
        """Processes of jobs: no other has the name of this folder in its environment but the daemons, which are gone by now."""
        mark = f"SLURM_CONF={self.env['SLURM_CONF']}".encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as f:
                    if mark in f.read().split(b"\0"):
                        yield int(pid)
            except OSError:
                pass  # it has ended

    def _cancel(self):
        """Ends what still runs; the steps' own daemons end with their jobs."""
        try:
            self.run("scancel", "--user=root", "--signal=KILL", "--full", limit=10)
            self.run("scancel", "--user=root", limit=10)
            until = time.monotonic() + 10
            while self.run("squeue", "-h", limit=10).stdout.strip() and time.monotonic() < until:
                time.sleep(0.1)
        except subprocess.TimeoutExpired:
            pass  # a controller that hears nothing: its jobs end at their own limits
