using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Tests.Bolt;
using Xunit;

namespace EtcdDefrag.Core.Tests.Inspection;

/// <summary>Many keys: the table of last revisions grows, and its memory is bounded.</summary>
public sealed class LastRevisionsTests
{
    private const int Keys = 300_000;

    [Fact]
    public void Many_keys_are_counted_as_they_are_in_bounded_memory()
    {
        var file = SampleDatabase.Of(4096, loader =>
        {
            loader.BeginBucket("key"u8, 0);
            for (var i = 0; i < Keys * 2; i++)
            {
                var message = SampleDatabase.KeyValue($"k/{i % Keys}", i + 2, [], version: 1 + (i / Keys), created: 2 + (i % Keys));
                loader.Add(SampleDatabase.Revision(i + 2, 0), new Core.Bolt.ValueBytes(message));
            }

            loader.EndBucket();
            loader.BeginBucket("meta"u8, 0);
            loader.EndBucket();
        });

        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Inspector.Run(new MemoryFile(file), Reading.Etcd, new InspectOptions { Seed = 5 }, stop: TestContext.Current.CancellationToken);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal((Keys, Keys, 0, Keys), (found.Keyspace!.All.LiveKeys, found.Keyspace.All.OldRevisions, found.Keyspace.BrokenChains, found.Keyspace.Keys));
        Assert.InRange(after - before, 0, (32 << 20) + (32L * Keys));
    }

    /// <remarks>What two keys with the same hash would look like: the second one's version does not follow.</remarks>
    [Fact]
    public void A_version_that_does_not_follow_is_told()
    {
        var file = SampleDatabase.Of(4096, loader =>
        {
            loader.BeginBucket("key"u8, 0);
            foreach (var (revision, version) in new[] { (2, 1), (3, 2), (5, 4), (6, 5) })
            {
                loader.Add(SampleDatabase.Revision(revision, 0), new Core.Bolt.ValueBytes(SampleDatabase.KeyValue("k", revision, [], version, created: 1)));
            }

            loader.EndBucket();
            loader.BeginBucket("meta"u8, 0);
            loader.EndBucket();
        });

        var found = Inspector.Run(new MemoryFile(file), Reading.Etcd, new InspectOptions(), stop: TestContext.Current.CancellationToken);

        Assert.Equal(1, found.Keyspace!.BrokenChains);
    }

    [Theory]
    [InlineData("/registry/pods/default/web-1", "/registry/|pods/|default/")]
    [InlineData("/registry/apps.example.com/things/default/a", "/registry/|apps.example.com/things/|default/")]
    [InlineData("/registry/services/specs/default/a", "/registry/|services/specs/|default/")]
    [InlineData("/registry/apps.example.com/lonely", "/registry/|apps.example.com/")]
    [InlineData("/registry/minions/node-1", "/registry/|minions/")]
    [InlineData("/openshift.io/routes/shop/web", "/openshift.io/|routes/|shop/")]
    [InlineData("/kubernetes.io/apps.openshift.io/deploymentconfigs/shop/web", "/kubernetes.io/|apps.openshift.io/deploymentconfigs/|shop/")]
    [InlineData("/app/users/user-17", "/app/|users/|user-")]
    [InlineData("user:17:name", "user:|17:")]
    [InlineData("job17", "job")]
    [InlineData("word", "w")]
    [InlineData("w", "")]
    [InlineData("", "")]
    [InlineData("a//b", "a/|/")]
    public void A_key_is_divided_where_it_shows_most(string key, string parts)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        Span<int> ends = stackalloc int[16];

        var count = KeySegments.Find(bytes, 0, ends);

        var found = Enumerable.Range(0, count).Aggregate((Text: "", At: 0), (so, i) => (so.Text + "|" + key[so.At..EndOf(bytes, i)], EndOf(bytes, i))).Text;
        Assert.Equal(parts, found.TrimStart('|'));
    }

    private static int EndOf(byte[] key, int index)
    {
        Span<int> ends = stackalloc int[16];
        _ = KeySegments.Find(key, 0, ends);
        return ends[index];
    }
}
