namespace EtcdDefrag.Testing.Etcd;

/// <summary>What a test's cluster is like.</summary>
public sealed record ClusterOptions
{
    /// <summary>How many voters it begins with.</summary>
    public int Members { get; init; } = 3;

    /// <summary>Further flags of every etcd.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>A last change to a member's options, by its number from 0: other flags, two advertised URLs.</summary>
    public Func<int, MemberOptions, MemberOptions> Configure { get; init; } = (_, options) => options;

    /// <summary>Whether clients speak TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether they must show a certificate; only with <see cref="Tls"/>.</summary>
    public bool ClientCertificates { get; init; }
}
