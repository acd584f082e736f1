using EtcdDefrag.Testing;

namespace EtcdDefrag.Integration.Tests;

public sealed class SnapshotTests
{
    [Fact]
    public void The_same_text_matches() => Snapshot.Match("Snapshot", "one\ntwo\n");

    [Fact]
    public void Another_text_is_told_with_its_first_differing_line()
    {
        var problem = Assert.Throws<SnapshotException>(() => Snapshot.Match("Snapshot", "one\nthree\n"));

        Assert.Contains("Snapshot.golden differs at line 2.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_says_how_to_write_it()
    {
        var problem = Assert.Throws<SnapshotException>(() => Snapshot.Match("No such file", "text"));

        Assert.Contains("ETCD_DEFRAG_UPDATE_GOLDEN=1", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_and_ids_are_masked() =>
        Assert.Equal("took N s on ID", Snapshot.MaskNumbers(Snapshot.MaskIds("took 1.25 s on 8e9e05c52164694d")));
}
