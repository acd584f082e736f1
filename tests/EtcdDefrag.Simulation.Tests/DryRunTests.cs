using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>What a dry run says beforehand about a real run.</summary>
public sealed class DryRunTests
{
    private static readonly DefragOptions Options = new() { UseCluster = true, DryRun = true };

    private readonly ModelScene _scene = new(members: 3);

    [Theory]
    [InlineData(AuthMode.NoRoot, true, true)]
    [InlineData(AuthMode.NoRoot, false, false)] // without a user, no call is spent on the question
    [InlineData(AuthMode.Everything, true, false)]
    public void A_user_who_may_not_defragment_is_warned_and_gets_the_plan_all_the_same(AuthMode auth, bool hasIdentity, bool isWarned)
    {
        _scene.Cluster.Auth = auth;
        var script = new CallScript();

        var report = _scene.Run(Options with { HasIdentity = hasIdentity }, script);

        Assert.Equal(isWarned, script.Events.OfType<RunEvent.Warned>().Any(warning =>
            warning.Text.Contains("permission denied", StringComparison.Ordinal)));
        Assert.Equal((3, ExitCode.Ok), (report.Count(MemberOutcome.Planned), ExitCodes.For(report)));
        Assert.Empty(script.Changes);
    }

    [Theory]
    [InlineData(0L, true)]
    [InlineData(1L << 30, false)]
    public void An_alarm_is_judged_by_the_sizes_of_today_where_compaction_decides_on_the_members(long minReclaim, bool isCleared)
    {
        foreach (var member in _scene.Cluster.Members)
        {
            (member.DbSize, member.InUse) = (2L << 30, (2L << 30) * 6 / 10);
        }

        _scene.Cluster.ActivateAlarm(_scene.Cluster.Members[0], AlarmKind.NoSpace);
        var script = new CallScript();

        var report = _scene.Run(Options with { AutoDisalarm = true, MinReclaim = new ByteSize(minReclaim) }, script);

        Assert.Equal(3, report.Count(isCleared ? MemberOutcome.Planned : MemberOutcome.Undecided));
        Assert.Equal(isCleared, script.Events.OfType<RunEvent.DisarmPlanned>().Any());
        Assert.Equal(!isCleared, script.Events.OfType<RunEvent.DisarmSkipped>().Any(skipped =>
            skipped.Why.Contains("A real run first frees old history and may clear the alarm", StringComparison.Ordinal)));
    }
}
