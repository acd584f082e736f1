namespace EtcdDefrag.Testing.Etcd;

/// <summary>What a member is started with.</summary>
public sealed record MemberOptions
{
    public required EtcdVersion Version { get; init; }

    public required string Name { get; init; }

    /// <summary>Holds the member's data and log.</summary>
    public required string Folder { get; init; }

    public int ClientPort { get; init; } = FreePort.Next();

    public int PeerPort { get; init; } = FreePort.Next();

    /// <summary>The port on which it listens for peers, where that is not the one they are told; 0: the same.</summary>
    public int PeerListenPort { get; init; }

    /// <summary>Further flags of etcd.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Further environment variables of etcd.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Client URLs to advertise instead of the one it listens on, for example two of them.</summary>
    public IReadOnlyList<string> AdvertisedClientUrls { get; init; } = [];

    public EtcdTls? Tls { get; init; }

    public string ClientUrl => $"{(Tls is null ? "http" : "https")}://127.0.0.1:{ClientPort}";

    public string PeerUrl => $"http://127.0.0.1:{PeerPort}";
}
