using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EtcdDefrag.Storage;

/// <summary>The calls as Linux has them. 64-bit only.</summary>
public sealed partial class LinuxFileCalls : IFileCalls
{
    // Source: asm-generic/fcntl.h, linux/fs.h, linux/falloc.h, linux/fadvise.h; the same on x86-64 and arm64.
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int CreateNew = 0x40 | 0x80; // O_CREAT | O_EXCL
    private const int CloseOnExec = 0x80000;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFacts = 0x7ff;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int KeepSize = 1;
    private const int AdviseWillNeed = 3;
    private const uint BeginWriteBack = 2;
    private const uint NoReplace = 1;
    private const nuint CloneFile = 0x40049409;
    private const uint OwnerOnly = 0x180; // 0600

    /// <inheritdoc/>
    public string ResolveLinks(string path)
    {
        var resolved = realpath(path, 0);
        if (resolved == 0)
        {
            throw Failed("open", path);
        }

        var text = Marshal.PtrToStringUTF8(resolved)!;
        free(resolved);
        return text;
    }

    /// <inheritdoc/>
    public int Open(string path, bool writable) =>
        Check(open(path, (writable ? ReadWrite : ReadOnly) | CloseOnExec, 0), "open", path);

    /// <inheritdoc/>
    public int Create(string path) => Check(open(path, ReadWrite | CreateNew | CloseOnExec, OwnerOnly), "create", path);

    /// <inheritdoc/>
    public void Close(int descriptor) => _ = close(descriptor);

