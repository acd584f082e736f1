using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using Xunit;

namespace EtcdDefrag.Core.Tests.Execution;

/// <summary>A quota that nobody tells is a guess, and is told as one.</summary>
public class QuotaReaderTests
{
    [Fact]
    public async Task Members_whose_pages_tell_no_quota_are_named_with_the_reason()
    {
        var snapshot = Snapshots.Healthy()
            .With(1, view => view with { MetricsProblem = "it serves no metrics page there" })
            .With(2, view => view with { MetricsProblem = "it serves no metrics page there" })
            .With(3, view => view with { Metrics = new MemberMetrics { Snapshots = 0 } });

        var quotas = await QuotaReader.ReadAsync(null!, snapshot, null, TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.All(quotas.Values, quota => Assert.Equal((Quota.Default.Size, QuotaSource.Default), (quota.Size, quota.Source)));
        Assert.Equal(
            [
                Warning("http://10.0.0.1:2379, http://10.0.0.2:2379", "it serves no metrics page there"),
                Warning("http://10.0.0.3:2379", "its metrics page does not tell"),
            ],
            QuotaReader.Warnings(snapshot, quotas));
    }

    [Fact]
    public async Task A_quota_that_is_given_or_told_needs_no_warning()
    {
        var snapshot = Snapshots.Healthy()
            .With(1, view => view with { Status = view.Status! with { DbSizeQuota = new ByteSize(1) } })
            .With(2, view => view with { Metrics = new MemberMetrics { Quota = new ByteSize(2) } })
            .With(3, view => view with { Metrics = new MemberMetrics { Quota = new ByteSize(3) } });

        var told = await QuotaReader.ReadAsync(null!, snapshot, null, TimeSpan.Zero, TestContext.Current.CancellationToken);
        var given = await QuotaReader.ReadAsync(null!, snapshot, new ByteSize(9), TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Empty(QuotaReader.Warnings(snapshot, told));
        Assert.Equal([1L, 2L, 3L], told.Values.Select(quota => quota.Size.Bytes).Order());
        Assert.All(given.Values, quota => Assert.Equal(new Quota(new ByteSize(9), QuotaSource.Flag), quota));
    }

    private static string Warning(string members, string why) =>
        $"the quota of {members} is not known ({why}), so etcd's default of 2 GiB is used; set it with --etcd-storage-quota-bytes, or name the page with --metrics-url";
}
