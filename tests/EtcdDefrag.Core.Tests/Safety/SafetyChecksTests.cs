using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Safety;
using Xunit;

namespace EtcdDefrag.Core.Tests.Safety;

public class SafetyChecksTests
{
    private static readonly HashSet<string> NoneSkipped = [];

    /// <summary>What trips each check, and what the message must name.</summary>
    public static TheoryData<string, string, ClusterSnapshot> Tripping() => new()
    {
        { "same-cluster", "10.0.0.2", Snapshots.Healthy().WithStatus(2, status => status with { ClusterId = new ClusterId(0xbad) }) },
        { "same-cluster", "127.0.0.1:9", WithGiven(new GivenEndpoint(Endpoint.Parse("127.0.0.1:9"), new MemberId(77), new ClusterId(Snapshots.Cluster), null)) },
        { "same-cluster", "bad", WithGiven(new GivenEndpoint(Endpoint.Parse("127.0.0.1:9"), new MemberId(1), new ClusterId(0xbad), null)) },
        { "members-started", "voter 9", Snapshots.Healthy().WithUnstarted(9) },
        { "members-reachable", "10.0.0.3", Snapshots.Healthy().WithDown(3) },
        { "members-reachable", "load balancer", WithGiven(new GivenEndpoint(Endpoint.Parse("127.0.0.1:9"), null, null, "it is a load balancer")) },
        { "quorum-read", "10.0.0.2", Snapshots.Healthy().With(2, view => view with { ReadProblem = "Range: timed out" }) },
        { "one-leader", "10.0.0.3", Snapshots.Healthy().WithStatus(3, status => status with { Leader = new MemberId(2) }) },
        { "one-leader", "no leader", Snapshots.Healthy().WithStatus(3, status => status with { Leader = MemberId.None }) },
        { "no-corrupt-alarm", "CORRUPT", WithAlarms(AlarmKind.Corrupt) },
        { "no-corrupt-alarm", "CORRUPT", WithAlarms(AlarmKind.NoSpace, AlarmKind.Corrupt) },
        { "no-corrupt-alarm", "CORRUPT", WithAlarms(AlarmKind.Corrupt, AlarmKind.NoSpace) },
        { "no-corrupt-alarm", "UNKNOWN", WithAlarms(AlarmKind.NoSpace, AlarmKind.Unknown) },
        { "no-corrupt-alarm", "not list", Snapshots.Healthy().With(1, view => view with { AlarmProblem = "Alarm: no" }) },
        { "no-corrupt-alarm", "alarm:CORRUPT", Snapshots.Healthy().WithStatus(1, status => status with { Errors = ["memberID:1 alarm:CORRUPT "] }) },
        { "raft-in-sync", "501", Snapshots.Healthy().WithStatus(2, status => status with { RaftAppliedIndex = 9000 - 501 }) },
        { "raft-in-sync", "1001", Snapshots.Healthy().WithStatus(2, status => status with { RaftIndex = 7999, RaftAppliedIndex = 7999 }) },
        { "server-version", "3.5.5", Snapshots.Healthy().WithStatus(2, status => status with { Version = "3.5.5" }) },
        { "server-version", "3.5.0", Snapshots.Healthy().WithStatus(2, status => status with { Version = "3.5.0-rc.1" }) },
        { "no-downgrade", "3.5.0", Snapshots.Healthy().WithStatus(1, status => status with { DowngradeTarget = "3.5.0" }) },
        { "survives-one-loss", "1 of 3", Snapshots.Healthy().WithDown(3) },
        { "survives-one-loss", "2 of 5", Snapshots.Healthy(5).WithDown(3).WithDown(4) },
        { "survives-one-loss", "1 of 4", Snapshots.Healthy(3).WithUnstarted(9) },
        { "no-snapshot-running", "a snapshot of http://10.0.0.2:2379 is being read", WithMetrics(new MemberMetrics { Snapshots = 1, Defragmenting = false }) },
        { "no-snapshot-running", "between http://10.0.0.2:2379 and another member", WithMetrics(new MemberMetrics { Snapshots = 0, RaftSnapshots = 1 }) },
        { "no-snapshot-running", "http://10.0.0.2:2379 is being defragmented by somebody else", WithMetrics(new MemberMetrics { Snapshots = 0, Defragmenting = true }) },
    };

