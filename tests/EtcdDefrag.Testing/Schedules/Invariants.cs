using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>
/// The promises of the tool, checked with every call it sends against what the model knows to be true.
/// </summary>
/// <remarks>
/// <para>What the tool could have known. The tool reads, then acts; what changes in between is no fault of it. Its last <em>round</em> is the run of
/// reads before a call that has no gap longer than <see cref="RoundGap"/> and begins after its last defragmentation ended. A trouble is
/// held against the tool when it is older than the tool's last successful look, in that round, at that member: a linearizable read
/// where it made one (it sees everything), otherwise a Status. No look in that round at all is a fault by itself (<c>stale-check</c>).</para>
/// <para>Ids: one-at-a-time, voter-down, quorum, stale-check, raft-lag, no-leader, leader-last, leader-not-moved, snapshot, bad-transferee, learner, once, wrong-member, foreign-cluster,
/// dry-run, retried, corrupt, after-unknown, lock-lost, interrupted, run-timeout, and of the report: see <see cref="ReportJudge"/>.</para>
/// </remarks>
public sealed partial class Invariants(ModelCluster cluster, ModelNetwork network, ScheduleOptions options) : ICallWatch
{
    /// <summary>Longer than any pause between two attempts of one read, shorter than a pause between members.</summary>
    public static readonly TimeSpan RoundGap = TimeSpan.FromSeconds(3);

    private readonly Dictionary<ModelMember, Seen> _seen = [];
    private readonly HashSet<ModelMember> _sentTo = [];
    private readonly HashSet<(CallKind, MemberId From, MemberId To, AlarmKind)> _unanswered = [];
    private readonly List<(ModelMember Member, long Since)> _unknown = [];
    private readonly HashSet<ModelMember> _given = Given(network, options);

    private ModelMember? _doneAsLeader;
    private bool _compacted;
    private bool _corruptKnown;
    private bool _lockTaken;
    private bool _lockKnownLost;
    private long _lockLease;
    private int _readsInFlight;
    private long _listedAt = -1;
    private long _lastReadEnd = long.MinValue / 2;
    private long _roundStart = long.MaxValue;
    private bool _newRound = true;

    public List<Violation> Violations { get; } = [];

    public ModelCluster Cluster => cluster;

    public ScheduleOptions Options => options;

    /// <summary>Calls that may have changed something, lock calls aside.</summary>
    public int MutatingCalls { get; private set; }

    public int DefragmentsSent { get; private set; }

    public int MovesSent { get; private set; }

    public int UnknownOutcomes { get; private set; }

    /// <summary>Calls beside Defragment that failed in a way that the tool must count as a failure.</summary>
    public int FailuresToCount { get; private set; }

    public IReadOnlySet<ModelMember> DefragmentedMembers => _sentTo;

    private VirtualTime Time => network.Time;

    public void Sent(ModelCall call)
    {
        if (IsRead(call))
        {
            if (_newRound || (_readsInFlight == 0 && Time.Now - _lastReadEnd > RoundGap.Ticks))
            {
                _roundStart = Time.Now;
                _newRound = false;
            }

            _readsInFlight++;
        }

        if (!call.IsMutating)
        {
            return;
        }

        if (options.Defrag.DryRun)
        {
            Violate("dry-run", $"{call.Name} was sent in a dry run");
        }

        if (!call.IsMajor)
        {
            return;
        }

        MutatingCalls++;
        CheckMajor(call);
        if (call.Kind == CallKind.Defragment)
        {
            DefragmentsSent++;
            if (call.Member is { } member)
            {
                CheckDefragment(call, member);
            }
        }
        else if (call.Kind == CallKind.MoveLeader)
        {
            MovesSent++;
            CheckHeir(call);
        }
    }

    public void Settled(ModelCall call)
    {
        if (IsRead(call))
        {
            _readsInFlight--;
            _lastReadEnd = Time.Now;
        }

        switch (call.Kind)
        {
            case CallKind.Status:
                LearnStatus((ModelCall<MemberStatus>)call);
                break;
            case CallKind.ListMembers when call.End == CallEnd.Answered:
                _listedAt = Math.Max(_listedAt, call.SentAt);
                break;
            case CallKind.Metrics when call.Member is { } paged:
                var answered = ((ModelCall<MemberMetrics?>)call).Answer?.MemberId;
                if (answered is not null && Meant(call) is { } meant && answered != meant.Id)
                {
                    SeenOf(meant).OtherPageAt = call.SentAt;
                }

                SeenOf(paged).Page = (call.SentAt, Time.Now);
                SeenOf(paged).PageIsUnseen = ((ModelCall<MemberMetrics?>)call).Answer is null;
                break;
            case CallKind.ReadLinearizable when ((ModelCall<MemberId>)call).Answer is { IsNone: false } reader:
                LearnRead(call, cluster.Find(reader));
                break;
            case CallKind.ReadLinearizable when call.Error is ServerRejectedException { Kind: RejectionKind.PermissionDenied }:
                LearnRead(call, call.Member);
                break;
            case CallKind.ListAlarms when ((ModelCall<IReadOnlyList<Alarm>>)call).Answer is { } alarms:
                _corruptKnown = alarms.Any(alarm => alarm.Kind != AlarmKind.NoSpace);
                break;
            case CallKind.GrantLease when call.End == CallEnd.Answered:
                _lockLease = ((ModelCall<long>)call).Answer;
                break;
            case CallKind.TryCreateKey when call.End == CallEnd.Answered:
                var holder = ((ModelCall<string?>)call).Answer;
                _lockKnownLost |= _lockTaken && holder != call.Value;
                _lockTaken |= holder is null || holder == call.Value;
                break;
            case CallKind.KeepAlive when call.End == CallEnd.Answered && call.Number == _lockLease:
                _lockKnownLost |= !((ModelCall<bool>)call).Answer;
                break;
            default:
                break;
        }

        if (call.IsMajor)
        {
            LearnOutcome(call);
        }
    }

