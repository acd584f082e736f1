using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Testing.Model;

/// <summary>
/// An etcd cluster as far as a defragmentation tool can tell: roles, lag, sizes, alarms, leases. Amounts that grow with time are
/// brought up to date when somebody looks (<see cref="Advance"/>), so that an idle cluster costs nothing.
/// </summary>
public sealed partial class ModelCluster(ModelNetwork network, Dice dice, ClusterId id)
{
    private readonly List<ModelMember> _members = [];
    private long _advancedTo;

    public VirtualTime Time => network.Time;

    public Journal Journal => network.Journal;

    public ClusterId Id { get; } = id;

    public IReadOnlyList<ModelMember> Members => _members;

    public List<Alarm> Alarms { get; } = [];

    /// <summary>Since when a CORRUPT or unknown alarm is active; -1: none is.</summary>
    public long DangerSince { get; private set; } = -1;

    public AuthMode Auth { get; set; }

    /// <summary>Raft entries a second that other people write.</summary>
    public double WritesPerSecond { get; set; }

    public double BytesPerWrite { get; set; } = 200;

    /// <summary>Entries a second that a member behind can apply.</summary>
    public double CatchUpPerSecond { get; set; } = 5000;

    public string? DowngradeTarget { get; set; }

    public double Committed { get; set; } = 100_000;

    /// <summary>Revisions that are older than the raft log's numbers tell: revision = index + this.</summary>
    public double RevisionOffset { get; set; } = -50_000;

    public long CompactRevision { get; private set; }

    public long Revision => (long)(Committed + RevisionOffset);

    public int VoterCount { get; private set; }

    public int Quorum => (VoterCount / 2) + 1;

    public ModelMember AddMember(ulong memberId, string name, bool learner, bool started = true)
    {
        var member = new ModelMember(this, new MemberId(memberId), name)
        {
            IsLearner = learner,
            IsStarted = started,
            AddedAt = Time.Now,
        };
        member.KnownCommitted = member.Applied = Committed;
        member.SetVersion(member.Version);
        _members.Add(member);
        VoterCount += learner ? 0 : 1;
        Judge(member);
        return member;
    }

    public ModelMember? Find(MemberId memberId)
    {
        foreach (var member in _members)
        {
            if (member.Id == memberId)
            {
                return member;
            }
        }

        return null;
    }

    public void Note(string what, ModelMember? member = null, string detail = "", long number = long.MinValue) =>
        Journal.Add(Time.Now, member?.Name ?? "", what, detail, number);

    public long RevisionOf(ModelMember member) => Math.Max(1, (long)(member.Applied + RevisionOffset));

    /// <summary>Brings everything that grows with time up to now.</summary>
    public void Advance()
    {
        var seconds = (Time.Now - _advancedTo) / (double)TimeSpan.TicksPerSecond;
        _advancedTo = Time.Now;
        if (seconds <= 0)
        {
            return;
        }

        var written = Leader is not null && HasQuorum && !HasAlarm(AlarmKind.NoSpace) && !HasAlarm(AlarmKind.Corrupt) ? WritesPerSecond * seconds : 0;
        Committed += written;
        foreach (var member in _members)
        {
            AdvanceMember(member, seconds, written);
        }

        if (written > 0)
        {
            RaiseNoSpaceWhereFull();
        }
    }

    public bool HasAlarm(AlarmKind kind)
    {
        foreach (var alarm in Alarms)
        {
            if (alarm.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    public void ActivateAlarm(ModelMember member, AlarmKind kind)
    {
        var alarm = new Alarm(member.Id, kind);
        if (!Alarms.Contains(alarm))
        {
            Alarms.Add(alarm);
            Note("alarm raised", member, alarm.Name);
            if (kind != AlarmKind.NoSpace && DangerSince < 0)
            {
                DangerSince = Time.Now;
            }
        }
    }

    internal void Clear(Alarm alarm)
    {
        if (Alarms.Remove(alarm))
        {
            Note("alarm cleared", Find(alarm.MemberId), alarm.Name);
        }

        if (!HasAlarm(AlarmKind.Corrupt) && !HasAlarm(AlarmKind.Unknown))
        {
            DangerSince = -1;
        }
    }

    /// <summary>Works out whether a member is well; called after every change.</summary>
    internal void Judge(ModelMember member)
    {
        var because = !member.IsStarted ? "not started"
            : !member.IsUp ? "down"
            : member.IsHanging ? "hanging"
            : member.IsOffNetwork ? "off the network"
            : member.IsIsolated ? "isolated from its peers"
            : member.IsBlocked ? "blocked by a defragmentation"
            : "";
        if (because.Length > 0 && member.BadSince < 0)
        {
            member.BadSince = Time.Now;
        }
        else if (because.Length == 0)
        {
            member.BadSince = -1;
        }

        member.BadBecause = because;
    }

    private void AdvanceMember(ModelMember member, double seconds, double written)
    {
        if (member.IsRaftAlive)
        {
            member.KnownCommitted = Committed;
        }

        if (!member.IsUp || member.IsHanging || member.IsBlocked || !member.IsStarted)
        {
            return;
        }

        var behind = member.KnownCommitted - member.Applied;
        if (behind > 0)
        {
            // A member that keeps up applies what comes in; one that is behind gains on it by the catch-up rate.
            member.Applied += Math.Min(behind, written + (CatchUpPerSecond * seconds));
        }

        member.InUse += written * BytesPerWrite;
        member.Live += written * BytesPerWrite * 0.2;
        if (member.ToFree > 0 && member.Snapshots.Count == 0 && Time.Now > member.FreeFrom)
        {
            var worked = Math.Min(seconds, (Time.Now - member.FreeFrom) / (double)TimeSpan.TicksPerSecond);
            var freed = Math.Min(member.ToFree, worked * member.FreeBytesPerSecond);
            member.ToFree -= freed;
            member.InUse -= freed;
        }

        member.DbSize = Math.Max(member.DbSize, member.InUse);
    }

    private void RaiseNoSpaceWhereFull()
    {
        foreach (var member in _members)
        {
            if (member.Quota > 0 && member.DbSize > member.Quota && member.IsRaftAlive)
            {
                ActivateAlarm(member, AlarmKind.NoSpace);
            }
        }
    }
}

/// <summary>What the cluster lets our user do.</summary>
public enum AuthMode
{
    /// <summary>Authentication is off, or we are root.</summary>
    Everything,

    /// <summary>Logged in as a user without the root role and without rights on keys.</summary>
    NoRoot,

    /// <summary>Authentication is on and we are nobody.</summary>
    NotLoggedIn,
}