    [Theory]
    [MemberData(nameof(Tripping))]
    public void Each_check_refuses_what_it_is_for(string id, string words, ClusterSnapshot snapshot)
    {
        var findings = SafetyChecks.Evaluate(snapshot, NoneSkipped);

        var finding = Assert.Single(findings, finding => finding.CheckId == id && finding.Severity == (id == NoSnapshotRunning.CheckId ? FindingSeverity.Wait : FindingSeverity.Refusal));
        Assert.Contains(words, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Tripping))]
    public void A_skipped_check_warns_instead(string id, string words, ClusterSnapshot snapshot)
    {
        var findings = SafetyChecks.Evaluate(snapshot, new HashSet<string> { id });

        Assert.DoesNotContain(findings, finding => finding.CheckId == id && finding.Severity is FindingSeverity.Refusal or FindingSeverity.Wait);
        Assert.Contains(findings, finding => finding.CheckId == id && finding.Severity == FindingSeverity.Warning && finding.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_silent_endpoint_that_nobody_advertises_is_warned_of_and_refuses_nothing()
    {
        var findings = SafetyChecks.Evaluate(Snapshots.Healthy() with { Unidentified = [Endpoint.Parse("10.9.9.9:2379")] }, NoneSkipped);

        var finding = Assert.Single(findings);
        Assert.Equal(("same-cluster", FindingSeverity.Warning), (finding.CheckId, finding.Severity));
        Assert.Contains("10.9.9.9:2379", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_check_has_a_case_that_trips_it()
    {
        var tripped = Tripping().Select(row => row.Data.Item1).Distinct();

        Assert.Equal(SafetyChecks.All.Select(check => check.Id).Order(), tripped.Order());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_healthy_cluster_passes_without_a_word(int voters) =>
        Assert.Empty(SafetyChecks.Evaluate(Snapshots.Healthy(voters), NoneSkipped));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_cluster_too_small_to_lose_a_member_gets_a_notice_and_no_refusal(int voters)
    {
        var finding = Assert.Single(SafetyChecks.Evaluate(Snapshots.Healthy(voters), NoneSkipped));

        Assert.Equal(("survives-one-loss", FindingSeverity.Notice), (finding.CheckId, finding.Severity));
    }

    [Fact]
    public void NOSPACE_alone_never_refuses() =>
        Assert.Empty(SafetyChecks.Evaluate(WithAlarms(AlarmKind.NoSpace), NoneSkipped));

    [Fact]
    public void Lag_at_the_limits_passes()
    {
        var snapshot = Snapshots.Healthy()
            .WithStatus(2, status => status with { RaftAppliedIndex = 9000 - RaftInSync.MaxUnapplied })
            .WithStatus(3, status => status with { RaftIndex = 8000, RaftAppliedIndex = 8000 });

        Assert.Empty(SafetyChecks.Evaluate(snapshot, NoneSkipped));
    }

    [Fact]
    public void A_learner_that_is_down_or_has_not_started_is_no_reason_to_refuse()
    {
        var snapshot = Snapshots.Of(Snapshots.View(1), Snapshots.View(2), Snapshots.View(3), Snapshots.View(4, learner: true))
            .WithDown(4)
            .WithUnstarted(5, learner: true);

        Assert.False(SafetyChecks.Evaluate(snapshot, NoneSkipped).Refuse());
    }

    [Theory]
    [InlineData("3.5.16")]
    [InlineData("3.4.23")]
    [InlineData("3.6.4")]
    [InlineData("three")]
    public void Known_lesser_faults_of_a_version_are_warned_of(string version)
    {
        var findings = SafetyChecks.Evaluate(Snapshots.Healthy().WithStatus(2, status => status with { Version = version }), NoneSkipped);

        var finding = Assert.Single(findings);
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        Assert.InRange(finding.Message.Length, 1, 100);
    }

    [Theory]
    [InlineData("3.4.38")]
    [InlineData("3.5.23")]
    [InlineData("3.6.5")]
    [InlineData("3.7.0")]
    public void A_release_without_known_faults_is_not_warned_of(string version)
    {
        var findings = SafetyChecks.Evaluate(Snapshots.Healthy().WithStatus(2, status => status with { Version = version }), NoneSkipped);

        Assert.DoesNotContain(findings, finding => finding.Message.Contains(version, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Trouble.Rights, "log in")]
    [InlineData(Trouble.Name, "DNS")]
    [InlineData(Trouble.Trust, "--cacert")]
    [InlineData(Trouble.Address, "own client URL")]
    [InlineData(Trouble.Silence, "--command-timeout")]
    [InlineData(Trouble.Error, "check its error")]
    [InlineData(Trouble.Down, "repair it first")]
    public void Advice_is_by_cause(Trouble trouble, string words)
    {
        var down = Snapshots.Healthy();
        for (var id = 1ul; id <= 3; id++)
        {
            down = down.WithDown(id).With(id, view => view with { Trouble = trouble, ReadTrouble = trouble });
        }

        var findings = SafetyChecks.Evaluate(down with { Given = [new GivenEndpoint(Endpoint.Parse("127.0.0.1:9"), null, null, "x", trouble)] }, NoneSkipped);

        var hints = findings.Where(finding => finding.CheckId == "members-reachable").Select(finding => finding.Hint!).ToArray();
        Assert.Equal(4, hints.Length);
        Assert.All(hints, hint => Assert.Contains(words, hint, StringComparison.Ordinal));
        Assert.Equal(trouble == Trouble.Down, hints.Any(hint => hint.Contains("repair it", StringComparison.Ordinal)));
        Assert.Equal(trouble != Trouble.Rights, findings.Any(finding => finding.CheckId == "survives-one-loss")); // who refuses us is up
        Assert.All(findings, finding => Assert.DoesNotMatch(@"\s-\d", finding.Message));
    }

    [Fact]
    public void A_member_without_an_address_to_use_is_not_called_down()
    {
        var findings = SafetyChecks.Evaluate(
            Snapshots.Healthy().WithDown(3).With(3, view => view with { Endpoint = null, StatusProblem = "http://0.0.0.0:2379 is excluded by --exclude-localhost" }),
            NoneSkipped);

        var finding = Assert.Single(findings, finding => finding.CheckId == "members-reachable");
        Assert.Equal("voter m3 (member 3) has no address to use: http://0.0.0.0:2379 is excluded by --exclude-localhost", finding.Message);
        Assert.StartsWith("name an address of it", finding.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_member_advertises_what_does_not_work_here_the_advice_says_how_to_do_without()
    {
        var findings = SafetyChecks.Evaluate(Snapshots.Healthy().WithDown(3).With(3, view => view with { Trouble = Trouble.Name, IsAdvertised = true }), NoneSkipped);

        Assert.Contains(findings, finding => finding.Hint!.Contains("http://10.0.0.3:2379 is its advertised address", StringComparison.Ordinal)
            && finding.Hint.Contains("without --cluster", StringComparison.Ordinal));
    }

    [Fact]
    public void Ids_are_unique_and_spelled_alike()
    {
        var ids = SafetyChecks.All.Select(check => check.Id).ToArray();

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[a-z]+(-[a-z]+)*$", id));
        Assert.All(SafetyChecks.All, check => Assert.EndsWith(".", check.Promise, StringComparison.Ordinal));
    }

    private static ClusterSnapshot WithGiven(GivenEndpoint given) => Snapshots.Healthy() with { Given = [given] };

    [Fact]
    public void A_member_of_which_nobody_reads_a_snapshot_passes_without_a_word() =>
        Assert.Empty(SafetyChecks.Evaluate(WithMetrics(new MemberMetrics { Snapshots = 0, Defragmenting = false }), NoneSkipped));

    [Fact]
    public void Where_backups_can_not_be_seen_a_notice_says_so_once()
    {
        var snapshot = Snapshots.Healthy()
            .With(1, view => view with { MetricsProblem = "it serves no metrics page there" })
            .With(2, view => view with { MetricsProblem = "it serves no metrics page there" });

        var finding = Assert.Single(SafetyChecks.Evaluate(snapshot, NoneSkipped));

        Assert.Equal(("no-snapshot-running", FindingSeverity.Notice), (finding.CheckId, finding.Severity));
        Assert.Contains("[http://10.0.0.1:2379 http://10.0.0.2:2379] can't be seen: it serves no metrics page there", finding.Message, StringComparison.Ordinal);
    }

    private static ClusterSnapshot WithMetrics(MemberMetrics metrics) => Snapshots.Healthy().With(2, view => view with { Metrics = metrics });

    private static ClusterSnapshot WithAlarms(params AlarmKind[] kinds) =>
        Snapshots.Healthy().With(2, view => view with { Alarms = [.. kinds.Select(kind => new Alarm(new MemberId(3), kind))] });
}
