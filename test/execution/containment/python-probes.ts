import { packageFolder } from "../../../src/common/folders.ts";
import type { Host } from "./host.ts";
import type { Probe, ProbeSuite } from "./probe.ts";
import { pythonKernelProbes } from "./python-kernel-probes.ts";
import { pythonScratchProbes } from "./python-scratch-probes.ts";

/** Helpers of every probe. A probe yields what it tries; what is not refused is reported. */
const helpers = `
import ctypes, errno, mmap, os, resource, signal, socket, struct, subprocess, sys, tempfile, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *values):
    """A function of the C library that answers -1 when it is refused."""
    if getattr(libc, name)(*values) == -1: raise OSError(ctypes.get_errno(), name)
    return name
ARM64 = {
    16: 29, 29: 194, 30: 196, 56: 220, 64: 190, 68: 186, 101: 117, 122: 151, 126: 91, 129: 138, 135: 92, 155: 41, 159: 171, 163: 89,
    164: 170, 167: 224, 169: 142, 171: 162, 175: 105, 179: 60, 200: 130, 227: 112, 234: 131, 240: 180, 246: 104, 248: 217, 249: 218,
    250: 219, 251: 30, 272: 97, 285: 47, 298: 241, 300: 262, 301: 263, 303: 264, 304: 265, 310: 270, 311: 271, 312: 272, 313: 273,
    314: 274, 317: 277, 319: 279, 321: 280, 322: 281, 323: 282,
}
def kernel(number, *values):
    """A system call by its number on x86-64; arm64 has other numbers for the older ones, and none for some."""
    if os.uname().machine == "aarch64" and number < 424:
        if number not in ARM64: raise OSError(errno.ENOSYS, str(number))
        number = ARM64[number]
    if libc.syscall(number, *values) == -1: raise OSError(ctypes.get_errno(), str(number))
    return number
def send(kind, protocol, address):
    with socket.socket(kind, protocol) as s:
        s.settimeout(1)
        s.connect(address)
        s.send(b"x")
    return address
def read(path):
    with open(path, "rb") as file: return (path, file.read(20))
def write(path):
    with open(path, "ab") as file: file.write(b"x")
    return path
def others(folder):
    """What is in a folder but what the way to the interpreter or to the sandbox's own files leads through."""
    known = (sys.prefix, sys.base_prefix, "${packageFolder}")
    return [name for name in os.listdir(folder) if not any(f"{path}/".startswith(f"{folder}/{name}/") for path in known)]
def probe():
    escaped = []
    for attempt in attempts():
        try: escaped.append(repr(attempt()))
        except (OSError, subprocess.SubprocessError, RuntimeError, ValueError, LookupError): pass
    return escaped
`;

const refused = (title: string, attempts: string): Probe => ({
  title,
  source: `${helpers}\ndef attempts():\n    return [${attempts}]\n`,
});

const network = (host: Host): readonly Probe[] => [
  refused("TCP to the loopback", `lambda: send(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", ${host.tcpPort}))`),
  refused(
    "TCP by name and by IPv6",
    `lambda: socket.create_connection(("localhost", ${host.tcpPort}), 1), lambda: send(socket.AF_INET6, socket.SOCK_STREAM, ("::1", ${host.tcpPort}))`,
  ),
  refused("UDP", `lambda: send(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", ${host.udpPort}))`),
  refused("a unix socket", `lambda: send(socket.AF_UNIX, socket.SOCK_STREAM, "${host.unixSocket}")`),
  refused("an abstract socket", `lambda: send(socket.AF_UNIX, socket.SOCK_STREAM, "\\0${host.abstractSocket}")`),
  refused(
    "datagrams to unix sockets",
    `lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"x", "${host.unixSocket}"), lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"x", "/dev/log")`,
  ),
  refused(
    "names",
    `lambda: socket.getaddrinfo("example.com", 80), lambda: socket.gethostbyname("localhost.localdomain")`,
  ),
  refused(
    "raw, packet and netlink sockets",
    `lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1), lambda: socket.socket(17, socket.SOCK_RAW, 0), lambda: socket.socket(16, socket.SOCK_RAW, 0), lambda: socket.socket(40, socket.SOCK_STREAM, 0), lambda: socket.socket(38, socket.SOCK_SEQPACKET, 0)`,
  ),
  refused("listening", `lambda: socket.create_server(("127.0.0.1", 0))`),
];