    public void Violate(string id, string message)
    {
        network.Journal.Add(Time.Now, "", "VIOLATION", id);
        Violations.Add(new Violation(id, message, network.Journal.Entries.Count - 1));
    }

    private static HashSet<ModelMember> Given(ModelNetwork network, ScheduleOptions options)
    {
        HashSet<ModelMember> given = [];
        foreach (var endpoint in options.Endpoints)
        {
            // Behind a load balancer nobody knows which member was meant.
            if (network.Routes.TryGetValue(endpoint, out var route) && !route.IsLoadBalancer)
            {
                given.UnionWith(route.Members);
            }
        }

        return given;
    }

    private static bool IsRead(ModelCall call) => !call.IsMutating && call.Kind != CallKind.KeepAlive;

    private Seen SeenOf(ModelMember member)
    {
        if (!_seen.TryGetValue(member, out var seen))
        {
            _seen.Add(member, seen = new Seen());
        }

        return seen;
    }

    private void LearnStatus(ModelCall<MemberStatus> call)
    {
        if (call.Answer is { } status)
        {
            if (cluster.Find(status.MemberId) is { } member)
            {
                var seen = SeenOf(member);
                seen.StatusAt = Math.Max(seen.StatusAt, call.SentAt);
                seen.Lag = status.RaftLag;
                Resolve(member, call.SentAt);
            }
        }
        else if (call.End != CallEnd.Cancelled && call.Route is { IsLoadBalancer: false } route)
        {
            SeenOf(route.Members[0]).FailedAt = call.SentAt;
        }
    }

    private void LearnRead(ModelCall call, ModelMember? member)
    {
        if (member is not null)
        {
            SeenOf(member).ReadAt = Math.Max(SeenOf(member).ReadAt, call.SentAt);
            Resolve(member, call.SentAt);
        }
    }

    private void Resolve(ModelMember member, long sentAt) =>
        _unknown.RemoveAll(entry => entry.Member == member && sentAt >= entry.Since);

    private void LearnOutcome(ModelCall call)
    {
        var mayHaveRun = call.End is CallEnd.NoAnswer or CallEnd.Cancelled || (call.End == CallEnd.Rejected && call.Error!.RequestMayHaveRun);
        if (call.End == CallEnd.NotSent)
        {
            MutatingCalls--;
        }
        else if (mayHaveRun)
        {
            _unanswered.Add(Key(call));
        }

        switch (call.Kind)
        {
            case CallKind.Defragment:
                _newRound = true;
                if (call.End == CallEnd.NotSent && call.Member is { } spared)
                {
                    _sentTo.Remove(spared);
                }
                else if (mayHaveRun && call.Member is { } member)
                {
                    UnknownOutcomes++;
                    _unknown.Add((member, Time.Now));
                }

                break;
            case CallKind.Compact:
                _compacted |= call.End != CallEnd.NotSent;
                FailuresToCount += call.End == CallEnd.Answered || call.Error is ServerRejectedException { Kind: RejectionKind.Compacted } ? 0 : 1;
                break;
            default:
                FailuresToCount += call.End == CallEnd.Rejected && !mayHaveRun ? 1 : 0;
                break;
        }
    }

    private static (CallKind, MemberId, MemberId, AlarmKind) Key(ModelCall call) => call.Kind switch
    {
        CallKind.Disarm => (call.Kind, default, call.Alarm!.MemberId, call.Alarm.Kind),
        CallKind.Compact => (call.Kind, default, default, default),
        _ => (call.Kind, Meant(call)?.Id ?? default, call.TargetMember, default),
    };

    /// <summary>
    /// Whom a call was for. If its URL was re-pointed within the last look, it ran on another member. The tool could not know,
    /// so it may still call that member once. A URL that was known to lead elsewhere is a fault of its own (<c>wrong-member</c>).
    /// </summary>
    private static ModelMember? Meant(ModelCall call) =>
        call.Route is { IsLoadBalancer: false } route ? route.Members[0] : call.Member;

    private sealed class Seen
    {
        /// <summary>When the last Status that it answered was sent.</summary>
        public long StatusAt { get; set; } = -1;

        /// <summary>When the last Status that it did not answer was sent.</summary>
        public long FailedAt { get; set; } = -1;

        /// <summary>When the last linearizable read that it answered was sent.</summary>
        public long ReadAt { get; set; } = -1;

        /// <summary>When the last look at its metrics page was sent, and when it was answered.</summary>
        public (long SentAt, long AnsweredAt) Page { get; set; } = (-1, -1);

        /// <summary>When the last look at its page was sent that was answered with another member's page.</summary>
        public long OtherPageAt { get; set; } = -1;

        /// <summary>When the last call was sent whose answer told which member its URL leads to.</summary>
        public long IdentifiedAt => Math.Max(StatusAt, OtherPageAt);

        /// <summary>Whether the last look at its page showed nothing: there is none, or no answer came.</summary>
        public bool PageIsUnseen { get; set; }

        public ulong Lag { get; set; }
    }
}
