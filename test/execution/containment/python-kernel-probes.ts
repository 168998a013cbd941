import type { Host } from "./host.ts";
import type { Probe } from "./probe.ts";

/** What a program may ask of the kernel. Numbers are those of x86-64 (arch/x86/entry/syscalls/syscall_64.tbl); `kernel` knows arm64's. */
export function pythonKernelProbes(helpers: string, host: Host): readonly Probe[] {
  const refused = (title: string, attempts: string): Probe => ({
    title,
    source: `${helpers}\ndef attempts():\n    return [${attempts}]\n`,
  });
  const parent = "os.getppid()";
  return [
    refused("fork", "lambda: os.fork() or os._exit(0)"),
    refused(
      "processes by other names",
      'lambda: os.posix_spawn("/bin/true", ["true"], {}), lambda: subprocess.run(["true"], check=True), lambda: os.popen("true").close() or os.open("/nothing", 0), lambda: os.forkpty()',
    ),
    refused(
      "clone and clone3",
      "lambda: kernel(56, 17, 0, 0, 0, 0), lambda: kernel(56, 0x4000 | 17, 0, 0, 0, 0), lambda: kernel(435, struct.pack('8Q', 0, 0, 0, 0, 17, 0, 0, 0), 64), lambda: kernel(58)",
    ),
    refused(
      "execve",
      'lambda: os.execv("/bin/sh", ["sh", "-c", "exit 0"]), lambda: os.execv(sys.executable, ["python3", "-c", ""]), lambda: kernel(322, -100, b"/bin/true", 0, 0, 0)',
    ),
    refused(
      "a program in memory",
      'lambda: os.memfd_create("x"), lambda: kernel(319, b"x", 0), lambda: kernel(447, 0)',
    ),
    refused(
      "signals to other processes",
      `lambda: os.kill(${host.processId}, 0), lambda: os.kill(${parent}, 0), lambda: os.kill(1, 0), lambda: os.kill(-1, 0), lambda: os.killpg(os.getpgid(0), 0), lambda: kernel(200, ${parent}, 0), lambda: kernel(234, ${parent}, ${parent}, 0), lambda: kernel(129, ${parent}, 10, b"\\0" * 128)`,
    ),
    refused(
      "handles on other processes",
      `lambda: kernel(434, ${parent}, 0), lambda: kernel(424, 3, 9, 0, 0), lambda: kernel(438, 3, 0, 0), lambda: kernel(440, 3, 0, 0, 0, 0)`,
    ),
    refused(
      "tracing",
      `lambda: kernel(101, 16, ${parent}, 0, 0), lambda: kernel(101, 0x4206, ${parent}, 0, 0), lambda: kernel(101, 0, 0, 0, 0)`,
    ),
    refused(
      "memory of other processes",
      `lambda: kernel(310, ${parent}, 0, 0, 0, 0, 0), lambda: kernel(311, ${parent}, 0, 0, 0, 0, 0), lambda: kernel(312, os.getpid(), ${parent}, 0, 0, 0)`,
    ),
    refused(
      "priorities",
      `lambda: os.setpriority(os.PRIO_PROCESS, ${parent}, 19), lambda: os.setpriority(os.PRIO_USER, 0, 19), lambda: os.nice(-5), lambda: kernel(251, 1, ${parent}, 0), lambda: os.sched_setscheduler(${parent}, os.SCHED_IDLE, os.sched_param(0))`,
    ),
    refused(
      "processors of other processes",
      `lambda: os.sched_setaffinity(${parent}, {0}), lambda: os.sched_setaffinity(1, {0})`,
    ),
    refused(
      "limits of other processes",
      `lambda: resource.prlimit(${parent}, resource.RLIMIT_NOFILE, (1, 1)), lambda: resource.prlimit(${parent}, resource.RLIMIT_CPU), lambda: resource.prlimit(1, resource.RLIMIT_AS, (1, 1))`,
    ),
    refused(
      "its own limits raised",
      "lambda: resource.setrlimit(resource.RLIMIT_CPU, (10 ** 6, 10 ** 6)), lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)), lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (10 ** 6, 10 ** 6)), lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
    ),
    refused(
      "mounts",
      'lambda: call("mount", b"none", b"/", b"tmpfs", 0, 0), lambda: call("mount", b"/", b".", 0, 4096, 0), lambda: call("umount2", b"/", 2), lambda: kernel(428, -100, b"/", 1), lambda: kernel(430, b"tmpfs", 0), lambda: kernel(442, -100, b"/", 0, 0, 0)',
    ),
    refused("another root", 'lambda: os.chroot("."), lambda: kernel(155, b".", b".")'),
    refused(
      "namespaces",
      "lambda: call('unshare', 0x10000000), lambda: call('unshare', 0x20000), lambda: call('setns', 3, 0), lambda: kernel(272, 0x40000000)",
    ),
    refused(
      "other users",
      "lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgroups([0]), lambda: kernel(122, 0) if os.getuid() == 0 else os.setuid(1)",
    ),
    refused(
      "capabilities",
      "lambda: kernel(126, struct.pack('Ii', 0x20080522, 0), struct.pack('6I', *[0xFFFFFFFF] * 6)), lambda: call('prctl', 47, 2, 0, 0, 0)",
    ),
    refused(
      "keys",
      'lambda: kernel(248, b"user", b"x", b"x", 1, -3), lambda: kernel(250, 0, -3, 1), lambda: kernel(249, b"user", b"x", 0, 0)',
    ),
    refused("io_uring", "lambda: kernel(425, 4, b'\\0' * 120), lambda: kernel(426, 3, 0, 0, 0, 0, 0)"),
    refused("bpf", "lambda: kernel(321, 0, b'\\0' * 120, 120)"),
    refused("userfaultfd", "lambda: kernel(323, 0), lambda: kernel(323, 1)"),
    refused("performance counters", "lambda: kernel(298, b'\\0' * 120, 0, -1, -1, 0)"),
    refused(
      "kernel modules and other kernels",
      "lambda: kernel(175, b'', 0, b''), lambda: kernel(313, 3, b'', 0), lambda: kernel(246, 0, 0, 0, 0), lambda: kernel(169, 0xFEE1DEAD, 672274793, 0, 0)",
    ),
    refused(
      "swap, accounting and quotas",
      'lambda: kernel(167, b"x", 0), lambda: kernel(163, 0), lambda: kernel(179, 0, 0, 0, 0)',
    ),
    refused(
      "clocks",
      "lambda: kernel(164, struct.pack('qq', 1, 0), 0), lambda: kernel(227, 0, struct.pack('qq', 1, 0)), lambda: kernel(159, b'\\1' + b'\\0' * 207)",
    ),
    refused("names of the machine", "lambda: socket.sethostname('x'), lambda: kernel(171, b'x', 1)"),
    refused("shared memory segments", "lambda: kernel(29, 0, 4096, 0o1600), lambda: kernel(30, 0, 0, 0)"),
    refused(
      "semaphores and message queues",
      "lambda: kernel(64, 0, 1, 0o1600), lambda: kernel(68, 0, 0o1600), lambda: kernel(240, b'x', 0o102, 0o600, 0)",
    ),
    refused(
      "typing into the terminal",
      "*[(lambda fd=fd: __import__('fcntl').ioctl(fd, 0x5412, b'x')) for fd in range(10)]",
    ),
    refused(
      "device files",
      'lambda: os.mknod("null", 0o20666, os.makedev(1, 3)), lambda: os.mknod("disk", 0o60666, os.makedev(8, 0))',
    ),
    refused(
      "files by handle",
      "lambda: kernel(304, -100, b'\\0' * 136, 0), lambda: kernel(303, -100, b'/', b'\\0' * 136, b'\\0' * 8, 0)",
    ),
    refused("watching files", "lambda: kernel(300, 0, 0), lambda: kernel(301, 3, 1, 2, -100, b'/')"),
    refused(
      "personality and tracing of itself",
      "lambda: kernel(135, 0x0040000), lambda: call('prctl', 4, 1, 0, 0, 0), lambda: call('prctl', 1, 0, 0, 0, 0)",
    ),
    refused(
      "signals by asynchronous input",
      `lambda: __import__('fcntl').fcntl(os.pipe()[0], 8, ${parent}), lambda: __import__('fcntl').fcntl(os.pipe()[0], 10, 9)`,
    ),
    refused(
      "sessions and groups of processes",
      "lambda: os.setsid(), lambda: os.setpgid(0, 0), lambda: os.wait(), lambda: os.waitid(os.P_ALL, 0, os.WEXITED)",
    ),
    refused(
      "filters and rights of its own",
      "lambda: kernel(317, 1, 8, 0), lambda: kernel(444, 0, 0, 1), lambda: kernel(446, 3, 0)",
    ),
    refused(
      "the 32-bit calls",
      "lambda: kernel(0x40000000 + 57), lambda: kernel(0x40000000 + 41, 2, 1, 0), lambda: kernel(0x40000000 + 520)",
    ),
  ];
}
