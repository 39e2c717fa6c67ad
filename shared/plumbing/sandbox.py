"""The lock on a child process that takes what people send in.

After its imports a child needs to compute, ask for memory, and read and write the socket it was
born with. Everything else the kernel refuses: files and devices with an error, so that a decoder
that looks for a font or a plug-in goes on without; programs, processes, sockets, signals and
whatever is not named here with the end of the process.
"""

import errno
import importlib
import os
import resource
import sys
from typing import Any

# Enough for the interpreter that was started; a locked child opens nothing anyway.
MAX_FILES = 64
_CLONE_THREAD = 0x10000

_ALLOWED = (
    *("read", "readv", "write", "writev", "close", "dup", "lseek", "fstat", "poll", "ppoll"),
    *("mmap", "munmap", "mremap", "mprotect", "madvise", "brk", "membarrier"),
    *("futex", "set_robust_list", "get_robust_list", "rseq", "sched_yield", "sched_getaffinity"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time"),
    *("getpid", "gettid", "getrandom", "getrusage", "exit", "exit_group"),
)
_FILES = (
    *("open", "openat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat"),
    *("faccessat2", "readlink", "readlinkat", "getcwd", "getdents64", "pread64", "ioctl", "fcntl"),
)
_DENIED = (
    *("openat2", "creat", "statfs", "fstatfs", "unlink", "unlinkat", "mkdir", "mkdirat", "rename"),
    *("uname", "sysinfo", "prlimit64", "getrlimit", "sched_setaffinity", "getcpu", "prctl"),
    *("getuid", "geteuid", "getgid", "getegid"),
    # Linear algebra asks which memory is near, and goes on without.
    *("mbind", "get_mempolicy", "set_mempolicy"),
)


def can_filter() -> bool:
    """Whether this machine can filter system calls: Linux with libseccomp."""
    return _library() is not None


def lock(*, memory_bytes: int, may_read_files: bool = False) -> None:
    """Lock the calling process for good; it has imported what it will ever need.

    Where system calls cannot be filtered (`can_filter`) the limits hold alone: of memory, of
    files written (none), of files open, of cores left behind (none).

    Args:
        memory_bytes: what the process may hold at most; asking for more fails as `MemoryError`,
            or ends a decoder that does not look.
        may_read_files: for a tool on a person's own machine that reads that person's files.
    """
    for limit, most in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MAX_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    library = _library()
    if library is not None:
        _filter(library, may_read_files=may_read_files)


def _filter(library: Any, *, may_read_files: bool) -> None:
    rules = library.SyscallFilter(library.KILL_PROCESS)
    for name in _ALLOWED:
        _rule(rules, library.ALLOW, name)
    for name in _FILES:
        of_files = library.ALLOW if may_read_files else library.ERRNO(errno.EACCES)
        _rule(rules, of_files, name)
    for name in _DENIED:
        _rule(rules, library.ERRNO(errno.EACCES), name)
    # A thread shares the lock. glibc asks with clone3 first, whose flags no filter can see.
    _rule(rules, library.ERRNO(errno.ENOSYS), "clone3")
    is_thread = library.Arg(0, library.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    _rule(rules, library.ALLOW, "clone", is_thread)
    # Ending oneself after a failed assertion, and nobody else.
    me = os.getpid()
    _rule(rules, library.ALLOW, "tgkill", library.Arg(0, library.EQ, me))
    rules.load()


def _rule(rules: Any, action: Any, name: str, *conditions: Any) -> None:
    try:
        rules.add_rule(action, name, *conditions)
    except (OSError, ValueError, RuntimeError):
        return  # a call this kind of processor does not have


def _library() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return importlib.import_module("pyseccomp")
    except (ImportError, OSError, RuntimeError):
        return None
