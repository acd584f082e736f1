using System.Runtime.InteropServices;

namespace EtcdDefrag.Storage;

/// <summary>A system call failed.</summary>
/// <param name="call">The call, e.g. <c>fsync</c>.</param>
/// <param name="errno">Its error, see <see cref="Errno"/>.</param>
/// <param name="path">The path, where the call has one.</param>
public sealed class FileCallException(string call, int errno, string? path = null)
    : IOException($"{call}{(path is null ? "" : $" {path}")}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    /// <summary>The error.</summary>
    public int Errno => errno;

    /// <summary>What the system says, without the call.</summary>
    public string Reason => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>Whether the disk, or our share of it, is full.</summary>
    public bool IsNoSpace => errno is Storage.Errno.NoSpace or Storage.Errno.QuotaExceeded or Storage.Errno.TooLarge;

    /// <summary>Whether we lack a right.</summary>
    public bool IsDenied => errno is Storage.Errno.NotPermitted or Storage.Errno.AccessDenied or Storage.Errno.ReadOnly;
}

/// <summary>The errors that are told apart.</summary>
/// <remarks>Source: asm-generic/errno-base.h, asm-generic/errno.h; the same on x86-64 and arm64.</remarks>
public static class Errno
{
    /// <summary>EPERM.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENOENT.</summary>
    public const int NotFound = 2;

    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO.</summary>
    public const int InputOutput = 5;

    /// <summary>EAGAIN, also EWOULDBLOCK.</summary>
    public const int TryAgain = 11;

    /// <summary>EACCES.</summary>
    public const int AccessDenied = 13;

    /// <summary>EEXIST.</summary>
    public const int Exists = 17;

    /// <summary>ENOTDIR.</summary>
    public const int NotFolder = 20;

    /// <summary>EFBIG.</summary>
    public const int TooLarge = 27;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS.</summary>
    public const int ReadOnly = 30;

    /// <summary>ERANGE.</summary>
    public const int Range = 34;

    /// <summary>ENODATA.</summary>
    public const int NoData = 61;

    /// <summary>EOPNOTSUPP.</summary>
    public const int NotSupported = 95;

    /// <summary>EDQUOT.</summary>
    public const int QuotaExceeded = 122;
}
