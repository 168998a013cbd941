"""System calls that a sandboxed worker may make, with their numbers on the two architectures that are supported.

The numbers are Linux's (arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h). What is not
listed is refused: sockets, mounts, namespaces, tracing, keys, io_uring, bpf, userfaultfd, shared memory segments,
message queues, memory files, changes of user, of clocks, of priorities and of processors.
"""

import os

# name:x86-64:aarch64, "-" where the architecture has no such call.
_ALLOWED = """
read:0:63 write:1:64 close:3:57 fstat:5:80 stat:4:- lstat:6:- poll:7:- lseek:8:62 mmap:9:222 mprotect:10:226
munmap:11:215 brk:12:214 rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 rt_sigpending:127:136
rt_sigtimedwait:128:137 rt_sigsuspend:130:133 ioctl:16:29 pread64:17:67 pwrite64:18:68 readv:19:65 writev:20:66
preadv:295:69 pwritev:296:70 preadv2:327:286 pwritev2:328:287 access:21:- pipe:22:- select:23:- sched_yield:24:124
mremap:25:216 msync:26:227 mincore:27:232 madvise:28:233 dup:32:23 dup2:33:- pause:34:- nanosleep:35:101
getitimer:36:102 alarm:37:- setitimer:38:103 getpid:39:172 sendfile:40:71 socketpair:53:199 sendto:44:206
recvfrom:45:207 sendmsg:46:211 recvmsg:47:212 shutdown:48:210 getsockname:51:204 getpeername:52:205
setsockopt:54:208 getsockopt:55:209 clone:56:220 fork:57:- vfork:58:- execve:59:221 exit:60:93 wait4:61:260
kill:62:129 uname:63:160 fcntl:72:25 flock:73:32 fsync:74:82 fdatasync:75:83 truncate:76:45 ftruncate:77:46
getdents:78:- getcwd:79:17 chdir:80:49 fchdir:81:50 rename:82:- mkdir:83:- rmdir:84:- creat:85:- link:86:-
unlink:87:- symlink:88:- readlink:89:- chmod:90:- fchmod:91:52 umask:95:166 gettimeofday:96:169 getrlimit:97:163
setrlimit:160:164 getrusage:98:165 sysinfo:99:179 times:100:153 getuid:102:174 getgid:104:176 setpgid:109:154
geteuid:107:175 getegid:108:177 getppid:110:173 getpgrp:111:- setsid:112:157 getgroups:115:158 getresuid:118:148
getresgid:120:150 getpgid:121:155 getsid:124:156 sigaltstack:131:132 utime:132:- utimes:235:- statfs:137:43
fstatfs:138:44 getpriority:140:141 sched_getparam:143:121 sched_getscheduler:145:120
sched_get_priority_max:146:125 sched_get_priority_min:147:126 prctl:157:167 arch_prctl:158:- gettid:186:178
time:201:- futex:202:98 sched_getaffinity:204:123 getdents64:217:61
set_tid_address:218:96 timer_create:222:107 timer_settime:223:110 timer_gettime:224:108 timer_delete:226:111
clock_gettime:228:113 clock_getres:229:114 clock_nanosleep:230:115 exit_group:231:94 epoll_create:213:-
epoll_wait:232:- epoll_ctl:233:21 tgkill:234:131 tkill:200:130 waitid:247:95 openat:257:56 open:2:- mkdirat:258:34
futimesat:261:- newfstatat:262:79 unlinkat:263:35 renameat:264:38 linkat:265:37 symlinkat:266:36 readlinkat:267:78
fchmodat:268:53 faccessat:269:48 pselect6:270:72 ppoll:271:73 set_robust_list:273:99 get_robust_list:274:100
splice:275:76 tee:276:77 utimensat:280:88 epoll_pwait:281:22 eventfd:284:- timerfd_create:283:85
timerfd_settime:286:86 timerfd_gettime:287:87 fallocate:285:47 signalfd:282:- eventfd2:290:19 epoll_create1:291:20
dup3:292:24 pipe2:293:59 prlimit64:302:261 getcpu:309:168 renameat2:316:276 seccomp:317:277 getrandom:318:278
statx:332:291 rseq:334:293 faccessat2:439:439 membarrier:324:283 copy_file_range:326:285 clone3:435:435
close_range:436:436 capget:125:90 restart_syscall:219:128 fadvise64:221:223 openat2:437:437 futex_waitv:449:449
epoll_pwait2:441:441 landlock_create_ruleset:444:444 landlock_add_rule:445:445 landlock_restrict_self:446:446
inotify_init1:294:26 inotify_add_watch:254:27 inotify_rm_watch:255:28
"""

# Value of seccomp_data.arch (include/uapi/linux/audit.h) and column of the table above, by machine.
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1), "arm64": (0xC00000B7, 1)}


def supported() -> bool:
    """Whether the numbers of this machine's architecture are known."""
    return os.uname().sysname == "Linux" and os.uname().machine in _ARCHITECTURES


def audit_architecture() -> int:
    """The value that seccomp reports for this machine's architecture."""
    return _ARCHITECTURES[os.uname().machine][0]


def allowed_numbers() -> dict[str, int]:
    """Numbers on this machine of the calls that a worker may make, by name."""
    column = _ARCHITECTURES[os.uname().machine][1]
    numbers = {}
    for entry in _ALLOWED.split():
        name, *columns = entry.split(":")
        if columns[column] != "-":
            numbers[name] = int(columns[column])
    return numbers