    /// <inheritdoc/>
    public int Read(int descriptor, long offset, Span<byte> buffer)
    {
        nint count;
        do
        {
            count = pread(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, offset);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return (int)Check(count, "read");
    }

    /// <inheritdoc/>
    public int Write(int descriptor, long offset, ReadOnlySpan<byte> bytes)
    {
        nint count;
        do
        {
            count = pwrite(descriptor, ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length, offset);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return (int)Check(count, "write");
    }

    /// <inheritdoc/>
    public void Truncate(int descriptor, long size) => Check(ftruncate(descriptor, size), "truncate");

    /// <inheritdoc/>
    public void Flush(int descriptor) => Check(fsync(descriptor), "fsync");

    /// <inheritdoc/>
    public void BeginFlush(int descriptor, long offset, long length) =>
        _ = sync_file_range(descriptor, offset, length, BeginWriteBack);

    /// <inheritdoc/>
    public void Reserve(int descriptor, long length) => Check(fallocate(descriptor, KeepSize, 0, length), "fallocate");

    /// <inheritdoc/>
    public void WillNeed(int descriptor, long offset, long length) =>
        _ = posix_fadvise(descriptor, offset, length, AdviseWillNeed);

    /// <inheritdoc/>
    public bool TryLock(int descriptor, bool exclusive)
    {
        if (flock(descriptor, (exclusive ? LockExclusive : LockShared) | LockNonBlocking) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == Errno.TryAgain ? false : throw Failed("flock");
    }

    /// <inheritdoc/>
    public FileFacts? Stat(string path)
    {
        Span<byte> found = stackalloc byte[256];
        if (statx(CurrentFolder, path, 0, BasicFacts, ref MemoryMarshal.GetReference(found)) == 0)
        {
            return Facts(found);
        }

        return Marshal.GetLastPInvokeError() is Errno.NotFound or Errno.NotFolder ? null : throw Failed("stat", path);
    }

    /// <inheritdoc/>
    public FileFacts Stat(int descriptor)
    {
        Span<byte> found = stackalloc byte[256];
        Check(statx(descriptor, "", EmptyPath, BasicFacts, ref MemoryMarshal.GetReference(found)), "stat");
        return Facts(found);
    }

    /// <inheritdoc/>
    public void ChangeOwner(int descriptor, uint user, uint group) => Check(fchown(descriptor, user, group), "chown");

    /// <inheritdoc/>
    public void ChangeMode(int descriptor, uint mode) => Check(fchmod(descriptor, mode), "chmod");

    /// <inheritdoc/>
    public IReadOnlyList<string> AttributeNames(int descriptor)
    {
        var names = ReadAttribute("listxattr", (ref byte first, nuint size) => flistxattr(descriptor, ref first, size));
        return names is null ? [] : Encoding.UTF8.GetString(names).Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <inheritdoc/>
    public byte[]? Attribute(int descriptor, string name) =>
        ReadAttribute($"getxattr {name}", (ref byte first, nuint size) => fgetxattr(descriptor, name, ref first, size));

    /// <inheritdoc/>
    public void SetAttribute(int descriptor, string name, ReadOnlySpan<byte> value) =>
        Check(fsetxattr(descriptor, name, ref MemoryMarshal.GetReference(value), (nuint)value.Length, 0), $"setxattr {name}");

    /// <inheritdoc/>
    public void Rename(string from, string to, bool replace) =>
        Check(replace ? rename(from, to) : renameat2(CurrentFolder, from, CurrentFolder, to, NoReplace), "rename", from);

    /// <inheritdoc/>
    public void Remove(string path) => Check(unlink(path), "unlink", path);

    /// <inheritdoc/>
    public void Clone(int from, int to) => Check(ioctl(to, CloneFile, from), "clone");

    /// <inheritdoc/>
    public long FreeBytes(int descriptor)
    {
        // Source: struct statvfs of 64-bit Linux, glibc and musl: f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, each 8 bytes.
        Span<byte> found = stackalloc byte[256];
        Check(fstatvfs(descriptor, ref MemoryMarshal.GetReference(found)), "statvfs");
        var free = (UInt128)BinaryPrimitives.ReadUInt64LittleEndian(found[8..]) * BinaryPrimitives.ReadUInt64LittleEndian(
            found[32..]);
        return (long)UInt128.Min(free, long.MaxValue);
    }

    /// <summary>Reads a value whose size may change between the question for it and the answer.</summary>
    private static byte[]? ReadAttribute(string call, AttributeReader read)
    {
        while (true)
        {
            byte none = 0;
            var size = read(ref none, 0);
            var value = new byte[size > 0 ? size : 1];
            if (size >= 0)
            {
                size = read(ref value[0], (nuint)value.Length);
            }

            if (size >= 0)
            {
                return value[..(int)size];
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.Range:
                    continue;
                case Errno.NoData or Errno.NotSupported:
                    return null;
                default:
                    throw Failed(call);
            }
        }
    }

    private delegate nint AttributeReader(ref byte first, nuint size);

    private static FileFacts Facts(ReadOnlySpan<byte> found)
    {
        // Source: struct statx, statx(2); the same layout on every processor.
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(found[28..]);
        var kind = (mode & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            _ => FileKind.Other,
        };
        return new FileFacts(
            Device: ((ulong)Number(found, 136) << 32) | Number(found, 140),
            Inode: BinaryPrimitives.ReadUInt64LittleEndian(found[32..]),
            kind,
            Size: BinaryPrimitives.ReadInt64LittleEndian(found[40..]),
            Mode: mode & 0xFFFu,
            User: Number(found, 20),
            Group: Number(found, 24),
            Links: Number(found, 16),
            Modified: ((Int128)BinaryPrimitives.ReadInt64LittleEndian(found[112..]) * 1_000_000_000) + Number(found, 120),
            AllocatedBytes: BinaryPrimitives.ReadInt64LittleEndian(found[48..]) * 512);
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static nint Check(nint result, string call, string? path = null) => result >= 0 ? result : throw Failed(call, path);

    private static int Check(int result, string call, string? path = null) => result >= 0 ? result : throw Failed(call, path);

    private static FileCallException Failed(string call, string? path = null) => new(call, Marshal.GetLastPInvokeError(), path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, nint buffer);

    [LibraryImport("libc")]
    private static partial void free(nint memory);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int descriptor, ref byte buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(int descriptor, ref byte bytes, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int descriptor, long size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int sync_file_range(int descriptor, long offset, long length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(int descriptor, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int descriptor, int operation);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint wanted, ref byte found);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(int descriptor, uint user, uint group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(int descriptor, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint flistxattr(int descriptor, ref byte names, nuint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint fgetxattr(int descriptor, string name, ref byte value, nuint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int fsetxattr(int descriptor, string name, ref byte value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatvfs(int descriptor, ref byte found);
}
