// What .NET leaves to the process, set before it starts. Linked into the native binary.
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// Measured: under less, one start in some fails, in ways that .NET cannot report.
static const rlim_t least = 160 << 20;

__attribute__((constructor)) static void before_dotnet(void) {
    // Each further arena would reserve 64 MiB of addresses.
    mallopt(M_ARENA_MAX, 1);

    struct rlimit addresses;
    if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur < least) {
        char text[256];
        snprintf(text, sizeof text,
            "Error: the address space of this process is limited to %llu KiB (ulimit -v, LimitAS=), and it needs at least %llu: raise the limit; nothing was contacted\n",
            (unsigned long long)(addresses.rlim_cur >> 10), (unsigned long long)(least >> 10));
        (void)!write(STDERR_FILENO, text, strlen(text)); // nobody is left to tell that it failed
        _exit(2);
    }
}
