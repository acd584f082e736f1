namespace EtcdDefrag.Testing.Model;

/// <summary>Compaction and defragmentation: the two things that change a member's file.</summary>
public sealed partial class ModelCluster
{
    /// <summary>Every defragmentation that began, ours and other people's.</summary>
    public List<ModelDefrag> Defrags { get; } = [];

    /// <summary>Tells when a defragmentation begins or ends.</summary>
    public Action<ModelMember, bool>? DefragChanged { get; set; }

    /// <summary>Forgets history up to a revision. The member that was asked frees its space now, the others in their own time.</summary>
    /// <returns>How long the physical work takes on the member that was asked.</returns>
    internal TimeSpan Compact(long revision, ModelMember? asked)
    {
        Advance();
        var share = Math.Clamp((revision - CompactRevision) / (double)Math.Max(1, Revision - CompactRevision), 0, 1);
        CompactRevision = revision;
        Committed += 1;
        Note("compacted", asked, asked is null ? "by someone else" : "", revision);
        var took = TimeSpan.FromMilliseconds(20);
        foreach (var member in _members)
        {
            var bytes = Math.Max(0, (member.InUse - member.ToFree - member.Live) * share);
            member.ToFree += bytes;
            var seconds = member == asked ? dice.Between(0.02, 0.6) : dice.Between(0.3, 6.0);
            member.FreeBytesPerSecond = Math.Max(1, member.ToFree / seconds);
            member.FreeFrom = Time.Now + (member == asked ? 0 : dice.Seconds(0.0, 0.3).Ticks);
            if (member == asked)
            {
                took = TimeSpan.FromSeconds(seconds * 1.01);
            }
        }

        return took;
    }

    /// <summary>Somebody else's compaction, up to now.</summary>
    public void CompactByOthers()
    {
        Advance();
        Compact(Revision, null);
    }

    /// <summary>Asks a member to rewrite its file. A second one on the same member waits for the first, as etcd's lock makes it.</summary>
    internal void BeginDefrag(ModelMember member, ModelCall? call)
    {
        var defrag = new ModelDefrag(member, call);
        Defrags.Add(defrag);
        if (member.Defrag is null)
        {
            Start(member, defrag);
        }
        else
        {
            member.WaitingDefrags.Enqueue(defrag);
            Note("defragmentation waits for another one", member, call is null ? "someone else's" : "ours");
        }
    }

    private void Start(ModelMember member, ModelDefrag defrag)
    {
        Advance();
        member.Defrag = defrag;
        var seconds = 0.05 + (member.InUse * member.DiskFactor / member.DefragBytesPerSecond);
        defrag.RemainingTicks = (long)(seconds * TimeSpan.TicksPerSecond);
        Note("defragmentation begins", member, defrag.Call is null ? "someone else's" : "ours", defrag.RemainingTicks / TimeSpan.TicksPerMillisecond);
        Judge(member);
        Arm(member, defrag);
        DefragChanged?.Invoke(member, true);
    }

    /// <summary>Somebody begins to read a snapshot. Until that ends no page is freed, and a defragmentation waits with the file locked.</summary>
    /// <param name="member">The member.</param>
    /// <param name="duration">How long it takes; zero: for ever.</param>
    public void OpenSnapshot(ModelMember member, TimeSpan duration)
    {
        if (!member.IsUp || !member.IsStarted || member.IsBlocked)
        {
            return; // it would have to wait for the file itself
        }

        Advance();
        Note("a snapshot is being read", member);
        var opened = Time.Now;
        member.Snapshots.Add(opened);
        if (duration > TimeSpan.Zero)
        {
            Time.After(duration, _ => CloseSnapshot(member, opened), null);
        }
    }

    private void CloseSnapshot(ModelMember member, long opened)
    {
        Advance();
        if (!member.Snapshots.Remove(opened))
        {
            return; // the process died meanwhile
        }

        Note("a snapshot has been read", member);
        if (member.Snapshots.Count == 0 && member is { Defrag: { Timer: null } waiting, IsHanging: false })
        {
            Arm(member, waiting);
        }
    }

    private void Arm(ModelMember member, ModelDefrag defrag)
    {
        if (member.Snapshots.Count > 0)
        {
            defrag.EndsAt = long.MaxValue;
            return;
        }

        defrag.EndsAt = Time.Now + defrag.RemainingTicks;
        defrag.Timer = Time.After(TimeSpan.FromTicks(defrag.RemainingTicks), _ => Finish(member, defrag), null);
    }

    private void Finish(ModelMember member, ModelDefrag defrag)
    {
        Advance();
        member.Defrag = null;
        defrag.IsOver = true;
        if (member.DiskFull)
        {
            member.DiskFull = false;
            Note("defragmentation fails: disk full", member);
        }
        else
        {
            defrag.Completed = true;
            member.DbSize = Math.Max(member.InUse * 1.01, 20480);
            Note("defragmentation done", member, "", (long)member.DbSize);
        }

        Judge(member);
        if (defrag.Call is { } call)
        {
            Reply(call, defrag.Completed ? null : EtcdText.DiskFull);
        }

        DefragChanged?.Invoke(member, false);
        if (member.WaitingDefrags.TryDequeue(out var next))
        {
            Start(member, next);
        }
        else
        {
            ServeParked(member);
        }
    }

    /// <summary>The process is stopped: its defragmentation stands still too.</summary>
    private void Freeze(ModelMember member)
    {
        if (member.Defrag is { Timer: { } timer } defrag)
        {
            defrag.RemainingTicks = Math.Max(1, defrag.EndsAt - Time.Now);
            timer.Dispose();
            defrag.Timer = null;
        }
    }

    private void Thaw(ModelMember member)
    {
        if (member.Defrag is { } defrag)
        {
            Arm(member, defrag);
        }
    }

    /// <summary>The process died: the file is as it was.</summary>
    private void AbandonDefrags(ModelMember member)
    {
        member.Snapshots.Clear();
        if (member.Defrag is { } defrag)
        {
            defrag.Timer?.Dispose();
            defrag.IsOver = true;
            member.Defrag = null;
            Note("defragmentation lost with the process", member);
        }

        while (member.WaitingDefrags.TryDequeue(out var waiting))
        {
            waiting.IsOver = true;
        }
    }
}
