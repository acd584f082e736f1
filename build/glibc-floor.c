// log, log2 and pow as glibc had them before 2.29. Linked in, so that the binary asks for nothing newer than 2.28: the new ones differ in how
// they set errno, which .NET does not read.
#if defined(__x86_64__)
#define OLD "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define OLD "GLIBC_2.17"
#endif

#define AS_BEFORE(name) __asm__(".symver old_" #name ", " #name "@" OLD)

AS_BEFORE(log);
AS_BEFORE(log2);
AS_BEFORE(pow);

double old_log(double);
double old_log2(double);
double old_pow(double, double);

// Hidden: seen by the C library, they would be what the old names lead to.
#pragma GCC visibility push(hidden)
double log(double x) { return old_log(x); }
double log2(double x) { return old_log2(x); }
double pow(double x, double y) { return old_pow(x, y); }