const reading = (host: Host): readonly Probe[] => [
  refused("a file of another user", `lambda: read("${host.canary}")`),
  refused(
    "the home folder",
    `lambda: others("${host.home}")[0], lambda: read("${host.home}/.bashrc"), lambda: read("${host.home}/.npmrc"), lambda: read("/root/.profile"), lambda: others("/home")[0]`,
  ),
  refused(
    "passwords and keys",
    `lambda: read("/etc/shadow"), lambda: read("/etc/passwd"), lambda: read("/etc/ssh/sshd_config"), lambda: read("/etc/hostname")`,
  ),
  {
    title: "environment variables",
    source: `${helpers}\ndef attempts():\n    libc.environ\n    return [lambda: os.environ["${host.variable}"], lambda: {k: v for k, v in os.environ.items() if v == "${host.secret}"} or os.environ["nothing"], lambda: os.environ["APPRENTICE_HOME"], lambda: os.environ["OPENAI_API_KEY"]]\n`,
  },
  refused(
    "other processes",
    `lambda: read("/proc/${host.processId}/environ"), lambda: read("/proc/1/environ"), lambda: read("/proc/${host.processId}/cmdline"), lambda: read(f"/proc/{os.getppid()}/mem")`,
  ),
  refused(
    "its own process folder",
    `lambda: read("/proc/self/mem"), lambda: os.listdir("/proc/self/fd"), lambda: read("/proc/self/maps")`,
  ),
  refused(
    "temporary folders of others",
    `lambda: [name for name in os.listdir("/tmp") if "host" in name][0], lambda: read("${host.canary}".replace("/tmp", "/var/tmp"))`,
  ),
  refused(
    "devices",
    `lambda: read("/dev/mem"), lambda: read("/dev/kmsg"), lambda: read("/dev/sda"), lambda: read("/dev/vda"), lambda: read("/dev/fuse"), lambda: read("/dev/tty"), lambda: os.open("/dev/ptmx", os.O_RDWR)`,
  ),
];

const writing = (host: Host): readonly Probe[] => [
  refused(
    "the canary",
    `lambda: write("${host.canary}"), lambda: os.truncate("${host.canary}", 0), lambda: os.unlink("${host.canary}"), lambda: os.rename("${host.canary}", "mine")`,
  ),
  {
    // Some of it may be answered as if it were done: what counts is that nothing was.
    title: "the canary's mode, owner, times and attributes",
    source: `${helpers}\ndef attempts():\n    return [lambda: os.chmod("${host.canary}", 0) and 0 or os.stat("/nothing"), lambda: os.chown("${host.canary}", 0, 0), lambda: os.utime("${host.canary}") and 0 or os.stat("/nothing"), lambda: os.setxattr("${host.canary}", "user.x", b"x"), lambda: os.fchmod(os.open("${host.canary}", os.O_RDONLY), 0)]\n`,
  },
  refused(
    "through a symbolic link",
    `lambda: (os.symlink("${host.canary}", "link"), write("link")), lambda: read("link")`,
  ),
  refused(
    "through a hard link",
    `lambda: os.link("${host.canary}", "hard"), lambda: os.link("${host.canary}", "${host.canary}.hard"), lambda: read("hard")`,
  ),
  refused(
    "through a folder's descriptor",
    `lambda: os.open("../../../../../../..${host.canary}", os.O_RDWR), lambda: os.open("${host.canary}", os.O_RDWR | os.O_CREAT, dir_fd=os.open("/", os.O_RDONLY))`,
  ),
  refused(
    "a new file beside the canary",
    `lambda: write("${host.canary}.new"), lambda: os.mkdir("${host.canary}.d"), lambda: os.mkfifo("${host.canary}.fifo")`,
  ),
  refused(
    "system folders",
    `lambda: write("/etc/x"), lambda: write("/usr/x"), lambda: write("/bin/sh"), lambda: write("/var/tmp/x"), lambda: write("/x"), lambda: write("/dev/x"), lambda: write("/dev/shm/x"), lambda: write("/run/x")`,
  ),
  {
    title: "the interpreter and its packages",
    source: `${helpers}\nimport json\ndef attempts():\n    return [lambda: write(sys.executable), lambda: write(os.__file__), lambda: write(json.__file__), lambda: write(os.path.dirname(json.__file__) + "/x.py")]\n`,
  },
  {
    title: "the sandbox's own files",
    source: `${helpers}\ndef attempts():\n    files = [m.__file__ for m in sys.modules.values() if "sandbox" in (getattr(m, "__file__", None) or "")]\n    return [(lambda f=f: write(f)) for f in files] + [(lambda f=f: os.unlink(f)) for f in files]\n`,
  },
];

