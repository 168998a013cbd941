import type { Probe } from "./probe.ts";

/**
 * What a program may try so that later ones find something of it, find nothing where they may write, or are not started;
 * and so that more is written than may be. The honest program after each wants an empty folder that it can write into.
 */
export function pythonScratchProbes(helpers: string): readonly Probe[] {
  const refused = (title: string, attempts: string): Probe => ({
    title,
    source: `${helpers}\ndef attempts():\n    return [${attempts}]\n`,
  });
  /** Where there is no file system of its own, the program is ended for what it wrote; elsewhere writing fails. */
  const writing = (title: string, body: string): Probe => ({
    title,
    source: `${helpers}\ndef probe():\n${body.replace(/^/gm, "    ")}\n`,
    outcomes: ["passed", "runtime_error"],
  });
  return [
    writing(
      "files in every folder that it can name",
      `for folder in ("..", "../..", ".", "../candidate", "../candidate-2", os.environ["HOME"], os.environ["TMPDIR"], tempfile.gettempdir()):
    for make in (lambda path: open(path, "w").close(), os.mkdir, os.mkfifo, lambda path: os.symlink("/", path)):
        try: make(f"{folder}/left-{time.monotonic_ns()}\\udcff\\n")
        except OSError: pass
return []`,
    ),
    refused(
      "its folder under another name",
      'lambda: os.rename(os.getcwd(), os.path.dirname(os.getcwd()) + "/other"), lambda: os.rename("../candidate", "../other"), lambda: os.rename("../" + os.path.basename(os.getcwd()), "../other"), lambda: os.rmdir(os.getcwd()), lambda: os.rmdir("../candidate")',
    ),
    writing(
      "names that the clean-up might use",
      `for process in range(20):
    for number in range(20): os.makedirs(f".removed-{process}-{number}/a/b")
os.makedirs("/".join("d" * 60))
os.makedirs("kept/" + "/".join("e" * 60))
return []`,
    ),
    writing(
      "a folder that nobody may enter",
      `os.makedirs("locked/deeper")
open("locked/deeper/file", "w").close()
for path in ("locked/deeper", "locked", ".", ".."):
    try: os.chmod(path, 0)
    except OSError: pass
os.umask(0o777)
try: os.mkdir("hidden", 0)
except OSError: pass
return []`,
    ),
    writing(
      "many files above its folder",
      `made = 0
try:
    for n in range(8000):
        open(f"../above{n}", "w").close()
        made += 1
except OSError: pass
time.sleep(0.4)
return ["8,000 files"] if made == 8000 else []`,
    ),
    writing(
      "many files where nobody may look",
      `os.mkdir("hidden", 0o300)
for n in range(8000): open(f"hidden/{n}", "w").close()
time.sleep(0.4)
return ["8,000 files"]`,
    ),
    writing(
      "many files deeper than a path may be long",
      `for n in range(30):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
for n in range(8000): open(str(n), "w").close()
time.sleep(0.4)
return ["8,000 files"]`,
    ),
    writing(
      "much above its folder",
      `written = 0
for n in range(12):
    try:
        with open(f"../large{n}", "wb") as file: written += file.write(b"x" * (10 << 20))
    except OSError: pass
time.sleep(0.4)
return ["120 MB"] if written == 120 << 20 else []`,
    ),
    refused(
      "room beyond the end of a file",
      'lambda: kernel(285, os.open("f", os.O_RDWR | os.O_CREAT), 1, 0, ctypes.c_long(1 << 30)), lambda: kernel(285, os.open("f", os.O_RDWR | os.O_CREAT), 0x10, 0, ctypes.c_long(1 << 20))',
    ),
    refused(
      "attributes and subvolumes of file systems",
      'lambda: kernel(16, os.open(".", os.O_RDONLY), 0x80086601, ctypes.create_string_buffer(8)), lambda: kernel(16, os.open(".", os.O_RDONLY), 0x40086602, b"\\x40" + b"\\0" * 7), lambda: kernel(16, os.open(".", os.O_RDONLY), 0x800C6613, b"\\0" * 12), lambda: kernel(16, os.open(".", os.O_RDONLY), 0x5000940E, b"\\0" * 4096), lambda: os.setxattr(".", "user.left", b"x")',
    ),
    refused(
      "leases and notices",
      '*[(lambda command=command, value=value: __import__("fcntl").fcntl(os.open("f", os.O_RDONLY | os.O_CREAT), command, value)) for command, value in ((1024, 0), (1024, 1), (1026, 0x80000000))], lambda: __import__("fcntl").fcntl(os.open(".", os.O_RDONLY), 1026, 4)',
    ),
    refused(
      "descriptors in flight",
      "*[(lambda: socket.send_fds(socket.socketpair()[0], [b'x'], [0] * 100)) for _ in range(8)]",
    ),
    {
      title: "many timers",
      source: `${helpers}\ndef probe():\n    made = 0\n    while made < 2000 and libc.syscall(222, 1, 0, ctypes.byref(ctypes.c_int())) == 0: made += 1\n    return ["2,000 timers"] if made == 2000 else []\n`,
    },
    refused(
      "its own processors and priority",
      "lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)), lambda: os.sched_setaffinity(threading.get_native_id(), {0}), lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)), lambda: os.setpriority(os.PRIO_PROCESS, 0, 1), lambda: os.nice(1), lambda: kernel(251, 1, 0, 0x6000), lambda: kernel(314, 0, b'\\x30' + b'\\0' * 47, 0)",
    ),
    {
      title: "which processors it has (which it may know)",
      source: `${helpers}\ndef probe():\n    return [] if len(os.sched_getaffinity(0)) >= 1 and os.sched_getscheduler(0) >= 0 and os.getpriority(os.PRIO_PROCESS, 0) >= 0 else ["nothing"]\n`,
    },
  ];
}
