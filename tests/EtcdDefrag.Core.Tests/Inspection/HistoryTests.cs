using System.Text;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Tests.Bolt;
using Xunit;

namespace EtcdDefrag.Core.Tests.Inspection;

/// <summary>Random lives of an etcd, and what was counted in memory.</summary>
public sealed class HistoryTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void All_counts_are_those_of_the_model(int seed)
    {
        var history = Random(seed);
        var file = history.ToFile();
        var options = new InspectOptions { HashKv = true, Seed = (ulong)seed, Top = 0, TopKeys = 7 };

        var found = Inspect(file, options);

        Assert.True(found.Check.IsSound, string.Join('\n', found.Check.Texts()));
        Assert.Equal(history.Count(_ => true), found.Keyspace!.All);
        Assert.Equal(0, found.Keyspace.BrokenChains);
        Assert.Equal(history.HashKv(), found.HashKv);
        Assert.Equal(Reading.Rewrite(file).Bytes, found.AfterOffline);
        AssertRows(history, found, options);
        AssertRows(history, found, options with { Depth = 1 });
        AssertLists(history, found);

        var inside = options with { Prefix = "/registry/"u8.ToArray() };
        AssertRows(history, Inspect(file, inside), inside);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_compaction_to_the_current_revision_frees_the_old_ones(int seed)
    {
        var history = Random(seed);
        var before = Inspect(history.ToFile()).Keyspace!.All;

        history.Compact(history.Revision);

        var after = Inspect(history.ToFile()).Keyspace!.All;
        Assert.Equal((before.LiveKeys, before.LiveBytes, 0, 0), (after.LiveKeys, after.LiveBytes, after.OldRevisions, after.OldBytes));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_an_unfinished_compaction_still_removes_is_told(int seed)
    {
        var history = Random(seed);
        var to = history.Revision * 2 / 3;
        history.Compact(to, limit: 5);
        var found = Inspect(history.ToFile());

        Assert.Equal(history.IsFinished ? 0 : to, found.UnfinishedCompaction);
        var before = found.Keyspace!.All;
        history.Compact(to);
        var after = Inspect(history.ToFile()).Keyspace!.All;

        Assert.Equal(before.OldRevisions - after.OldRevisions, found.Keyspace.Pending.OldRevisions);
        Assert.Equal(before.OldBytes - after.OldBytes, found.Keyspace.Pending.OldBytes);
    }

    private static DatabaseInspection Inspect(byte[] file, InspectOptions? options = null) =>
        Inspector.Run(new MemoryFile(file), Reading.Etcd, options ?? new InspectOptions(), stop: TestContext.Current.CancellationToken);

    /// <summary>Each key is in exactly one row, and each row counts what begins with its prefix.</summary>
    private static void AssertRows(History history, DatabaseInspection found, InspectOptions options)
    {
        var prefix = Encoding.UTF8.GetString(options.Prefix.Span);
        var rows = PrefixRows.Of(found.Keyspace!, options);
        var names = rows.Where(row => !row.IsRest).Select(row => Encoding.UTF8.GetString(row.Prefix.Span)).ToArray();
        foreach (var row in rows.Where(row => !row.IsRest))
        {
            var name = Encoding.UTF8.GetString(row.Prefix.Span);
            Assert.Equal(history.Count(key => key.StartsWith(name, StringComparison.Ordinal)), row.Counts);
        }

        var sum = default(KeyCounts);
        foreach (var row in rows)
        {
            sum.Add(row.Counts);
        }

        Assert.Equal(history.Count(key => key.StartsWith(prefix, StringComparison.Ordinal)), sum);
        var rest = history.Count(key => key.StartsWith(prefix, StringComparison.Ordinal) && !names.Any(name => key.StartsWith(name, StringComparison.Ordinal)));
        Assert.Equal(rest.Bytes, rows.Where(row => row.IsRest).Sum(row => row.Counts.Bytes));
    }

    private static void AssertLists(History history, DatabaseInspection found)
    {
        Assert.Equal(
            history.LargestByKey.Values.OrderDescending().Take(7).Select(size => (long)size), found.Keyspace!.Largest.Select(fact => fact.ValueBytes));
        Assert.All(found.Keyspace.Largest, fact => Assert.Equal(history.LargestByKey[Name(fact)], fact.ValueBytes));
        Assert.Equal(
            history.RevisionsByKey.Values.Where(count => count > 1).OrderDescending().Take(7).Select(count => (long)count),
            found.Keyspace.MostRevisions.Select(fact => fact.Revisions));
        Assert.All(found.Keyspace.MostRevisions, fact => Assert.Equal(history.RevisionsByKey[Name(fact)], fact.Revisions));
        Assert.All(found.Keyspace.MostRevisions, fact => Assert.Equal(history.LiveKeys.Contains(Name(fact)), fact.IsLive));
        Assert.Equal(history.Count(_ => true).LiveKeys + history.Count(_ => true).OldRevisions - history.Count(_ => true).Tombstones, found.Keyspace.Values.All.Sum(range => range.Values));
    }

    private static string Name(KeyFact fact) => Encoding.UTF8.GetString(fact.Key.Span);

    private static History Random(int seed)
    {
        var random = new Random(seed);
        var history = new History();
        string[] prefixes = ["/registry/pods/default/", "/registry/pods/other/", "/registry/apps.example.com/things/a/", "/registry/services/specs/x/",
            "/app/users/", "/app/", "user:", "session_", "", "deep/1/2/3/4/5/6/"];
        for (var i = 0; i < 200; i++)
        {
            history.Transact(() =>
            {
                foreach (var key in Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{prefixes[random.Next(prefixes.Length)]}{random.Next(8)}").Distinct())
                {
                    if (random.Next(4) == 0)
                    {
                        history.Delete(key);
                    }
                    else
                    {
                        history.Put(key, random.Next(10) == 0 ? random.Next(9_000) : random.Next(200), random.Next(3) * 77);
                    }
                }
            });
            if (random.Next(60) == 0)
            {
                history.Compact(random.NextInt64(1, history.Revision + 1));
            }
        }

        return history;
    }
}
