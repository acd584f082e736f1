using System.Buffers.Binary;

namespace EtcdDefrag.Core.Bolt;

/// <summary>The open branch page of one level of a tree.</summary>
/// <remarks>
/// A branch page never has one child. bbolt reads such a page and its check accepts it, but etcd panics when it first
/// deletes there. So the last child of a full page is held back for the next page, which then begins with two.
/// </remarks>
/// <param name="writer">Where pages go.</param>
internal sealed class BranchBuilder(PageWriter writer)
{
    private const int FewestChildren = 2;
    private const int MostChildren = 0xFFFE;

    private readonly List<(ulong Page, int KeySize)> _children = [];
    private byte[] _keys = new byte[writer.PageSize];
    private byte[] _head = new byte[writer.PageSize];
    private int _keysLength;

    /// <summary>How many children the open page has.</summary>
    public int Count => _children.Count;

    /// <summary>Whether pages of this level were written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>The only child, where there is one child.</summary>
    public ulong First => _children[0].Page;

    /// <summary>Whether one more child would need one more page, and the open page can be written.</summary>
    public bool IsFull(int keySize) =>
        _children.Count > FewestChildren
        && (Size(_children.Count + 1, _keysLength + keySize) > writer.PageSize || _children.Count == MostChildren);

    /// <summary>Adds a child.</summary>
    public void Add(ReadOnlySpan<byte> key, ulong page)
    {
        if (_keysLength + key.Length > _keys.Length)
        {
            Array.Resize(ref _keys, Math.Max(2 * _keys.Length, _keysLength + key.Length));
        }

        key.CopyTo(_keys.AsSpan(_keysLength));
        _keysLength += key.Length;
        _children.Add((page, key.Length));
    }

    /// <summary>Writes the first children as a page and forgets them.</summary>
    /// <param name="count">How many: all, or all but the last.</param>
    /// <param name="firstKey">The first one's key.</param>
    /// <returns>The page's number.</returns>
    public ulong Write(int count, out byte[] firstKey)
    {
        var keys = 0;
        for (var i = 0; i < count; i++)
        {
            keys += _children[i].KeySize;
        }

        var size = Size(count, keys);
        var page = writer.Begin(size);
        WriteHead(count, page, size);
        writer.Append(_keys.AsSpan(0, keys));
        writer.End();
        HasWritten = true;

        firstKey = _keys[.._children[0].KeySize];
        _keys.AsSpan(keys, _keysLength - keys).CopyTo(_keys);
        _keysLength -= keys;
        _children.RemoveRange(0, count);
        return page;
    }

    private static int Size(int count, int keys) => PageHeader.Size + (count * PageHeader.ElementSize) + keys;

    private void WriteHead(int count, ulong page, int size)
    {
        var length = Size(count, 0);
        if (_head.Length < length)
        {
            _head = new byte[length];
        }

        new PageHeader(page, (ushort)PageKind.Branch, (ushort)count, (uint)(writer.PagesFor(size) - 1)).Write(_head);
        var key = length;
        for (var i = 0; i < count; i++)
        {
            var start = Size(i, 0);
            var element = _head.AsSpan(start);
            BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)(key - start));
            BinaryPrimitives.WriteUInt32LittleEndian(element[4..], (uint)_children[i].KeySize);
            BinaryPrimitives.WriteUInt64LittleEndian(element[8..], _children[i].Page);
            key += _children[i].KeySize;
        }

        writer.Append(_head.AsSpan(0, length));
    }
}
