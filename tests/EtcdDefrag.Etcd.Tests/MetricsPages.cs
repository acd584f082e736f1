using System.Text;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd.Tests;

public sealed class MetricsPages
{
    private const string Started = "grpc_server_started_total{grpc_method=\"Snapshot\",grpc_service=\"etcdserverpb.Maintenance\",grpc_type=\"server_stream\"} ";
    private const string Handled = "grpc_server_handled_total{grpc_code=\"CODE\",grpc_method=\"Snapshot\",grpc_service=\"etcdserverpb.Maintenance\",grpc_type=\"server_stream\"} ";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("etcd_server_quota_backend_bytes 2.147483648e+09", 2147483648L)]
    [InlineData("etcd_server_quota_backend_bytes 8589934592 1700000000", 8589934592L)]
    [InlineData("etcd_server_quota_backend_bytes -1\r", -1L)]
    [InlineData("etcd_server_quota_backend_bytes NaN", null)]
    [InlineData("etcd_server_quota_backend_bytes +Inf", null)]
    [InlineData("etcd_server_quota_backend_bytes_total 5", null)]
    [InlineData("# HELP etcd_server_quota_backend_bytes Current backend storage quota size in bytes.", null)]
    [InlineData("etcd_server_quota_backend_bytes", null)]
    [InlineData("etcd_server_quota_backend_bytes ", null)]
    public async Task Quota_is_read_from_its_line_alone(string line, long? bytes) => Assert.Equal(bytes, (await Read(line)).Quota?.Bytes);

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(7, 4, 1, 2)]
    [InlineData(7, 6, 1, 0)]
    [InlineData(7, 7, 1, 0)] // counted after the other number
    public async Task Snapshots_are_those_begun_and_not_ended_with_whatever_code(int begun, int ok, int cancelled, int open) =>
        Assert.Equal(open, (await Read(
            Handled.Replace("CODE", "Canceled", StringComparison.Ordinal) + cancelled,
            Handled.Replace("CODE", "OK", StringComparison.Ordinal) + ok,
            Started + begun)).Snapshots);

    [Fact]
    public async Task Calls_of_other_methods_and_services_are_no_snapshots() =>
        Assert.Null((await Read(
            "grpc_server_started_total{grpc_method=\"Status\",grpc_service=\"etcdserverpb.Maintenance\",grpc_type=\"unary\"} 5",
            "grpc_server_started_total{grpc_method=\"Snapshot\",grpc_service=\"other.Maintenance\",grpc_type=\"unary\"} 5")).Snapshots);

    [Fact]
    public async Task Snapshots_for_peers_defragmentations_and_the_members_id_are_read()
    {
        var metrics = await Read(
            "etcd_network_snapshot_send_inflights_total{To=\"a b\"} 1",
            "etcd_network_snapshot_receive_inflights_total{From=\"c\"} 2",
            "etcd_disk_defrag_inflight 1",
            "etcd_server_id{server_id=\"8e9e05c52164694d\"} 1");

        Assert.Equal((3, true, true), (metrics.RaftSnapshots, metrics.Defragmenting, metrics.IsSnapshotOpen));
        Assert.Equal(new MemberId(0x8e9e05c52164694d), metrics.MemberId);
    }

    [Fact]
    public async Task A_page_that_says_nothing_of_it_leaves_it_unknown()
    {
        var metrics = await Read("go_goroutines 5", "etcd_disk_defrag_inflight x", "etcd_server_id{server_id=\"zz\"} 1");

        Assert.Equal(new MemberMetrics(), metrics);
    }

    [Fact]
    public async Task Lines_are_whole_wherever_the_stream_is_cut_and_endless_ones_are_skipped()
    {
        var page = string.Join('\n', new string('x', 100_000), "etcd_disk_defrag_inflight 0", "etcd_long " + new string('9', 70_000), Started + "3", "etcd_server_quota_backend_bytes 7");
        foreach (var chunk in new[] { 1, 7, 4096, 16_384, 1 << 20 })
        {
            await using var stream = new Chunks(Encoding.UTF8.GetBytes(page), chunk);

            var metrics = await MetricsPage.ReadAsync(stream, Stop);

            Assert.Equal(new MemberMetrics { Quota = new ByteSize(7), Snapshots = 3, Defragmenting = false }, metrics);
        }
    }

    private static async Task<MemberMetrics> Read(params string[] lines)
    {
        using var page = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return await MetricsPage.ReadAsync(page, Stop);
    }

    /// <summary>Gives at most so many bytes at once.</summary>
    private sealed class Chunks(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
