using EtcdDefrag.Storage;

namespace EtcdDefrag.Testing.Storage;

/// <summary>A file system in memory that knows what is on the disk already and what only in the page cache.</summary>
/// <remarks>
/// What a power cut leaves: of each file the content of its last flush, or anything of what was written since; of each name the one of the
/// folder's last flush, or the one since. The order of the two is not kept: a rename may be on the disk before the data of the renamed file.
/// </remarks>
public sealed class ModelDisk : IFileCalls
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Node> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _namesOnDisk = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Handle> _handles = [];
    private readonly Dictionary<Node, (int Holders, bool Exclusive)> _locks = [];
    private int _nextHandle = 3;
    private ulong _nextInode = 1;
    private long _clock;

    /// <summary>Bytes left on the disk.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Whether it changes a bit of the next large write, as bad memory does.</summary>
    public bool Lies { get; set; }

    /// <summary>The files' paths, as processes see them.</summary>
    public IReadOnlyList<string> Paths => [.. _names.Keys.Order(StringComparer.Ordinal)];

    /// <summary>How many descriptors are open.</summary>
    public int OpenDescriptors => _handles.Count;

    /// <summary>Puts a file there, on the disk already.</summary>
    public void Add(string path, byte[] content, uint mode = 0x180, uint user = 0, uint group = 0)
    {
        var node = new Node(_nextInode++) { Now = [.. content], OnDisk = [.. content], Mode = mode, User = user, Group = group };
        _names[path] = _namesOnDisk[path] = node;
    }

    /// <summary>A file's content as processes see it; null: there is none.</summary>
    public byte[]? Content(string path) => _names.GetValueOrDefault(path)?.Now;

    /// <summary>Sets an attribute as somebody else does.</summary>
    public void SetAttributeOf(string path, string name, byte[] value) => _names[path].Attributes[name] = value;

    /// <summary>Mode, owner and attributes of a file, for comparing.</summary>
    public string Describe(string path)
    {
        var node = _names[path];
        return $"{node.Mode:x} {node.User}:{node.Group} {string.Join(',', node.Attributes.Select(one => $"{one.Key}={Convert.ToHexString(one.Value)}"))}";
    }

    /// <summary>Gives a file another name.</summary>
    public void Link(string path, string other) => _names[other] = _namesOnDisk[other] = _names[path];

    /// <summary>Everything that may stand at this path after a power cut now; null: nothing.</summary>
    public IReadOnlyList<byte[]?> AfterPowerCut(string path)
    {
        lock (_lock)
        {
            var nodes = new[] { _names.GetValueOrDefault(path), _namesOnDisk.GetValueOrDefault(path) }.Distinct();
            return [.. nodes.SelectMany(node => node is null ? [null] : Contents(node))];
        }
    }

    public string ResolveLinks(string path) => _names.ContainsKey(path) ? path : throw new FileCallException("open", Errno.NotFound, path);

    public int Open(string path, bool writable)
    {
        lock (_lock)
        {
            if (IsFolder(path))
            {
                return New(new Handle(null));
            }

            return New(new Handle(_names.GetValueOrDefault(path) ?? throw new FileCallException("open", Errno.NotFound, path)));
        }
    }

    public int Create(string path)
    {
        lock (_lock)
        {
            var node = new Node(_nextInode++) { Mode = 0x180 };
            return _names.TryAdd(path, node) ? New(new Handle(node)) : throw new FileCallException("create", Errno.Exists, path);
        }
    }

    public void Close(int descriptor)
    {
        lock (_lock)
        {
            if (_handles.Remove(descriptor, out var handle) && handle is { IsLocked: true, Node: { } node })
            {
                var (holders, exclusive) = _locks[node];
                _locks[node] = (holders - 1, exclusive);
            }
        }
    }

    public int Read(int descriptor, long offset, Span<byte> buffer)
    {
        lock (_lock)
        {
            var now = File(descriptor).Now;
            var count = (int)Math.Clamp(now.Length - offset, 0, buffer.Length);
            now.AsSpan((int)Math.Min(offset, now.Length), count).CopyTo(buffer);
            return count;
        }
    }

    public int Write(int descriptor, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var node = File(descriptor);
            var grow = Math.Max(0, offset + bytes.Length - Math.Max(node.Now.Length, node.Reserved));
            if (grow > Room)
            {
                throw new FileCallException("write", Errno.NoSpace);
            }

            Room -= grow;
            if (offset + bytes.Length > node.Now.Length)
            {
                Array.Resize(ref node.Now, (int)offset + bytes.Length);
            }

            bytes.CopyTo(node.Now.AsSpan((int)offset));
            if (Lies && bytes.Length > 600_000)
            {
                node.Now[offset + 500_000] ^= 0x10;
                Lies = false;
            }

            node.Modified = ++_clock;
            return bytes.Length;
        }
    }

    public void Truncate(int descriptor, long size)
    {
        lock (_lock)
        {
            Array.Resize(ref File(descriptor).Now, (int)size);
        }
    }

    public void Flush(int descriptor)
    {
        lock (_lock)
        {
            if (_handles[descriptor].Node is { } node)
            {
                node.OnDisk = [.. node.Now];
                return;
            }

            _namesOnDisk.Clear();
            foreach (var (path, named) in _names)
            {
                _namesOnDisk[path] = named;
            }
        }
    }

    public void BeginFlush(int descriptor, long offset, long length)
    {
    }

    public void Reserve(int descriptor, long length)
    {
        lock (_lock)
        {
            if (length > Room)
            {
                throw new FileCallException("fallocate", Errno.NoSpace);
            }

            Room -= length;
            File(descriptor).Reserved = length;
        }
    }

    public void WillNeed(int descriptor, long offset, long length)
    {
    }

    public bool TryLock(int descriptor, bool exclusive)
    {
        lock (_lock)
        {
            var handle = _handles[descriptor];
            var (holders, isExclusive) = _locks.GetValueOrDefault(handle.Node!);
            if (holders > 0 && (exclusive || isExclusive))
            {
                return false;
            }

            _locks[handle.Node!] = (holders + 1, exclusive);
            handle.IsLocked = true;
            return true;
        }
    }

    public FileFacts? Stat(string path)
    {
        lock (_lock)
        {
            return IsFolder(path) ? new FileFacts(1, 0, FileKind.Folder, 0, 0x1ed, 0, 0, 1, 0, 0) : _names.TryGetValue(path, out var node) ? Facts(node) : null;
        }
    }

    public FileFacts Stat(int descriptor)
    {
        lock (_lock)
        {
            return Facts(File(descriptor));
        }
    }

    public void ChangeOwner(int descriptor, uint user, uint group) => (File(descriptor).User, File(descriptor).Group) = (user, group);

    public void ChangeMode(int descriptor, uint mode) => File(descriptor).Mode = mode;

    public IReadOnlyList<string> AttributeNames(int descriptor) => [.. File(descriptor).Attributes.Keys];

    public byte[]? Attribute(int descriptor, string name) => File(descriptor).Attributes.GetValueOrDefault(name);

    public void SetAttribute(int descriptor, string name, ReadOnlySpan<byte> value) => File(descriptor).Attributes[name] = value.ToArray();

    public void Rename(string from, string to, bool replace)
    {
        lock (_lock)
        {
            if (!replace && _names.ContainsKey(to))
            {
                throw new FileCallException("rename", Errno.Exists, to);
            }

            _names[to] = _names[from];
            _names.Remove(from);
        }
    }

    public void Remove(string path)
    {
        lock (_lock)
        {
            _names.Remove(path);
        }
    }

    public void Clone(int from, int to) => throw new FileCallException("clone", Errno.NotSupported);

    public long FreeBytes(int descriptor) => Room;

    private static IEnumerable<byte[]?> Contents(Node node)
    {
        yield return node.OnDisk;
        yield return node.Now;
        if (!node.Now.AsSpan().SequenceEqual(node.OnDisk))
        {
            // The file's length is there, and half of what was written.
            var torn = new byte[node.Now.Length];
            node.OnDisk.AsSpan(0, Math.Min(node.OnDisk.Length, torn.Length)).CopyTo(torn);
            node.Now.AsSpan(0, node.Now.Length / 2).CopyTo(torn);
            yield return torn;
        }
    }

    private int New(Handle handle)
    {
        _handles[_nextHandle] = handle;
        return _nextHandle++;
    }

    private Node File(int descriptor) => _handles[descriptor].Node ?? throw new FileCallException("read", Errno.InputOutput);

    private bool IsFolder(string path) => path == "/" || _names.Keys.Any(name => name.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));

    private FileFacts Facts(Node node) => new(
        1, node.Inode, FileKind.File, node.Now.Length, node.Mode, node.User, node.Group, (uint)_names.Values.Count(named => named == node), node.Modified, node.Now.Length);

    private sealed class Node(ulong inode)
    {
        public ulong Inode => inode;

        public byte[] Now = [];

        public byte[] OnDisk { get; set; } = [];

        public uint Mode { get; set; }

        public uint User { get; set; }

        public uint Group { get; set; }

        public long Modified { get; set; }

        public long Reserved { get; set; }

        public Dictionary<string, byte[]> Attributes { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Handle(Node? node)
    {
        /// <summary>Null: a folder.</summary>
        public Node? Node => node;

        public bool IsLocked { get; set; }
    }
}
