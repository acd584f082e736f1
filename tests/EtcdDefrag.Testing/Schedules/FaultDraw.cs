using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>Draws what goes wrong.</summary>
internal sealed class FaultDraw(Dice dice, ModelCluster cluster, IReadOnlyList<Endpoint> urls)
{
    /// <summary>Kinds with weights: those that bit people most come most.</summary>
    private static readonly (FaultKind Kind, int Weight)[] Kinds =
    [
        (FaultKind.Crash, 14), (FaultKind.Hang, 12), (FaultKind.OffNetwork, 8), (FaultKind.Isolate, 6), (FaultKind.AnswerLate, 6),
        (FaultKind.SlowDisk, 8), (FaultKind.LoseLeadership, 8), (FaultKind.MoveLeadership, 12), (FaultKind.BecomeLearner, 2),
        (FaultKind.AddLearner, 2), (FaultKind.AddVoterNotStarted, 4), (FaultKind.AlarmNoSpace, 3), (FaultKind.AlarmCorrupt, 3),
        (FaultKind.AlarmUnknown, 1), (FaultKind.LoseReply, 16), (FaultKind.LoseRequest, 8), (FaultKind.DivertUrl, 3), (FaultKind.LagSpike, 8),
        (FaultKind.ForeignCompaction, 3), (FaultKind.ForeignDefrag, 8), (FaultKind.Snapshot, 12), (FaultKind.LoseLock, 4), (FaultKind.DiskFull, 4), (FaultKind.ClockJump, 2),
        (FaultKind.Interrupt, 3),
    ];

    private static readonly int TotalWeight = Kinds.Sum(entry => entry.Weight);

    private static readonly CallKind[] Losable =
    [
        CallKind.Defragment, CallKind.Defragment, CallKind.Defragment, CallKind.Compact, CallKind.MoveLeader, CallKind.Disarm, CallKind.Status,
        CallKind.ReadLinearizable, CallKind.ListAlarms, CallKind.ListMembers, CallKind.GrantLease, CallKind.TryCreateKey, CallKind.KeepAlive, CallKind.RevokeLease,
    ];

    public IReadOnlyList<Fault> Draw()
    {
        var count = dice.Between(0, 6);
        var faults = new Fault[count];
        for (var i = 0; i < count; i++)
        {
            faults[i] = DrawOne();
        }

        return faults;
    }

    private Fault DrawOne()
    {
        var kind = DrawKind();
        var trigger = DrawTrigger();
        return new Fault(kind, trigger, trigger == FaultTrigger.AtTime ? dice.Seconds(0.0, 40.0) : DrawDelay())
        {
            Call = trigger == FaultTrigger.CallSent ? DrawCall() : default,
            Nth = dice.Between(1, Math.Max(2, cluster.VoterCount)),
            Victim = dice.Chance(0.35) ? FaultVictim.Concerned : dice.Chance(0.3) ? FaultVictim.Leader : FaultVictim.ByIndex,
            MemberIndex = dice.Between(0, cluster.Members.Count),
            Duration = dice.Chance(0.15) ? TimeSpan.Zero : dice.Chance(0.7) ? dice.Seconds(0.1, 4.0) : dice.Seconds(4.0, 40.0),
            Amount = kind switch
            {
                FaultKind.AnswerLate => dice.Between(0.2, 12.0),
                FaultKind.SlowDisk => dice.Between(2.0, 60.0),
                FaultKind.LagSpike => dice.Between(100.0, 40_000.0),
                FaultKind.ClockJump => dice.Between(-7200.0, 7200.0),
                _ => 0,
            },
            Lost = dice.Pick(Losable),
            Url = dice.Pick(urls),
        };
    }

    private FaultKind DrawKind()
    {
        var at = dice.Between(0, TotalWeight);
        foreach (var (kind, weight) in Kinds)
        {
            at -= weight;
            if (at < 0)
            {
                return kind;
            }
        }

        return default;
    }

    private FaultTrigger DrawTrigger() =>
        dice.Chance(0.6) ? FaultTrigger.CallSent : dice.Chance(0.6) ? FaultTrigger.DefragEnded : FaultTrigger.AtTime;

    private CallKind DrawCall() => dice.Chance(0.7)
        ? CallKind.Defragment
        : dice.Pick(new[] { CallKind.Compact, CallKind.MoveLeader, CallKind.Status, CallKind.ListAlarms, CallKind.Disarm, CallKind.ReadLinearizable, CallKind.TryCreateKey });

    private TimeSpan DrawDelay() => dice.Chance(0.3) ? TimeSpan.Zero : dice.Chance(0.6) ? dice.Seconds(0.0, 1.0) : dice.Seconds(0.0, 20.0);
}
