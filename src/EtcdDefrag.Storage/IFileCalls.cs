namespace EtcdDefrag.Storage;

/// <summary>Every call to the operating system that the rewrite of a file needs; the crash tests put a
/// model disk in its place.</summary>
/// <remarks>Each method is one system call. All throw <see cref="FileCallException"/> with the call's
/// error; paths are absolute.</remarks>
public interface IFileCalls
{
    /// <summary>The path without symbolic links; all of it must exist.</summary>
    string ResolveLinks(string path);

    /// <summary>Opens an existing file or folder. Never creates one.</summary>
    /// <param name="path">The path.</param>
    /// <param name="writable">For reading and writing instead of reading alone.</param>
    /// <returns>The descriptor; not inherited by child processes.</returns>
    int Open(string path, bool writable);

    /// <summary>Creates a file with mode 0600 for reading and writing; fails with <see cref="Errno.Exists"/>
    /// where something is there.</summary>
    int Create(string path);

    /// <summary>Closes a descriptor, and with it gives its lock back. Never fails: what a close could report, a flush
    /// has reported before.</summary>
    void Close(int descriptor);

    /// <summary>Reads at an offset.</summary>
    /// <returns>How many bytes were read; fewer than asked for are normal; 0 at the end of the file.</returns>
    int Read(int descriptor, long offset, Span<byte> buffer);

    /// <summary>Writes at an offset.</summary>
    /// <returns>How many bytes were written; may be fewer than given.</returns>
    int Write(int descriptor, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Sets the file's size.</summary>
    void Truncate(int descriptor, long size);

    /// <summary>Waits until the file's content and metadata are on the disk. Of a folder: its entries.</summary>
    void Flush(int descriptor);

    /// <summary>Begins to write a range to the disk and does not wait for it. A hint.</summary>
    void BeginFlush(int descriptor, long offset, long length);

    /// <summary>Reserves disk space from the file's start without a change of its size.</summary>
    void Reserve(int descriptor, long length);

    /// <summary>Tells that a range will be read soon. A hint: never fails.</summary>
    void WillNeed(int descriptor, long offset, long length);

    /// <summary>Takes the lock that bbolt takes (<c>flock</c>), without waiting.</summary>
    /// <returns>False: somebody else holds it.</returns>
    bool TryLock(int descriptor, bool exclusive);

    /// <summary>What stands at a path; links are followed. Null: nothing.</summary>
    FileFacts? Stat(string path);

    /// <summary>What a descriptor refers to.</summary>
    FileFacts Stat(int descriptor);

    /// <summary>Sets owner and group.</summary>
    void ChangeOwner(int descriptor, uint user, uint group);

    /// <summary>Sets the permission bits.</summary>
    void ChangeMode(int descriptor, uint mode);

    /// <summary>The names of the extended attributes that we may see; none where the file system has no such thing.</summary>
    IReadOnlyList<string> AttributeNames(int descriptor);

    /// <summary>The value of an extended attribute; null: it is gone.</summary>
    byte[]? Attribute(int descriptor, string name);

    /// <summary>Sets an extended attribute.</summary>
    void SetAttribute(int descriptor, string name, ReadOnlySpan<byte> value);

    /// <summary>Renames a file within its file system.</summary>
    /// <param name="from">Its path.</param>
    /// <param name="to">Its new path.</param>
    /// <param name="replace">What is at the new path loses that name, at one instant; false: <see cref="Errno.Exists"/>
    /// where something is there.</param>
    void Rename(string from, string to, bool replace);

    /// <summary>Removes a name of a file.</summary>
    void Remove(string path);

    /// <summary>Makes a file share another's blocks (reflink).</summary>
    void Clone(int from, int to);

    /// <summary>Bytes that an ordinary user may still write on the file system.</summary>
    long FreeBytes(int descriptor);
}

/// <summary>What <c>stat</c> tells of a file.</summary>
/// <param name="Device">The device, as <c>makedev</c> has it: major in the upper half.</param>
/// <param name="Inode">The number of the file on it.</param>
/// <param name="Kind">File, folder or something else.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Mode">The permission bits, 0 to 07777.</param>
/// <param name="User">The owner.</param>
/// <param name="Group">The owner's group.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Modified">The time of the last change of content, in nanoseconds since 1970.</param>
/// <param name="AllocatedBytes">Bytes of disk that it takes; fewer than its size where it has holes.</param>
public sealed record FileFacts(ulong Device, ulong Inode, FileKind Kind, long Size, uint Mode, uint User, uint Group, uint Links,
    Int128 Modified, long AllocatedBytes)
{
    /// <summary>Whether both are the same file, whatever their names.</summary>
    public bool IsSameFile(FileFacts? other) => other is not null && Device == other.Device && Inode == other.Inode;
}

/// <summary>What a path leads to.</summary>
public enum FileKind
{
    /// <summary>A pipe, a socket, a device.</summary>
    Other,

    /// <summary>A file with content.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}
