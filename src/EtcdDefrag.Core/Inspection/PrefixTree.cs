namespace EtcdDefrag.Core.Inspection;

/// <summary>Finds the prefix that a key is counted under. Takes at most some megabytes: a level has room for so many prefixes.</summary>
/// <remarks>Once a level is full, keys of further prefixes are counted under the prefix around them.</remarks>
internal sealed class PrefixTree
{
    /// <summary>The most steps that a key is divided into.</summary>
    public const int MostLevels = 16;

    private const int LongestName = 256;

    // Chosen: 40,000 prefixes of some 150 bytes.
    private static readonly int[] Room = [1_000, 5_000, 26_000, 8_000];

    private readonly Dictionary<ulong, PrefixNode> _nodes = [];
    private readonly int[] _used = new int[Room.Length];
    private readonly ulong _seed;
    private readonly int _levels;

    /// <summary>A tree without any key.</summary>
    /// <param name="seed">For hashes.</param>
    /// <param name="levels">How many levels are told apart.</param>
    /// <param name="inside">Keys without this prefix are not counted.</param>
    public PrefixTree(ulong seed, int levels, byte[] inside)
    {
        _seed = seed;
        _levels = Math.Min(levels, MostLevels);
        Root = new PrefixNode(null, inside, isShared: false, KeySegments.IsKubernetes(inside));
    }

    /// <summary>All keys.</summary>
    public PrefixNode Root { get; }

    /// <summary>Whether there were more prefixes than there is room for.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The deepest prefix of a key; the same each time. Null: the key is not counted.</summary>
    public PrefixNode? Find(ReadOnlySpan<byte> key)
    {
        if (!key.StartsWith(Root.Name))
        {
            return null;
        }

        Span<int> ends = stackalloc int[_levels];
        var count = KeySegments.Find(key, Root.Name.Length, ends);
        while (count > 0 && ends[count - 1] > LongestName)
        {
            count--;
        }

        if (count == 0)
        {
            return Root;
        }

        if (!_nodes.TryGetValue(HashOf(key, ends[count - 1]), out var node))
        {
            node = Add(key, ends[..count]);
        }

        for (var shared = node; shared.IsShared; shared = shared.Parent!)
        {
            shared.Share(key);
        }

        return node;
    }

    /// <summary>Adds up what is under each prefix.</summary>
    public void Sum()
    {
        foreach (var node in _nodes.Values.Append(Root))
        {
            node.All = node.Own;
        }

        foreach (var node in _nodes.Values.OrderByDescending(node => node.Level))
        {
            node.Parent!.All.Add(node.All);
        }
    }

    private PrefixNode Add(ReadOnlySpan<byte> key, ReadOnlySpan<int> ends)
    {
        var node = Root;
        foreach (var end in ends)
        {
            var hash = HashOf(key, end);
            if (_nodes.TryGetValue(hash, out var known))
            {
                node = known;
                continue;
            }

            var level = Math.Min(node.Level, Room.Length - 1);
            if (_used[level] == Room[level])
            {
                IsFull = true;
                return node;
            }

            _used[level]++;
            var isShared = key[end - 1] != '/';
            var name = key[..(isShared ? Math.Min(key.Length, LongestName) : end)].ToArray();
            var child = new PrefixNode(node, name, isShared, KeySegments.IsKubernetes(key));
            node.Children.Add(child);
            _nodes.Add(hash, child);
            node = child;
        }

        return node;
    }

    private ulong HashOf(ReadOnlySpan<byte> key, int end) => KeyHash.Of(key[..end], _seed);
}
