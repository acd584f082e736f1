"""Real etcd clusters on loopback, and the scripted one."""
import base64
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

BENCH = os.path.dirname(os.path.abspath(__file__))

# In memory where there is room: what a disk does with gigabytes is none of our business.
STORE = "/dev/shm" if os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 8 << 30 else None


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """So many members of one etcd version, in a temporary folder; way: plain, tls or auth."""

    def __init__(self, etcd, members, way="plain", flags=None):
        self.etcd, self.way, more = etcd, way, flags or {}
        self.folder = tempfile.mkdtemp(prefix="etcd-defrag-bench-", dir=STORE)
        self.processes = []
        ports = free_ports(2 * members)
        scheme = "https" if way == "tls" else "http"
        self.urls = [f"{scheme}://127.0.0.1:{port}" for port in ports[:members]]
        peers = [f"http://127.0.0.1:{port}" for port in ports[members:]]
        if way == "tls":
            self._certificates()
        names = [f"m{i}" for i in range(1, members + 1)]
        for name, url, peer in zip(names, self.urls, peers):
            flags = {
                "name": name, "data-dir": f"{self.folder}/{name}", "log-level": "error",
                "listen-client-urls": url, "advertise-client-urls": url, "listen-peer-urls": peer, "initial-advertise-peer-urls": peer,
                "initial-cluster": ",".join(f"{n}={p}" for n, p in zip(names, peers)),
                "quota-backend-bytes": str(8 << 30), "bcrypt-cost": "4",
                "election-timeout": "2000",  # filling keeps the members busy
            }
            flags.update(more)
            if way == "tls":
                flags.update({"cert-file": f"{self.folder}/server.pem", "key-file": f"{self.folder}/server.key"})
            self.processes.append(subprocess.Popen(
                [f"{etcd}/etcd", "--unsafe-no-fsync", *(f"--{flag}={value}" for flag, value in flags.items())],
                stdin=subprocess.DEVNULL, stdout=open(f"{self.folder}/{name}.log", "w", encoding="utf-8"), stderr=subprocess.STDOUT))
        self._wait()
        if way == "auth":
            for line in ("user add root:secret", "role add root", "user grant-role root root", "auth enable"):
                self.etcdctl(*line.split(), login=False, check=not line.startswith("role"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
        shutil.rmtree(self.folder)

    def stop(self):
        """Ends the members well, so that their files are whole."""
        for process in self.processes:
            process.terminate()
            process.wait()

    def flags(self, roots="cacert", login=True):
        """The flags that lead into the cluster, for our tool and for etcdctl alike."""
        flags = ["--endpoints", self.urls[0]]
        if self.way == "tls" and roots == "cacert":
            flags += ["--cacert", f"{self.folder}/ca.pem"]
        if self.way == "auth" and login:
            flags += ["--user", "root:secret"]
        return flags

    def env(self, roots="cacert"):
        """Where the system's certificates lie: its own bundle, and the CA of this cluster in it."""
        return {"SSL_CERT_FILE": f"{self.folder}/bundle.pem"} if self.way == "tls" and roots == "system" else {}

    def etcdctl(self, *arguments, login=True, check=True):
        return subprocess.run([f"{self.etcd}/etcdctl", *self.flags(login=login), *arguments], capture_output=True, text=True, check=check).stdout

    def defragmented_seconds(self):
        """How long all members together have defragmented, by their own account."""
        total = 0.0
        for url in self.urls:
            with urllib.request.urlopen(f"{url}/metrics") as page:
                total += float(re.search(rb"^etcd_disk_backend_defrag_duration_seconds_sum (\S+)", page.read(), re.M).group(1))
        return total

    def fill(self, on_disk, live):
        """Overwrites values until so many bytes lie in the file and so many of them are still wanted after a compaction."""
        size = min(1 << 20, live)
        keys = max(1, live // size)
        for number in range(max(keys, on_disk // size)):
            value = base64.b64encode(os.urandom(size)).decode()
            body = json.dumps({"key": base64.b64encode(b"%06d" % (number % keys)).decode(), "value": value}).encode()
            urllib.request.urlopen(urllib.request.Request(f"{self.urls[0]}/v3/kv/put", body)).read()

    def compact(self):
        revision = json.loads(self.etcdctl("endpoint", "status", "-w", "json"))[0]["Status"]["header"]["revision"]
        self.etcdctl("--command-timeout", "10m", "compact", "--physical", str(revision))

    def _wait(self):
        for _ in range(300):
            if subprocess.run([f"{self.etcd}/etcdctl", *self.flags(login=False), "endpoint", "health", "--cluster"], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"the cluster in {self.folder} did not start")

    def _certificates(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=bench CA")
        openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=etcd")
        with open(f"{self.folder}/extensions", "w", encoding="utf-8") as file:
            file.write("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "extensions", "-out", "server.pem")
        with open(f"{self.folder}/bundle.pem", "wb") as bundle:
            for path in ("/etc/ssl/certs/ca-certificates.crt", f"{self.folder}/ca.pem"):
                if os.path.exists(path):
                    with open(path, "rb") as file:
                        bundle.write(file.read())


class Scripted:
    """Clusters of so many scripted members, all in one process."""

    def __init__(self, members, status_ms=5, defragment_s=0, clusters=1):
        self.process = subprocess.Popen(
            [f"{BENCH}/EtcdDefrag.Bench/bin/Release/net10.0/EtcdDefrag.Bench", "servers", str(clusters), str(members), str(status_ms), str(round(defragment_s * 1000))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.urls = [self.process.stdout.readline().strip() for _ in range(clusters)]
        self.url = self.urls[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def cpu_ms(self):
        """What the servers themselves have used so far, on the same processors."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            user, system = file.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * 1e3 / os.sysconf("SC_CLK_TCK")
