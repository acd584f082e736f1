using EtcdDefrag.Storage;

namespace EtcdDefrag.Testing.Storage;

/// <summary>What goes wrong at a system call.</summary>
public enum CallFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It fails with EIO.</summary>
    InputOutput,

    /// <summary>It fails with ENOSPC.</summary>
    NoSpace,

    /// <summary>It fails with EPERM.</summary>
    NotPermitted,

    /// <summary>A write stops in the middle, and so does a read; the next goes on. Other calls work.</summary>
    Partial,

    /// <summary>It is left out and says that it worked: what a bug in the program would be.</summary>
    LeftOut,

    /// <summary>The process is killed before it.</summary>
    KilledBefore,

    /// <summary>The process is killed after it.</summary>
    KilledAfter,
}

/// <summary>The process is no more: thrown by the call at which it was killed, and by every call after it.</summary>
public sealed class KilledException : Exception;

/// <summary>System calls of which one, by its number, goes wrong.</summary>
/// <param name="inner">The calls.</param>
/// <param name="at">Which call, from 0, of those that <paramref name="counts"/> picks.</param>
/// <param name="fault">What happens there.</param>
/// <param name="counts">Which calls are counted, by name; null: all.</param>
public sealed class FaultyCalls(IFileCalls inner, int at, CallFault fault, Func<string, bool>? counts = null) : IFileCalls
{
    private readonly Lock _lock = new();
    private int _count;
    private bool _killed;

    /// <summary>Told before each call that is counted, with its name.</summary>
    public Action<string>? Making { get; init; }

    /// <summary>The names of the calls so far that were counted.</summary>
    public List<string> Made { get; } = [];

    public string ResolveLinks(string path) => Do("realpath", () => inner.ResolveLinks(path));

    public int Open(string path, bool writable) => Do("open", () => inner.Open(path, writable));

    public int Create(string path) => Do("create", () => inner.Create(path));

    // What the kernel does for a process that is gone.
    public void Close(int descriptor) => inner.Close(descriptor);

    public int Read(int descriptor, long offset, Span<byte> buffer)
    {
        var now = Before("read");
        if (now == CallFault.Partial)
        {
            buffer = buffer[..Math.Max(1, buffer.Length / 2)];
        }

        var count = inner.Read(descriptor, offset, buffer);
        After(now);
        return count;
    }

    public int Write(int descriptor, long offset, ReadOnlySpan<byte> bytes)
    {
        var now = Before("write");
        if (now == CallFault.Partial)
        {
            bytes = bytes[..Math.Max(1, bytes.Length / 2)];
        }

        var count = inner.Write(descriptor, offset, bytes);
        After(now);
        return count;
    }

    public void Truncate(int descriptor, long size) => Do("truncate", () => inner.Truncate(descriptor, size));

    public void Flush(int descriptor) => Do("fsync", () => inner.Flush(descriptor));

    public void BeginFlush(int descriptor, long offset, long length) => inner.BeginFlush(descriptor, offset, length);

    public void Reserve(int descriptor, long length) => Do("fallocate", () => inner.Reserve(descriptor, length));

    public void WillNeed(int descriptor, long offset, long length) => inner.WillNeed(descriptor, offset, length);

    public bool TryLock(int descriptor, bool exclusive) => Do("flock", () => inner.TryLock(descriptor, exclusive));

    public FileFacts? Stat(string path) => Do("stat", () => inner.Stat(path));

    public FileFacts Stat(int descriptor) => Do("fstat", () => inner.Stat(descriptor));

    public void ChangeOwner(int descriptor, uint user, uint group) => Do("fchown", () => inner.ChangeOwner(descriptor, user, group));

    public void ChangeMode(int descriptor, uint mode) => Do("fchmod", () => inner.ChangeMode(descriptor, mode));

    public IReadOnlyList<string> AttributeNames(int descriptor) => Do("flistxattr", () => inner.AttributeNames(descriptor));

    public byte[]? Attribute(int descriptor, string name) => Do("fgetxattr", () => inner.Attribute(descriptor, name));

    public void SetAttribute(int descriptor, string name, ReadOnlySpan<byte> value)
    {
        var now = Before("fsetxattr");
        inner.SetAttribute(descriptor, name, value);
        After(now);
    }

    public void Rename(string from, string to, bool replace) => Do("rename", () => inner.Rename(from, to, replace));

    public void Remove(string path) => Do("unlink", () => inner.Remove(path));

    public void Clone(int from, int to) => Do("clone", () => inner.Clone(from, to));

    public long FreeBytes(int descriptor) => Do("statvfs", () => inner.FreeBytes(descriptor));

    private void Do(string name, Action call)
    {
        var now = Before(name);
        if (now != CallFault.LeftOut)
        {
            call();
        }

        After(now);
    }

    private T Do<T>(string name, Func<T> call)
    {
        var now = Before(name);
        var result = call();
        After(now);
        return result;
    }

    /// <returns>What goes wrong at this call, where that is nothing that ends it here.</returns>
    private CallFault Before(string name)
    {
        lock (_lock)
        {
            if (_killed)
            {
                throw new KilledException();
            }

            if (counts?.Invoke(name) == false)
            {
                return CallFault.None;
            }

            Made.Add(name);
            Making?.Invoke(name);
            if (_count++ != at)
            {
                return CallFault.None;
            }

            _killed = fault == CallFault.KilledBefore;
            return fault switch
            {
                CallFault.KilledBefore => throw new KilledException(),
                CallFault.InputOutput => throw new FileCallException(name, Errno.InputOutput),
                CallFault.NoSpace => throw new FileCallException(name, Errno.NoSpace),
                CallFault.NotPermitted => throw new FileCallException(name, Errno.NotPermitted),
                _ => fault,
            };
        }
    }

    private void After(CallFault now)
    {
        if (now == CallFault.KilledAfter)
        {
            lock (_lock)
            {
                _killed = true;
            }

            throw new KilledException();
        }
    }
}
