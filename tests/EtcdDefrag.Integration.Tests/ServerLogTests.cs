using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The judge itself: lines as the three versions wrote them.</summary>
public sealed class ServerLogTests
{
    private const string Begin = """{"level":"info","ts":"2026-01-02T03:04:05.257Z","caller":"backend/backend.go:403","msg":"defragmenting","path":"db","current-db-size-bytes":20480,"current-db-size":"20 kB"}""";
    private const string End34 = """{"level":"info","ts":"2026-01-02T03:04:06.259Z","caller":"backend/backend.go:475","msg":"defragmented","path":"db","current-db-size-bytes-diff":-4096,"current-db-size-bytes":16384}""";
    private const string End35 = """{"level":"info","ts":"2026-01-02T03:04:06.259494Z","caller":"backend/backend.go:561","msg":"finished defragmenting directory","path":"db","current-db-size-bytes":16384}""";
    private const string Call = """{"level":"info","ts":"2026-01-02T03:04:05.254Z","caller":"v3rpc/maintenance.go:82","msg":"starting defragment"}""";

    [Theory]
    [InlineData(End34)]
    [InlineData(End35)]
    public void A_defragmentation_is_the_time_between_the_backends_two_lines(string end)
    {
        var found = Assert.Single(ServerLog.Defragmentations("m1", [Call, Begin, end, """{"level":"info","msg":"finished defragment"}"""]));

        Assert.Equal(("m1", 20480L, 16384L), (found.Member, found.BytesBefore, found.BytesAfter));
        Assert.Equal(1, Math.Floor((found.Ended! - found.Started).Value.TotalSeconds));
    }

    [Fact]
    public void One_that_did_not_end_has_no_end_and_overlaps_every_later_one()
    {
        var open = Assert.Single(ServerLog.Defragmentations("m1", [Begin, """{"level":"info","ts":"2026-""" + " defragment"]));
        var later = open with { Member = "m2", Started = open.Started.AddHours(1), Ended = open.Started.AddHours(2) };

        Assert.Null(open.Ended);
        Assert.True(open.Overlaps(later));
        Assert.True(later.Overlaps(open));
    }

    [Fact]
    public void One_after_the_other_do_not_overlap()
    {
        var first = Assert.Single(ServerLog.Defragmentations("m1", [Begin, End35]));
        var second = first with { Member = "m2", Started = first.Ended!.Value, Ended = first.Ended.Value.AddSeconds(1) };

        Assert.False(first.Overlaps(second));
        Assert.False(second.Overlaps(first));
    }
}
