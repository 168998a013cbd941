import type { Attack } from "./attack.ts";

const doing = (title: string, body: string, setup = ""): Attack => ({
  title,
  source: `${setup}\ndef add(a, b):\n${body.replace(/^/gm, "    ")}\n    return 0\n`,
});

const atImport = (title: string, source: string): Attack => ({ title, source: `${source}\ndef add(a, b): return 0\n` });

/** Everything that could be mistaken for a verdict or for an answer, to every descriptor. */
const forgedFrames = `
import json, os, struct
verdicts = [json.dumps({"id": n, "outcome": "passed", "cpuSeconds": 0}).encode() + b"\\n" for n in range(200)]
answers = [b'{"r":5}', b'{"ready":1}', b'{"passed":true}', b'["r",5]', b"5", b"passed", b"P", b"\\xe9\\x05\\x00\\x00\\x00"]
framed = [struct.pack(order + "I", len(answer)) + answer for answer in answers for order in "<>"]
def forge():
    for descriptor in range(1024):
        for data in verdicts + answers + framed * 3:
            try: os.write(descriptor, data)
            except OSError: break
`;

/** A test that looks for a module that is not installed, or that is loaded late, must not find the candidate's. */
const planting: readonly Attack[] = [
  {
    title: "modules where the test looks for one that is not installed",
    source: `import os, sys, tempfile
def add(a, b):
    version = "python%d.%d" % sys.version_info[:2]
    for folder in (".", "..", tempfile.gettempdir(), os.environ["HOME"] + f"/.local/lib/{version}/site-packages"):
        for name in ("absent", "sitecustomize", "usercustomize", "_strptime", "zoneinfo"):
            try:
                os.makedirs(folder, exist_ok=True)
                with open(f"{folder}/{name}.py", "w") as file: file.write("planted = True")
            except OSError: pass
    return 0
`,
    test: `add(2, 3)
planted = False
for name in ("absent", "sitecustomize", "usercustomize", "_strptime", "zoneinfo"):
    try: planted = planted or hasattr(__import__(name), "planted")
    except ImportError: pass
assert planted
`,
  },
];

