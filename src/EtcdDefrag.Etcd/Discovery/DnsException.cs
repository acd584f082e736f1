namespace EtcdDefrag.Etcd.Discovery;

/// <summary>A name could not be looked up.</summary>
/// <param name="message">Why, with the name and the server.</param>
/// <param name="isNegative">Whether a server said for certain that there is nothing under this name.</param>
#pragma warning disable CA1032, CA1064 // made and caught in this namespace only, always with its message
internal sealed class DnsException(string message, bool isNegative = false) : Exception(message)
{
    public bool IsNegative => isNegative;
}
