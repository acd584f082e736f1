using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Contract;

/// <summary>A cluster, real or modelled, that the contract suite may do anything to.</summary>
public interface IClusterUnderTest
{
    IClusterClient Client { get; }

    /// <summary>The clock that the cluster lives by.</summary>
    TimeProvider Time { get; }

    /// <summary>One certain URL for each voter.</summary>
    IReadOnlyList<Endpoint> Voters { get; }

    /// <summary>One certain URL for each learner that has started.</summary>
    IReadOnlyList<Endpoint> Learners { get; }

    /// <summary>Writes so many values of so many bytes under so few keys that most become history.</summary>
    Task WriteHistoryAsync(int values, int bytesPerValue, CancellationToken cancellationToken);

    /// <summary>Stops the process as SIGSTOP does.</summary>
    Task SuspendAsync(Endpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Lets it go on.</summary>
    Task ResumeAsync(Endpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Ends the process.</summary>
    Task StopAsync(Endpoint endpoint, CancellationToken cancellationToken);
}

/// <summary>What cluster a test wants.</summary>
public sealed record ClusterShape(int Voters, int Learners = 0);
