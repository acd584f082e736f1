using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Every way to connect on real etcd: the right ones defragment; the wrong ones end with the documented message and change nothing.</summary>
public sealed class WaysToConnect(Servers servers) : IClassFixture<Servers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var version in new[] { EtcdBinaries.Oldest, EtcdBinaries.Newest })
            {
                foreach (var way in Way.All)
                {
                    cases.Add(version.ToString(), way.Server, way.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Right_way_defragments_and_wrong_way_explains_itself_and_changes_nothing(string version, string server, string name)
    {
        var way = Way.All.Single(way => way.Server == server && way.Name == name);
        var cluster = await servers.GetAsync(version, server, Stop);
        var defragmentations = cluster.Defragmentations.Count;
        var compactions = Compactions(cluster);

        var result = await Tool.RunAsync([.. way.Flags(servers, cluster), "--debug"], Stop);

        Assert.True(way.Exit == result.ExitCode, $"expected {way.Exit}: {result}");
        Assert.Contains(way.Message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal(defragmentations + (way.Exit == 0 ? 1 : 0), cluster.Defragmentations.Count);
        if (way.Exit != 0)
        {
            Assert.Equal(compactions, Compactions(cluster));
            Assert.Equal(way.Exit == 4, result.Error.Contains("Nothing was changed.", StringComparison.Ordinal));
            Assert.DoesNotContain("debug: Compact", result.Error, StringComparison.Ordinal);
            Assert.InRange(Count(result.Error, "debug: Authenticate"), 0, 1);
        }
    }

    [Fact]
    public void The_documentation_has_a_cure_for_each_failed_connection()
    {
        var page = File.ReadAllText(Repo.Path("docs", "connecting.md"));
        var cures = page[page.IndexOf("## Messages and cures", StringComparison.Ordinal)..];
        var documented = cures.Split('\n')
            .Where(line => line.StartsWith("* `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1])
            .Order(StringComparer.Ordinal);

        // A message with exit code 2 names the flag, the value and the cure itself.
        Assert.Equal(Way.All.Where(way => way.Exit == 4).Select(way => way.Message).Concat(DiscoveryTests.Messages).Distinct().Order(StringComparer.Ordinal), documented);
    }

    private static int Compactions(EtcdCluster cluster) =>
        cluster.Members.SelectMany(member => member.LogLines).Count(line => line.Contains("finished scheduled compaction", StringComparison.Ordinal));

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
