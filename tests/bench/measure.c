/* measure [--memory] COMMAND...: runs it and prints what it cost; its own output goes to standard
 * error. Exits as the command did.
 *
 * Without --memory: seconds by the clock, and seconds of processor time of all its processes.
 * With it: the peak, in KB, of what all its processes hold together, pages that they share counted
 * once: the sum of Pss in /proc/PID/smaps_rollup over the command and its children, sampled every
 * 4 ms. Sampling costs time, so a run is measured in one way or the other.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static size_t slurp(const char *path, char *bytes, size_t most) {
    int file = open(path, O_RDONLY);
    if (file < 0) return 0;
    ssize_t length = read(file, bytes, most - 1);
    close(file);
    bytes[length > 0 ? length : 0] = 0;
    return length > 0 ? (size_t)length : 0;
}

/* A process and those below it, at most 256. */
static long held(pid_t first) {
    pid_t list[256] = {first};
    long total = 0;
    for (int at = 0, count = 1; at < count; at++) {
        char path[64], text[4096];
        snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)list[at]);
        if (slurp(path, text, sizeof text)) {
            const char *line = strstr(text, "\nPss:");
            if (line) total += atol(line + 5);
        }
        snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)list[at], (int)list[at]);
        slurp(path, text, sizeof text);
        char *rest = text;
        for (char *one; count < 256 && (one = strtok_r(rest, " \n", &rest));)
            list[count++] = (pid_t)atol(one);
    }
    return total;
}

int main(int count, char **arguments) {
    bool memory = count > 1 && !strcmp(arguments[1], "--memory");
    char **command = arguments + 1 + memory;
    if (!*command) return fputs("usage: measure [--memory] COMMAND...\n", stderr), 2;
    double started = now();
    pid_t child = fork();
    if (child == 0) {
        dup2(2, 1);
        execvp(*command, command);
        perror(*command);
        _exit(127);
    }
    int status = 0;
    if (memory) {
        long peak = 0;
        while (waitpid(child, &status, WNOHANG) == 0) {
            long kilobytes = held(child);
            if (kilobytes > peak) peak = kilobytes;
            nanosleep(&(struct timespec){0, 4000000}, NULL);
        }
        printf("%ld\n", peak);
    } else {
        waitpid(child, &status, 0);
        double wall = now() - started;
        struct rusage use;
        getrusage(RUSAGE_CHILDREN, &use);
        printf("%.4f %.4f\n", wall,
               (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                   (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
