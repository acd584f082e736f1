using System.Buffers;

namespace EtcdDefrag.Core.Bolt;

/// <summary>A branch page on the way down to a cursor's leaf, and which of its children the way goes through.</summary>
internal sealed class BranchInHand
{
    // Reading a few pages of garbage costs less than another call; many cost more.
    private const int LargestGap = 16;

    private readonly byte[] _bytes;
    private readonly int _count;
    private int _index = -1;

    /// <summary>A page that <see cref="BranchView.Check"/> has found right, before its first child. It is copied.</summary>
    public BranchInHand(ReadOnlySpan<byte> page, int count)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(page.Length);
        page.CopyTo(_bytes);
        _count = count;
    }

    /// <summary>The child's page.</summary>
    public ulong Child => View.Child(_index);

    /// <summary>The key that the page names for the child.</summary>
    public ReadOnlySpan<byte> Key => View.Key(_index);

    /// <summary>Whether a child follows this one.</summary>
    public bool HasNext => _index + 1 < _count;

    /// <summary>The key of the child that follows.</summary>
    public ReadOnlySpan<byte> NextKey => View.Key(_index + 1);

    private BranchView View => new(_bytes, _count);

    /// <summary>Goes on to the next child.</summary>
    public bool MoveNext() => ++_index < _count;

    public void Release() => ArrayPool<byte>.Shared.Return(_bytes);

    /// <summary>How many pages to read from a child on, so that the next children that lie close behind it come along.</summary>
    /// <param name="page">The child.</param>
    /// <param name="pages">How many pages each child takes, as far as is known.</param>
    /// <param name="most">The most pages to read.</param>
    public long Neighbours(long page, long pages, long most)
    {
        var last = page;
        for (var i = _index + 1; i < _count; i++)
        {
            var next = View.Child(i);
            if (next <= (ulong)last || next > (ulong)(last + pages + LargestGap) || (long)next + pages - page > most)
            {
                break;
            }

            last = (long)next;
        }

        return last + pages - page;
    }

    /// <summary>Tells the file which pages come next, in the order in which they lie in it.</summary>
    public void Hint(BoltFile file)
    {
        var children = ArrayPool<ulong>.Shared.Rent(_count);
        for (var i = 0; i < _count; i++)
        {
            children[i] = View.Child(i);
        }

        Array.Sort(children, 0, _count);
        var first = children[0];
        for (var i = 1; i <= _count; i++)
        {
            if (i == _count || children[i] - children[i - 1] > LargestGap)
            {
                if (children[i - 1] < (ulong)file.Pages)
                {
                    file.Source.WillNeed((long)first * file.PageSize, (long)(children[i - 1] - first + 1) * file.PageSize);
                }

                first = i < _count ? children[i] : 0;
            }
        }

        ArrayPool<ulong>.Shared.Return(children);
    }
}
