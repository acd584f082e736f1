using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Takes keys in order and cuts them into leaf pages that waste little.</summary>
/// <remarks>
/// With values a little larger than a page, one key a leaf would waste half of the space. So a leaf grows until it ends close
/// enough to the end of a page, up to eight pages; then it is cut where it was closest. bbolt splits such a leaf when it
/// first changes it.
/// </remarks>
internal sealed class LeafBuilder : IDisposable
{
    private const int MostPages = 8;
    private const double WellFilled = 0.94;
    private const int MostKeys = 0xFFFE;

    private readonly PageWriter _writer;
    private readonly Action<ReadOnlySpan<byte>, ulong> _written;
    private readonly List<Item> _items = [];
    private readonly byte[] _data;
    private byte[] _table = [];
    private int _dataLength;

    // How many of the items were weighed, the bytes of the leaf up to there, and the best place to cut before that.
    private int _weighed;
    private long _size = PageHeader.Size;
    private int _best;
    private double _bestFilling;

    /// <summary>A builder without any key.</summary>
    /// <param name="writer">Where pages go.</param>
    /// <param name="written">Is told of each page: its first key, and its number.</param>
    public LeafBuilder(PageWriter writer, Action<ReadOnlySpan<byte>, ulong> written)
    {
        _writer = writer;
        _written = written;
        _data = ArrayPool<byte>.Shared.Rent((2 * MostPages * writer.PageSize) + PageHeader.LongestKey);
    }

    /// <summary>Whether a bucket is among the keys of the leaf in hand.</summary>
    public bool HasBuckets { get; private set; }

    /// <summary>How many keys the leaf in hand has.</summary>
    public int Count => _items.Count;

    /// <summary>Bytes of the leaf in hand.</summary>
    public int Size => PageHeader.Size + (_items.Count * PageHeader.ElementSize) + _dataLength;

    /// <summary>Adds a key, larger than all before.</summary>
    public void Add(ReadOnlySpan<byte> key, ValueBytes value, bool isBucket)
    {
        HasBuckets |= isBucket;
        var item = new Item(key.Length, (uint)value.Length, isBucket);
        if (_writer.PagesFor(item.Size) > MostPages)
        {
            AddLarge(item, key, value);
            return;
        }

        key.CopyTo(_data.AsSpan(_dataLength));
        _dataLength += key.Length;
        for (long at = 0; at < value.Length;)
        {
            var piece = value.Piece(at);
            piece.CopyTo(_data.AsSpan(_dataLength));
            _dataLength += piece.Length;
            at += piece.Length;
        }

        _items.Add(item);
        Weigh();
    }

    /// <summary>Writes the leaf in hand, also one without any key.</summary>
    public void Flush() => Cut(_items.Count);

    /// <summary>The leaf in hand as a page within a value: header, elements, keys and values.</summary>
    public byte[] ToInline()
    {
        var page = new byte[Size];
        WriteTable(page, _items.Count, 0, 0, null);
        _data.AsSpan(0, _dataLength).CopyTo(page.AsSpan(Size - _dataLength));
        return page;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_data);

    // Looks at every item that was not weighed yet: does the leaf end before it?
    private void Weigh()
    {
        while (_weighed < _items.Count)
        {
            var with = _size + _items[_weighed].Size;
            var pages = _writer.PagesFor(_size);
            if (_weighed > 0 && (_writer.PagesFor(with) > pages || _weighed == MostKeys))
            {
                var filling = Filling(_size);
                if (filling > _bestFilling)
                {
                    (_best, _bestFilling) = (_weighed, filling);
                }

                if (filling >= WellFilled || _writer.PagesFor(with) > MostPages || _weighed == MostKeys)
                {
                    Cut(_best);
                    continue;
                }
            }

            _size = with;
            _weighed++;
        }
    }

    // An item larger than eight pages ends its leaf. Its value goes from file to file without being held in memory.
    private void AddLarge(Item item, ReadOnlySpan<byte> key, ValueBytes value)
    {
        if (_items.Count > 0 && Filling(Size + item.Size) < WellFilled)
        {
            Flush();
        }

        var first = _items.Count > 0 ? _data.AsSpan(0, _items[0].KeySize) : key;
        var size = Size + item.Size;
        var page = _writer.Begin(size);
        WriteHead(_items.Count, page, size, item);
        _writer.Append(_data.AsSpan(0, _dataLength));
        _writer.Append(key);
        for (long at = 0; at < value.Length;)
        {
            var piece = value.Piece(at);
            _writer.Append(piece);
            at += piece.Length;
        }

        _writer.End();
        _written(first, page);
        Forget(_items.Count, _dataLength);
    }

    private void Cut(int count)
    {
        var data = 0;
        foreach (var item in CollectionsMarshal.AsSpan(_items)[..count])
        {
            data += item.KeySize + (int)item.ValueSize;
        }

        var size = PageHeader.Size + (count * PageHeader.ElementSize) + data;
        var page = _writer.Begin(size);
        WriteHead(count, page, size, null);
        _writer.Append(_data.AsSpan(0, data));
        _writer.End();
        _written(count > 0 ? _data.AsSpan(0, _items[0].KeySize) : [], page);
        Forget(count, data);
    }

    private void Forget(int count, int data)
    {
        _data.AsSpan(data, _dataLength - data).CopyTo(_data);
        _dataLength -= data;
        _items.RemoveRange(0, count);
        (_weighed, _size, _best, _bestFilling) = (0, PageHeader.Size, 0, 0);
    }

    private double Filling(long size) => (double)size / (_writer.PagesFor(size) * _writer.PageSize);

    private void WriteHead(int count, ulong page, long size, Item? large)
    {
        var length = PageHeader.Size + ((count + (large is null ? 0 : 1)) * PageHeader.ElementSize);
        if (_table.Length < length)
        {
            _table = new byte[Math.Max(length, 2 * _table.Length)];
        }

        WriteTable(_table, count, page, (uint)(_writer.PagesFor(size) - 1), large);
        _writer.Append(_table.AsSpan(0, length));
    }

    private void WriteTable(Span<byte> table, int count, ulong page, uint overflow, Item? large)
    {
        var all = count + (large is null ? 0 : 1);
        new PageHeader(page, (ushort)PageKind.Leaf, (ushort)all, overflow).Write(table);
        var data = (uint)(PageHeader.Size + (all * PageHeader.ElementSize));
        for (var i = 0; i < all; i++)
        {
            var item = i < count ? _items[i] : large!.Value;
            var start = PageHeader.Size + (i * PageHeader.ElementSize);
            var element = table[start..];
            BinaryPrimitives.WriteUInt32LittleEndian(element, item.IsBucket ? 1u : 0);
            BinaryPrimitives.WriteUInt32LittleEndian(element[4..], data - (uint)start);
            BinaryPrimitives.WriteUInt32LittleEndian(element[8..], (uint)item.KeySize);
            BinaryPrimitives.WriteUInt32LittleEndian(element[12..], item.ValueSize);
            data += (uint)item.KeySize + item.ValueSize;
        }
    }

    private readonly record struct Item(int KeySize, uint ValueSize, bool IsBucket)
    {
        public long Size => (long)PageHeader.ElementSize + KeySize + ValueSize;
    }
}
