using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Writes a whole database from buckets and keys in order.</summary>
public sealed class BulkLoader : IDisposable
{
    private const int MetaPages = 2;

    private readonly PageWriter _writer;
    private readonly TreeBuilder _top;
    private readonly Stack<(byte[] Name, ulong Sequence, TreeBuilder Tree)> _open = new();

    /// <summary>Begins a file.</summary>
    /// <param name="sink">Where to; empty.</param>
    /// <param name="pageSize">Bytes of a page: a power of two from 1 KiB to 64 KiB.</param>
    public BulkLoader(IPageSink sink, int pageSize)
    {
        _writer = new PageWriter(sink, pageSize);
        _top = new TreeBuilder(_writer);
        _ = _writer.Begin(MetaPages * (long)pageSize);
        for (var i = 0; i < MetaPages; i++)
        {
            _writer.Append(new byte[pageSize]);
        }
    }

    /// <summary>How many bytes were written so far.</summary>
    public long Bytes => (long)_writer.Next * _writer.PageSize;

    /// <summary>Begins a bucket, at the top level or within the one that is open.</summary>
    /// <param name="name">Its name, larger than all keys before it in the bucket around it.</param>
    /// <param name="sequence">bbolt's sequence of it.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The stack owns it.")]
    public void BeginBucket(ReadOnlySpan<byte> name, ulong sequence) =>
        _open.Push((name.ToArray(), sequence, new TreeBuilder(_writer)));

    /// <summary>Adds a key to the bucket that is open.</summary>
    /// <param name="key">The key, larger than all before it.</param>
    /// <param name="value">Its value.</param>
    public void Add(ReadOnlySpan<byte> key, ValueBytes value) => _open.Peek().Tree.Add(key, value, isBucket: false);

    /// <summary>Ends the bucket that is open.</summary>
    public void EndBucket()
    {
        var (name, sequence, tree) = _open.Pop();
        using (tree)
        {
            var inline = tree.TryInline();
            var value = new byte[16 + (inline?.Length ?? 0)];
            BinaryPrimitives.WriteUInt64LittleEndian(value, inline is null ? tree.Finish() : 0);
            BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(8), sequence);
            inline?.CopyTo(value, 16);
            var parent = _open.TryPeek(out var around) ? around.Tree : _top;
            parent.Add(name, new ValueBytes(value), isBucket: true);
        }
    }

    /// <summary>Writes what is open, and the meta pages.</summary>
    /// <param name="sequence">The root bucket's sequence.</param>
    /// <returns>How many pages the file has.</returns>
    public long Finish(ulong sequence)
    {
        var root = _top.Finish();

        // A list without any page: with one, bbolt need not look through the whole file to find what is free.
        var freelist = _writer.Begin(PageHeader.Size);
        Span<byte> header = stackalloc byte[PageHeader.Size];
        new PageHeader(freelist, (ushort)PageKind.Freelist, 0, 0).Write(header);
        _writer.Append(header);
        _writer.End();

        var metas = new byte[MetaPages * _writer.PageSize];
        for (var i = 0; i < MetaPages; i++)
        {
            var meta = new MetaPage(_writer.PageSize, root, sequence, freelist, _writer.Next, (ulong)i);
            meta.Write(metas.AsSpan(i * _writer.PageSize));
        }

        _writer.Replace(0, metas);
        return (long)_writer.Next;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _top.Dispose();
        foreach (var (_, _, tree) in _open)
        {
            tree.Dispose();
        }
    }
}
