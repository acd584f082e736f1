using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

public sealed class EtcdBinariesTests
{
    [Fact]
    public void The_oldest_supported_line_and_a_newer_one_are_at_hand()
    {
        Assert.Equal(new Version(3, 4), new Version(EtcdBinaries.Oldest.Number.Major, EtcdBinaries.Oldest.Number.Minor));
        Assert.True(EtcdBinaries.Newest.Number >= new Version(3, 5));
    }

    [Fact]
    public void A_missing_version_says_how_to_get_it()
    {
        var problem = Assert.Throws<InvalidOperationException>(() => EtcdBinaries.Of("1.2.3"));

        Assert.Contains("build/get-etcd.sh", problem.Message, StringComparison.Ordinal);
    }
}
