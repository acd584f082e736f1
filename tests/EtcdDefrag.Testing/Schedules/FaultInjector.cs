using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>Makes the faults of a schedule happen when their time has come.</summary>
public sealed class FaultInjector
{
    private readonly ModelCluster _cluster;
    private readonly ModelNetwork _network;
    private readonly CancellationTokenSource _interrupt;
    private readonly List<Fault> _waiting = [];
    private readonly int[] _calls = new int[Enum.GetValues<CallKind>().Length];
    private int _defragsEnded;
    private ulong _nextId = 0xadded;

    public FaultInjector(ModelCluster cluster, ModelNetwork network, IReadOnlyList<Fault> faults, CancellationTokenSource interrupt)
    {
        _cluster = cluster;
        _network = network;
        _interrupt = interrupt;
        foreach (var fault in faults)
        {
            if (fault.Trigger == FaultTrigger.AtTime)
            {
                Schedule(fault, null);
            }
            else
            {
                _waiting.Add(fault);
            }
        }

        network.CallSent = OnCall;
        cluster.DefragChanged = OnDefrag;
    }

    /// <summary>How many faults struck.</summary>
    public int Struck { get; private set; }

    private void OnCall(ModelCall call)
    {
        if (_waiting.Count > 0)
        {
            Match(FaultTrigger.CallSent, call.Kind, ++_calls[(int)call.Kind], call.Member);
        }
    }

    private void OnDefrag(ModelMember member, bool begun)
    {
        if (!begun)
        {
            Match(FaultTrigger.DefragEnded, default, ++_defragsEnded, member);
        }
    }

    private void Match(FaultTrigger trigger, CallKind call, int count, ModelMember? concerned)
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            var fault = _waiting[i];
            if (fault.Trigger == trigger && fault.Call == call && fault.Nth == count)
            {
                _waiting.RemoveAt(i);
                Schedule(fault, concerned);
            }
        }
    }

    private void Schedule(Fault fault, ModelMember? concerned) =>
        _cluster.Time.After(fault.Delay, _ => Strike(fault, concerned), null);

    private ModelMember Victim(Fault fault, ModelMember? concerned) => fault.Victim switch
    {
        FaultVictim.Concerned when concerned?.Cluster == _cluster => concerned,
        FaultVictim.Leader when _cluster.Leader is not null => _cluster.Leader,
        _ => _cluster.Members[fault.MemberIndex % _cluster.Members.Count],
    };

    private void Strike(Fault fault, ModelMember? concerned)
    {
        Struck++;
        var victim = Victim(fault, concerned);
        _cluster.Advance();
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                _cluster.Crash(victim);
                Later(fault, () => _cluster.Restart(victim));
                break;
            case FaultKind.Hang:
                _cluster.Suspend(victim);
                Later(fault, () => _cluster.Resume(victim));
                break;
            case FaultKind.OffNetwork:
                _cluster.SetOffNetwork(victim, true);
                Later(fault, () => _cluster.SetOffNetwork(victim, false));
                break;
            case FaultKind.Isolate:
                _cluster.SetIsolated(victim, true);
                Later(fault, () => _cluster.SetIsolated(victim, false));
                break;
            case FaultKind.LoseLeadership:
                _cluster.LoseLeadership();
                break;
            case FaultKind.MoveLeadership:
                _cluster.MoveLeadershipAway(victim);
                break;
            case FaultKind.BecomeLearner:
                _cluster.TurnIntoLearner(victim);
                break;
            case FaultKind.AddLearner:
            case FaultKind.AddVoterNotStarted:
                _cluster.AddMember(_nextId++, "new", learner: fault.Kind == FaultKind.AddLearner, started: false);
                _cluster.Note("member added, not started", null, fault.Kind == FaultKind.AddLearner ? "learner" : "voter");
                _cluster.RaftChanged();
                break;
            default:
                StrikeSmall(fault, victim);
                break;
        }
    }

    private void StrikeSmall(Fault fault, ModelMember victim)
    {
        switch (fault.Kind)
        {
            case FaultKind.AnswerLate:
                _cluster.Note("answers late", victim);
                victim.ExtraLatency = TimeSpan.FromSeconds(fault.Amount);
                Later(fault, () => victim.ExtraLatency = TimeSpan.Zero);
                break;
            case FaultKind.SlowDisk:
                _cluster.Note("has a slow disk", victim);
                victim.DiskFactor = fault.Amount;
                break;
            case FaultKind.AlarmNoSpace:
                _cluster.ActivateAlarm(victim, AlarmKind.NoSpace);
                break;
            case FaultKind.AlarmCorrupt:
                _cluster.ActivateAlarm(victim, AlarmKind.Corrupt);
                break;
            case FaultKind.AlarmUnknown:
                _cluster.ActivateAlarm(victim, AlarmKind.Unknown);
                break;
            case FaultKind.LoseReply:
                victim.LoseReplyOf = fault.Lost;
                break;
            case FaultKind.LoseRequest:
                victim.LoseRequestOf = fault.Lost;
                break;
            case FaultKind.DivertUrl when fault.Url is { } url && _network.Routes.TryGetValue(url, out var route):
                Divert(route, victim);
                Later(fault, () => Divert(route, null));
                break;
            case FaultKind.LagSpike:
                _cluster.SpikeLag(victim, fault.Amount);
                break;
            case FaultKind.ForeignCompaction when _cluster.Revision > _cluster.CompactRevision:
                _cluster.CompactByOthers();
                break;
            case FaultKind.ForeignDefrag when victim.IsRaftAlive:
                _cluster.BeginDefrag(victim, null);
                break;
            case FaultKind.Snapshot:
                _cluster.OpenSnapshot(victim, fault.Duration);
                break;
            case FaultKind.LoseLock:
                if (fault.MemberIndex % 2 == 0)
                {
                    _cluster.LoseLeases();
                }
                else
                {
                    _cluster.DeleteKeys();
                }

                break;
            case FaultKind.DiskFull:
                victim.DiskFull = true;
                break;
            case FaultKind.ClockJump:
                _cluster.Time.JumpWallClock(TimeSpan.FromSeconds(fault.Amount));
                break;
            case FaultKind.Interrupt:
                _cluster.Note("the user wants us to stop");
                _interrupt.Cancel();
                break;
            default:
                break;
        }
    }

    private void Divert(Route route, ModelMember? to)
    {
        if (to == route.Diverted || (to is not null && to == route.Members[0]))
        {
            return;
        }

        _cluster.Note("a URL leads elsewhere", to, to is null ? "back again" : "instead of " + route.Members[0].Name);
        route.Diverted = to;
        route.ChangedAt = _cluster.Time.Now;
    }

    private void Later(Fault fault, Action undo)
    {
        if (fault.Duration > TimeSpan.Zero)
        {
            _cluster.Time.After(fault.Duration, _ => undo(), null);
        }
    }
}
