using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Model;

/// <summary>One member: what it is, how it fares, what is on its disk. Changed only by <see cref="ModelCluster"/>.</summary>
public sealed class ModelMember(ModelCluster cluster, MemberId id, string name)
{
    public ModelCluster Cluster { get; } = cluster;

    public MemberId Id { get; } = id;

    public string Name { get; } = name;

    public List<string> ClientUrls { get; } = [];

    public string Version { get; set; } = "3.5.30";

    public bool IsLearner { get; set; }

    /// <summary>When it turned from a voter into a learner; -1: it was what it is from the beginning.</summary>
    internal long LearnerSince { get; set; } = -1;

    public bool IsStarted { get; set; } = true;

    /// <summary>When it came into the member list.</summary>
    internal long AddedAt { get; init; }

    // How it fares.
    public bool IsUp { get; internal set; } = true;

    public bool IsHanging { get; internal set; }

    /// <summary>Neither clients nor peers reach it.</summary>
    public bool IsOffNetwork { get; internal set; }

    /// <summary>Clients reach it, peers don't.</summary>
    public bool IsIsolated { get; internal set; }

    internal long IsolatedAt { get; set; }

    /// <summary>Since when something is wrong with it (down, hanging, cut off, not started, blocked); -1: nothing is.</summary>
    public long BadSince { get; internal set; } = -1;

    public string BadBecause { get; internal set; } = "";

    // What it keeps.
    public double DbSize { get; set; } = 100 << 20;

    public double InUse { get; set; } = 60 << 20;

    /// <summary>What of it is live data: what a compaction up to now would leave.</summary>
    public double Live { get; set; } = 20 << 20;

    /// <summary>Bytes that a compaction under way is still to free, how fast, and from when.</summary>
    internal double ToFree { get; set; }

    internal double FreeBytesPerSecond { get; set; } = 1;

    internal long FreeFrom { get; set; }

    public double Applied { get; set; }

    /// <summary>What it knows to be committed; falls behind the cluster while it is cut off.</summary>
    public double KnownCommitted { get; set; }

    public bool DataDiffer { get; set; }

    public long Quota { get; set; } = 2L << 30;

    public bool QuotaInMetrics { get; set; } = true;

    // How fast it is.
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(1);

    public TimeSpan ExtraLatency { get; set; }

    internal double DiskFactor { get; set; } = 1;

    public double DefragBytesPerSecond { get; set; } = 100 << 20;

    /// <summary>When the snapshots that are being read of it were opened.</summary>
    public List<long> Snapshots { get; } = [];

    // What it is doing.
    public ModelDefrag? Defrag { get; internal set; }

    internal Queue<ModelDefrag> WaitingDefrags { get; } = new();

    internal List<ModelCall> Open { get; } = [];

    /// <summary>Requests that TCP still carries while the member is off the network.</summary>
    internal List<ModelCall> Delayed { get; } = [];

    // Faults that strike the next call of a kind.
    internal CallKind? LoseReplyOf { get; set; }

    internal CallKind? LoseRequestOf { get; set; }

    internal bool DiskFull { get; set; }

    public bool IsBlocked => Defrag is not null;

    /// <summary>Whether a defragmentation that we asked for is running or will run.</summary>
    public bool IsBlockedByUs
    {
        get
        {
            if (Defrag is { Call: not null })
            {
                return true;
            }

            foreach (var waiting in WaitingDefrags)
            {
                if (waiting.Call is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public bool IsVoter => !IsLearner;

    /// <summary>Takes part in raft. A blocked member does: heartbeats and log go on.</summary>
    public bool IsRaftAlive => IsUp && IsStarted && !IsHanging && !IsOffNetwork && !IsIsolated;

    public double Lag => Math.Max(0, KnownCommitted - Applied);

    /// <summary>Whether Status answers while this member is blocked: up to 3.4.37 and 3.5.22 only.</summary>
    public bool StatusAnswersWhileBlocked { get; private set; }

    public bool IsBefore36 { get; private set; }

    public void SetVersion(string version)
    {
        Version = version;
        var parts = version.Split('.');
        var minor = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        var patch = int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
        StatusAnswersWhileBlocked = (minor == 4 && patch <= 37) || (minor == 5 && patch <= 22);
        IsBefore36 = minor < 6;
    }
}

/// <summary>One rewriting of a member's file.</summary>
public sealed class ModelDefrag(ModelMember member, ModelCall? call)
{
    public ModelMember Member { get; } = member;

    /// <summary>The call that asked for it; null: somebody else's.</summary>
    public ModelCall? Call { get; } = call;

    public bool IsOver { get; internal set; }

    public bool Completed { get; internal set; }

    /// <summary>When it is over, or was, as it looks now.</summary>
    public long EndsAt { get; internal set; }

    /// <summary>What is left of it while the process is stopped.</summary>
    internal long RemainingTicks { get; set; }

    internal ITimer? Timer { get; set; }
}
