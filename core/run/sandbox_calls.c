#include "run/sandbox_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE

#define LOAD(field)                                                                                \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define LOAD_ARGUMENT(n)                                                                           \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                                             \
             (uint32_t)(offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t)))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE        ANSWER(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW         ANSWER(SECCOMP_RET_ALLOW)
/* What follows for one call: its argument must not have any of these bits (low half). */
#define CALL_WITHOUT(number, argument, bits)                                                       \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD_ARGUMENT(argument),                  \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, 1), REFUSE, ALLOW
#define CALL(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ALLOW

bool sandbox_enter_calls(void) {
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        /* Files. Opening never truncates: older Landlocks do not guard that. */
        CALL_WITHOUT(__NR_openat, 2, O_TRUNC),
        CALL_WITHOUT(__NR_mmap, 2, PROT_EXEC),
        CALL_WITHOUT(__NR_mprotect, 2, PROT_EXEC),
        CALL(__NR_read),
        CALL(__NR_write),
        CALL(__NR_close),
        CALL(__NR_fstat),
        CALL(__NR_newfstatat),
        CALL(__NR_statx),
        CALL(__NR_mkdirat),
        CALL(__NR_lseek),
        CALL(__NR_pread64),
        CALL(__NR_pwrite64),
        CALL(__NR_readv),
        CALL(__NR_writev),
        CALL(__NR_getdents64),
        CALL(__NR_ftruncate),
        CALL(__NR_fadvise64),
        CALL(__NR_faccessat),
        CALL(__NR_readlinkat),
        CALL(__NR_getcwd),
        CALL(__NR_dup),
        CALL(__NR_fcntl),
#ifdef __NR_open /* the older spellings, on machines that have them */
        CALL_WITHOUT(__NR_open, 1, O_TRUNC),
        CALL(__NR_stat),
        CALL(__NR_lstat),
        CALL(__NR_mkdir),
        CALL(__NR_access),
        CALL(__NR_readlink),
        CALL(__NR_poll),
        CALL(__NR_time),
        CALL(__NR_getrlimit),
        CALL(__NR_pause),
#endif
        /* Memory, time, waiting, itself. */
        CALL(__NR_futex),
        CALL(__NR_brk),
        CALL(__NR_munmap),
        CALL(__NR_mremap),
        CALL(__NR_madvise),
        CALL(__NR_clock_gettime),
        CALL(__NR_clock_getres),
        CALL(__NR_clock_nanosleep),
        CALL(__NR_nanosleep),
        CALL(__NR_gettimeofday),
        CALL(__NR_times),
        CALL(__NR_getrusage),
        CALL(__NR_ppoll),
        CALL(__NR_sched_yield),
        CALL(__NR_sched_getaffinity),
        CALL(__NR_getrandom),
        CALL(__NR_uname),
        CALL(__NR_sysinfo),
        CALL(__NR_getpid),
        CALL(__NR_gettid),
        CALL(__NR_getppid),
        CALL(__NR_getuid),
        CALL(__NR_geteuid),
        CALL(__NR_getgid),
        CALL(__NR_getegid),
        CALL(__NR_rt_sigaction),
        CALL(__NR_rt_sigprocmask),
        CALL(__NR_rt_sigreturn),
        CALL(__NR_sigaltstack),
        CALL(__NR_restart_syscall),
        CALL(__NR_exit),
        CALL(__NR_exit_group),
        /* abort() signals its own process. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_tgkill, 0, 3),
        LOAD_ARGUMENT(0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1),
        ALLOW,
        REFUSE,
    };
    struct sock_fprog program = {(unsigned short)(sizeof filter / sizeof *filter), filter};
    /* Without this flag older kernels slow the whole process down to hide its memory from itself.
     */
    if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) ==
        0)
        return true;
    return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/* Numbers that older headers lack are the same on all machines. */
enum {
    PIDFD_SEND_SIGNAL = 424,
    IO_URING_SETUP = 425,
    CLONE3 = 435,
    OPENAT2 = 437,
    PIDFD_GETFD = 438,
    PROCESS_MADVISE = 440,
    PROCESS_MRELEASE = 448,
    FCHMODAT2 = 452,
    SETXATTRAT = 463,
    REMOVEXATTRAT = 466,
};
#define NEW_NAMESPACES                                                                             \
    (CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |     \
     CLONE_NEWCGROUP)
