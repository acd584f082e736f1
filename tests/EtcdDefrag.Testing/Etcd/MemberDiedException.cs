namespace EtcdDefrag.Testing.Etcd;

/// <summary>A server ended that should run: often because another process took its port in between.</summary>
public sealed class MemberDiedException(string member, string lastWords) : Exception($"{member} ended by itself:\n{lastWords}")
{
    /// <summary>Whether its port was taken, so that another try with other ports helps.</summary>
    public bool PortWasTaken { get; } = lastWords.Contains("address already in use", StringComparison.Ordinal);
}
