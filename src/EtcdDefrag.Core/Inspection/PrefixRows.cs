namespace EtcdDefrag.Core.Inspection;

/// <summary>A line of the table of prefixes.</summary>
/// <param name="Prefix">What the keys begin with.</param>
/// <param name="IsRest">Only keys that are in none of the longer prefixes that are listed.</param>
/// <param name="Counts">What they take.</param>
public sealed record PrefixRow(ReadOnlyMemory<byte> Prefix, bool IsRest, KeyCounts Counts);

/// <summary>A line of the table with the prefixes in it.</summary>
/// <param name="Row">The line.</param>
/// <param name="Cells">The prefixes one step further in, the largest first; together they are the line.</param>
public sealed record PrefixGroup(PrefixRow Row, IReadOnlyList<PrefixRow> Cells);

/// <summary>Chooses the prefixes that show most.</summary>
public static class PrefixRows
{
    private const int ResourceLevel = 2;
    private const int UsualTop = 20;

    /// <summary>The prefixes, none within another one, sorted; together they hold every key.</summary>
    /// <param name="keyspace">What was counted.</param>
    /// <param name="options">What is asked for.</param>
    public static IReadOnlyList<PrefixRow> Of(KeyspaceFacts keyspace, InspectOptions options) =>
        [.. Sorted(Lines(keyspace, options), options.Order).Select(RowOf)];

    /// <summary>The same, each with the prefixes in it, sorted by size.</summary>
    public static IReadOnlyList<PrefixGroup> Nested(KeyspaceFacts keyspace, InspectOptions options) =>
    [
        .. Sorted(Lines(keyspace, options), PrefixOrder.Size).Select(line => new PrefixGroup(
            RowOf(line), line.IsRest ? [RowOf(line)] : [.. Sorted(Open(line), PrefixOrder.Size).Select(RowOf)])),
    ];

    /// <summary>The same by resource: of Kubernetes by kind of object, else by the first step of the key.</summary>
    public static IReadOnlyList<PrefixRow> ByResource(KeyspaceFacts keyspace) =>
        [.. Sorted(Resources(keyspace.Tree.Root), PrefixOrder.Size).Select(RowOf)];

    private static IEnumerable<Line> Lines(KeyspaceFacts keyspace, InspectOptions options) => options.Depth is { } depth
        ? AtLevel(keyspace.Tree.Root, depth)
        : Best(keyspace.Tree.Root, options.Top == 0 ? UsualTop : options.Top);

    private static PrefixRow RowOf(Line line) => new(line.Node.Name, line.IsRest, line.Counts);

    private static IEnumerable<Line> Sorted(IEnumerable<Line> lines, PrefixOrder order) =>
        lines.Where(line => line.Counts.LiveKeys + line.Counts.OldRevisions > 0)
            .OrderByDescending(line => order switch
            {
                PrefixOrder.Live => line.Counts.LiveBytes,
                PrefixOrder.Old => line.Counts.OldBytes,
                PrefixOrder.Keys => line.Counts.LiveKeys,
                PrefixOrder.Largest => line.Counts.LargestValue,
                _ => line.Counts.Bytes,
            })
            .ThenBy(line => line.Node.Name, Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));

    private static IEnumerable<Line> AtLevel(PrefixNode node, int level) => node.Level == level || node.Children.Count == 0
        ? [new Line(node, false)]
        : node.Children.SelectMany(child => AtLevel(child, level)).Append(new Line(node, true));

    private static IEnumerable<Line> Resources(PrefixNode root) => Open(new Line(root, false)).SelectMany(line =>
        line is { IsRest: false, Node: { IsKubernetes: true, Level: < ResourceLevel } } ? Open(line) : [line]);

    // Goes into a prefix that has more than half of all bytes, as long as the largest of those in it show something.
    private static List<Line> Best(PrefixNode root, int top)
    {
        var lines = root.IsKubernetes ? [.. Open(new Line(root, false))] : Resources(root).ToList();
        for (var again = true; again;)
        {
            again = false;
            foreach (var line in lines.Where(line => !line.IsRest && IsWorthOpening(line.Node, root, top)).ToArray())
            {
                lines.Remove(line);
                lines.AddRange(Open(line));
                again = true;
            }
        }

        return lines;
    }

    private static bool IsWorthOpening(PrefixNode node, PrefixNode root, int top)
    {
        if (node.Children.Count == 0 || (node.IsKubernetes && node.Level >= ResourceLevel))
        {
            return false;
        }

        var isStep = node.Children.Count == 1 && node.Own == default;
        var shown = node.Children.Select(child => child.All.Bytes).OrderDescending().Take(top).Sum();
        return isStep || (node.All.Bytes > root.All.Bytes / 2 && shown > node.All.Bytes / 2);
    }

    private static IEnumerable<Line> Open(Line line) =>
        line.Node.Children.Select(child => new Line(child, false)).Append(new Line(line.Node, line.Node.Children.Count > 0));

    private readonly record struct Line(PrefixNode Node, bool IsRest)
    {
        public KeyCounts Counts => IsRest ? Node.Own : Node.All;
    }
}