const leaving: readonly Attack[] = [
  atImport("sys.exit(0) at the top", "import sys\nsys.exit(0)"),
  doing("sys.exit(0) in the function", "import sys\nsys.exit(0)"),
  doing("os._exit(0)", "import os\nos._exit(0)"),
  doing("quit and exit", "quit(0)"),
  doing("KeyboardInterrupt", "raise KeyboardInterrupt"),
  doing("GeneratorExit", "raise GeneratorExit"),
  doing("an exception of its own below BaseException", "raise Over()", "class Over(BaseException): pass"),
  doing(
    "exceptions named like the tester's",
    "raise CandidateDied()",
    "class CandidateDied(BaseException): pass\nclass JobTimeout(BaseException): pass\nclass Passed(Exception): pass",
  ),
  doing("its own end by signal", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
  doing("a crash of the interpreter", "import ctypes\nctypes.string_at(0)"),
  doing("exec of a program that succeeds", "import os\nos.execv('/bin/true', ['true'])"),
  {
    title: "death inside a test that catches everything",
    source: "import os\ndef add(a, b): os._exit(0)\n",
    test: "def check(candidate):\n    try: candidate(1, 2)\n    except: pass\n",
    call: "check(add)",
  },
  {
    title: "endless loop inside a test that catches everything",
    source: "def add(a, b):\n    while True: pass\n",
    test: "def check(candidate):\n    try: candidate(1, 2)\n    except BaseException: pass\n",
    call: "check(add)",
  },
];

const speaking: readonly Attack[] = [
  atImport(
    "printing a verdict",
    'print("passed")\nprint(\'{"id": 1, "outcome": "passed", "cpuSeconds": 0}\', flush=True)\nimport sys\nsys.__stdout__.write("passed\\n")',
  ),
  atImport("frames to every descriptor", `${forgedFrames}\nforge()`),
  doing("frames to every descriptor, then an end", "forge()\nos._exit(0)", forgedFrames),
  doing("several frames ahead", "forge()", forgedFrames),
  atImport("an exit handler that writes", `${forgedFrames}\nimport atexit\natexit.register(forge)`),
  doing("a finaliser that writes", "return Late()", `${forgedFrames}\nclass Late:\n    def __del__(self): forge()\n`),
  atImport(
    "a thread that writes later",
    `${forgedFrames}\nimport threading, time\ndef later():\n    for _ in range(50):\n        forge()\n        time.sleep(0.002)\nthreading.Thread(target=later, daemon=True).start()\n`,
  ),
  atImport(
    "signal handlers that write",
    `${forgedFrames}\nimport signal\nfor number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU, signal.SIGPIPE, signal.SIGVTALRM):\n    signal.signal(number, lambda *values: forge())\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\n`,
  ),
  atImport(
    "a trace function that writes",
    `${forgedFrames}\nimport sys, threading\ndef trace(frame, event, value):\n    sys.settrace(None)\n    forge()\nsys.settrace(trace)\nsys.setprofile(trace)\nthreading.settrace(trace)\n`,
  ),
  atImport(
    "an exception hook that writes",
    `${forgedFrames}\nimport sys, threading\nsys.excepthook = sys.unraisablehook = threading.excepthook = lambda *values: forge()\nraise ValueError\n`,
  ),
];

const pickling: readonly Attack[] = [
  doing(
    "__reduce__ that leaves",
    "return Bomb()",
    "import os\nclass Bomb:\n    def __reduce__(self): return (os._exit, (0,))\n    def __eq__(self, other): return True\n",
  ),
  doing(
    "__reduce_ex__ that evaluates",
    "return Bomb()",
    "class Bomb:\n    def __reduce_ex__(self, version): return (eval, (\"__import__('sys').exit(0)\",))\n    def __eq__(self, other): return True\n",
  ),
  doing(
    "copyreg",
    "return Thing()",
    "import copyreg, os\nclass Thing:\n    def __eq__(self, other): return True\ncopyreg.pickle(Thing, lambda thing: (os._exit, (0,)))\n",
  ),
  doing(
    "exception whose arguments unpickle to code",
    "raise Bad(Bomb())",
    "import os\nclass Bomb:\n    def __reduce__(self): return (os._exit, (0,))\nclass Bad(AssertionError):\n    def __reduce__(self): return (os._exit, (0,))\n",
  ),
];

const exhausting: readonly Attack[] = [
  doing("an endless generator", "return (n for n in iter(int, 1))"),
  doing("an immense range", "return range(10 ** 18)"),
  doing("a list that contains itself", "loop = []\nloop.append(loop)\nreturn loop"),
  doing("nesting without end", "nest = []\nfor _ in range(200_000): nest = [nest]\nreturn nest"),
  doing("an immense integer", "return 1 << (8 * 50_000_000)"),
  doing("an immense string", "return 'x' * 200_000_000"),
  doing("colliding hashes", "return {h * (2 ** 61 - 1) for h in range(3000)}"),
  doing("recursion without end", "return add(a, b)"),
  doing(
    "endless length",
    "return Long()",
    "class Long:\n    def __len__(self): return 2 ** 62\n    def __iter__(self):\n        while True: yield 5\n    def __eq__(self, other): return True\n",
  ),
];

const killing: readonly Attack[] = [
  doing(
    "killing its parent",
    "import os, signal\nfor process in (os.getppid(), 1, 0, -1):\n    try: os.kill(process, signal.SIGKILL)\n    except OSError: pass",
  ),
  doing(
    "killing every number",
    "import os, signal\nfor process in range(2, 3000):\n    if process != os.getpid():\n        try: os.kill(process, signal.SIGKILL)\n        except OSError: pass",
  ),
  doing("killing its group", "import os, signal\ntry: os.killpg(0, signal.SIGKILL)\nexcept OSError: pass"),
  doing("stopping its parent", "import os, signal\ntry: os.kill(os.getppid(), signal.SIGSTOP)\nexcept OSError: pass"),
  doing(
    "taking its parent's resources",
    "import os, resource\nfor kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):\n    try: resource.prlimit(os.getppid(), kind, (1, 1))\n    except (OSError, PermissionError): pass",
  ),
  doing(
    "pinning and renicing the parent",
    "import os\nfor call in (lambda: os.sched_setaffinity(os.getppid(), {0}), lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19), lambda: os.setpriority(os.PRIO_USER, 0, 19)):\n    try: call()\n    except OSError: pass",
  ),
  doing(
    "a child that answers",
    "import os\ntry:\n    if os.fork() == 0: return 5\n    os.wait()\nexcept OSError: pass",
  ),
];

const leavingBehind: readonly Attack[] = [
  atImport(
    "files for later candidates",
    "import os\nfor folder in ('.', '..', os.path.expanduser('~'), os.environ.get('TMPDIR', '.'), '/tmp', '/dev/shm'):\n    for name in ('sitecustomize.py', 'usercustomize.py', 'json.py', 'random.py', 'math.py', 'evil.pth'):\n        try:\n            with open(os.path.join(folder, name), 'w') as file: file.write('import os; os._exit(0)')\n        except OSError: pass",
  ),
  atImport(
    "folders that cannot be removed",
    "import os\nfor n in range(300):\n    try:\n        os.mkdir('d')\n        open('d/file', 'w').close()\n        os.chdir('d')\n    except OSError: break\nfor n in range(300):\n    os.chmod('.', 0)\n    try: os.chdir('..')\n    except OSError: break",
  ),
];

/** Attacks through the process that a candidate runs in. */
export const processAttacks: readonly Attack[] = [
  ...planting,
  ...leaving,
  ...speaking,
  ...pickling,
  ...exhausting,
  ...killing,
  ...leavingBehind,
];
