
namespace EtcdDefrag.Core.Cluster;

/// <summary>All that one round of reads found out about one member.</summary>
public sealed record MemberView
{
    /// <summary>The member, as the member list has it.</summary>
    public required Member Member { get; init; }

    /// <summary>The endpoint through which it was read; null: it has none that may be used.</summary>
    public Endpoint? Endpoint { get; init; }

    /// <summary>Its own status; null when it did not give one.</summary>
    public MemberStatus? Status { get; init; }

    /// <summary>Why there is no status, in words for people; null when there is one.</summary>
    public string? StatusProblem { get; init; }

    /// <summary>The cause of <see cref="StatusProblem"/>; null: there is none, or it lies in the member list alone.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>Whether the endpoint is one that the member advertises, and that the user did not name.</summary>
    public bool IsAdvertised { get; init; }

    /// <summary>Why it is read through an endpoint that the user gave instead of what it advertises, in words for
    /// people; null: it is not.</summary>
    public string? Detour { get; init; }

    /// <summary>Why a linearizable read through it failed; null when it worked. Learners are not asked.</summary>
    public string? ReadProblem { get; init; }

    /// <summary>The cause of <see cref="ReadProblem"/>; null: there is none.</summary>
    public Trouble? ReadTrouble { get; init; }

    /// <summary>How long that read took.</summary>
    public TimeSpan ReadTook { get; init; }

    /// <summary>The cluster's alarms; empty for a learner, and where they could not be listed.</summary>
    public IReadOnlyList<Alarm> Alarms { get; init; } = [];

    /// <summary>Why this member did not list the alarms; null when it did, or was not asked because another one had.</summary>
    public string? AlarmProblem { get; init; }

    /// <summary>Whether what is wrong here is that we are not allowed, rather than that the member is unwell.</summary>
    public bool AccessRefused => Trouble is Cluster.Trouble.Rights || ReadTrouble is Cluster.Trouble.Rights
        || AlarmTrouble is Cluster.Trouble.Rights;

    /// <summary>The cause of <see cref="AlarmProblem"/>; null: there is none.</summary>
    public Trouble? AlarmTrouble { get; init; }

    /// <summary>What its metrics page says; null when it was not asked for, or could not be had.</summary>
    public MemberMetrics? Metrics { get; init; }

    /// <summary>Why its page does not show whether a snapshot of it is being read, in words for people; null when it
    /// does, or was not asked for.</summary>
    public string? MetricsProblem { get; init; }

    /// <summary>Whether the page that came is another member's.</summary>
    public bool IsMetricsOfAnother { get; init; }

    /// <summary>The member's id.</summary>
    public MemberId Id => Member.Id;

    /// <summary>Whether it votes. A member counts as learner if either the list or the member itself says so.</summary>
    public bool IsVoter => !Member.IsLearner && Status?.IsLearner != true;

    /// <summary>Whether it answers, takes part in a quorum, and raises no alarm but NOSPACE.</summary>
    public bool IsHealthy => Status is not null && ReadProblem is null && AlarmProblem is null
        && Alarms.All(alarm => alarm.Kind == AlarmKind.NoSpace);

    /// <summary>How to call the member in a message: its endpoint, else its name and id.</summary>
    public string Label => Endpoint?.Text ?? (Member.Name.Length > 0 ? $"{Member.Name} (member {Id})" : $"member {Id}");
}

/// <summary>What an endpoint that the user named turned out to be.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="MemberId">The member that answered there first; null when none did.</param>
/// <param name="ClusterId">The cluster it belongs to; null when nothing answered.</param>
/// <param name="Problem">What is wrong with it; null when it answers, always as the same member.</param>
/// <param name="Trouble">The cause of the problem.</param>
public sealed record GivenEndpoint(Endpoint Endpoint, MemberId? MemberId, ClusterId? ClusterId, string? Problem,
    Trouble? Trouble = null);