#define NO_CALL(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), REFUSE
#define UNKNOWN_CALL(number)                                                                       \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ANSWER(SECCOMP_RET_ERRNO | ENOSYS)
/* Opening that truncates must ask for writing too, which older Landlocks then see. */
#define OPEN_CALL(number, argument)                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 5), LOAD_ARGUMENT(argument),                  \
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_ACCMODE | O_TRUNC),                                  \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_RDONLY | O_TRUNC, 0, 1), REFUSE, ALLOW

bool sandbox_enter_program_calls(bool signals) {
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        /* The same calls by other numbers (x32). */
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        REFUSE,
        /* What glibc tries first and does without: their arguments cannot be looked at. */
        UNKNOWN_CALL(CLONE3),
        UNKNOWN_CALL(OPENAT2),
        OPEN_CALL(__NR_openat, 2),
#ifdef __NR_open
        OPEN_CALL(__NR_open, 1),
        NO_CALL(__NR_chmod),
        NO_CALL(__NR_chown),
        NO_CALL(__NR_lchown),
        NO_CALL(__NR_utime),
        NO_CALL(__NR_utimes),
        NO_CALL(__NR_futimesat),
#endif
        /* No network, not even to the machine's own services. */
        NO_CALL(__NR_socket),
        NO_CALL(IO_URING_SETUP),
        /* Files' modes, owners, times and attributes, which Landlock does not guard. */
        NO_CALL(__NR_truncate),
        NO_CALL(__NR_fchmod),
        NO_CALL(__NR_fchmodat),
        NO_CALL(FCHMODAT2),
        NO_CALL(__NR_fchown),
        NO_CALL(__NR_fchownat),
        NO_CALL(__NR_utimensat),
        NO_CALL(__NR_setxattr),
        NO_CALL(__NR_lsetxattr),
        NO_CALL(__NR_fsetxattr),
        NO_CALL(SETXATTRAT),
        NO_CALL(__NR_removexattr),
        NO_CALL(__NR_lremovexattr),
        NO_CALL(__NR_fremovexattr),
        NO_CALL(REMOVEXATTRAT),
        NO_CALL(__NR_open_by_handle_at),
        /* Leaving the process group, by which it is ended. */
        NO_CALL(__NR_setsid),
        NO_CALL(__NR_setpgid),
        /* Other processes. */
        NO_CALL(__NR_ptrace),
        NO_CALL(__NR_process_vm_readv),
        NO_CALL(__NR_process_vm_writev),
        NO_CALL(PROCESS_MADVISE),
        NO_CALL(PROCESS_MRELEASE),
        NO_CALL(PIDFD_GETFD),
        NO_CALL(__NR_setpriority),
        NO_CALL(__NR_sched_setscheduler),
        NO_CALL(__NR_sched_setparam),
        NO_CALL(__NR_sched_setattr),
        NO_CALL(__NR_ioprio_set),
        NO_CALL(__NR_shmget),
        NO_CALL(__NR_msgget),
        NO_CALL(__NR_semget),
        NO_CALL(__NR_mq_open),
        /* The system, and what few programs need and attackers like. */
        NO_CALL(__NR_mount),
        NO_CALL(__NR_umount2),
        NO_CALL(__NR_pivot_root),
        NO_CALL(__NR_chroot),
        NO_CALL(__NR_setns),
        NO_CALL(__NR_unshare),
        NO_CALL(__NR_bpf),
        NO_CALL(__NR_perf_event_open),
        NO_CALL(__NR_userfaultfd),
        NO_CALL(__NR_keyctl),
        NO_CALL(__NR_add_key),
        NO_CALL(__NR_request_key),
        CALL_WITHOUT(__NR_clone, 0, NEW_NAMESPACES),
        CALL_WITHOUT(__NR_prlimit64, 0, UINT32_MAX),
        BPF_STMT(BPF_LD | BPF_W | BPF_IMM, signals),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
        ALLOW,
        LOAD(nr),
        NO_CALL(__NR_kill),
        NO_CALL(__NR_tkill),
        NO_CALL(__NR_tgkill),
        NO_CALL(__NR_rt_sigqueueinfo),
        NO_CALL(__NR_rt_tgsigqueueinfo),
        NO_CALL(PIDFD_SEND_SIGNAL),
        ALLOW,
    };
    struct sock_fprog program = {(unsigned short)(sizeof filter / sizeof *filter), filter};
    return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

bool sandbox_calls_offered(void) {
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

#else

bool sandbox_enter_calls(void) {
    return false;
}

bool sandbox_enter_program_calls(bool signals) {
    (void)signals;
    return false;
}

bool sandbox_calls_offered(void) {
    return false;
}

#endif