const bombs: readonly Probe[] = [
  {
    title: "memory bomb",
    source: `${helpers}\nkept = []\ndef probe():\n    for _ in range(1000): kept.append(bytearray(16 << 20))\n    return ["16 GB"]\n`,
    outcomes: ["runtime_error", "timeout"],
  },
  {
    title: "memory bomb that catches its errors",
    source: `${helpers}\ndef probe():\n    kept = []\n    while len(kept) < 4000:\n        try: kept.append(bytearray(b"x" * (4 << 20)))\n        except MemoryError: break\n    return ["16 GB"] if len(kept) == 4000 else []\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "memory by mmap",
    source: `${helpers}\ndef attempts():\n    return [lambda: [mmap.mmap(-1, 1 << 30) for _ in range(64)], lambda: mmap.mmap(-1, 1 << 40)]\n`,
  },
  {
    title: "disk bomb",
    source: `${helpers}\ndef probe():\n    written = 0\n    try:\n        for n in range(2000):\n            with open(f"f{n}", "wb") as file: file.write(b"x" * (1 << 20))\n            written += 1\n    except OSError: pass\n    return ["2 GB"] if written == 2000 else []\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  refused(
    "an immense file",
    `lambda: os.truncate(os.open("f", os.O_RDWR | os.O_CREAT), 1 << 40), lambda: os.posix_fallocate(os.open("g", os.O_RDWR | os.O_CREAT), 0, 1 << 33)`,
  ),
  {
    title: "file bomb",
    source: `${helpers}\ndef probe():\n    made = 0\n    try:\n        for n in range(200_000):\n            open(f"f{n}", "w").close()\n            made += 1\n    except OSError: pass\n    return ["200,000 files"] if made == 200_000 else []\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "output bomb",
    source: `${helpers}\ndef probe():\n    for n in range(300):\n        os.write(1, b"x" * (1 << 20))\n        os.write(2, b"x" * (1 << 20))\n    sys.stdout.write("x" * (64 << 20))\n    return []\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "descriptor bomb",
    source: `${helpers}\ndef probe():\n    kept = []\n    try:\n        while len(kept) < 10_000: kept.append(os.open("/dev/null", os.O_RDONLY))\n    except OSError: pass\n    return ["10,000 descriptors"] if len(kept) == 10_000 else []\n`,
  },
  {
    title: "thread bomb",
    source: `${helpers}\ndef probe():\n    started = 0\n    try:\n        for _ in range(5000):\n            threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n            started += 1\n    except (RuntimeError, MemoryError): pass\n    return ["5,000 threads"] if started == 5000 else []\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "fork bomb",
    source: `${helpers}\ndef probe():\n    escaped = []\n    for _ in range(100):\n        try:\n            if os.fork() == 0:\n                while True: os.fork()\n            escaped.append("a child")\n        except OSError: pass\n    return escaped\n`,
  },
  {
    title: "endless computation that ignores signals",
    source: `${helpers}\nfor number in range(1, 65):\n    try: signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError): pass\ndef probe():\n    while True: pass\n`,
    outcomes: ["timeout"],
  },
  {
    title: "endless sleep with signals blocked",
    source: `${helpers}\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ndef probe():\n    while True: time.sleep(100)\n`,
    outcomes: ["timeout"],
  },
  {
    title: "endless computation in C",
    source: `${helpers}\ndef probe():\n    return [] if 7 ** 10 ** 9 else []\n`,
    outcomes: ["timeout", "runtime_error"],
  },
  {
    title: "endless regular expression",
    source: `${helpers}\nimport re\ndef probe():\n    return re.findall("(a+)+$", "a" * 60 + "b")\n`,
    outcomes: ["timeout"],
  },
  {
    title: "a core dump",
    source: `${helpers}\ndef probe():\n    try: resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))\n    except (OSError, ValueError): pass\n    os.abort()\n`,
    outcomes: ["runtime_error"],
  },
  {
    title: "a stack that overflows",
    source: `${helpers}\nsys.setrecursionlimit(10 ** 9)\ndef deeper(n): return deeper(n + 1)\ndef probe():\n    deeper(0)\n    return ["endless depth"]\n`,
    outcomes: ["runtime_error", "timeout"],
  },
  {
    title: "a scratch folder that cannot be removed",
    source: `${helpers}\ndef probe():\n    for n in range(400):\n        os.mkdir("d" * 100)\n        os.chdir("d" * 100)\n        open("f", "w").close()\n    for n in range(400):\n        os.chmod(".", 0)\n        try: os.chdir("..")\n        except OSError: break\n    return []\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "a thread that goes on",
    source: `${helpers}\ndef probe():\n    threading.Thread(target=lambda: [write("left") and time.sleep(0.01) for _ in range(10 ** 6)], daemon=True).start()\n    return []\n`,
  },
];

/** Probes of the sandbox by a Python program. */
export const pythonProbes: ProbeSuite = {
  language: "python",
  probes: (host) => [
    ...network(host),
    ...reading(host),
    ...writing(host),
    ...pythonKernelProbes(helpers, host),
    ...pythonScratchProbes(helpers),
    ...bombs,
  ],
  program: ({ source }) => ({
    language: "python",
    source,
    test: "def check(probe):\n    escaped = probe()\n    assert escaped == [], escaped\n",
    call: "check(probe)",
  }),
  honest: (number) => ({
    language: "python",
    source: `import os, tempfile\nfolders = ('.', os.environ['HOME'], os.environ['TMPDIR'], tempfile.gettempdir())\nleft = [name for folder in folders for name in os.listdir(folder)]\ndef add(a, b):\n    assert left == [], left\n    with open('kept', 'w') as file: file.write('${number}')\n    return a + b + len(open('kept').read()) * 0\n`,
    test: "def check(candidate):\n    assert candidate(2, 3) == 5\n",
    call: "check(add)",
  }),
};
