namespace EtcdDefrag.Etcd.Net;

/// <summary>An option can't be used: found before anything was contacted.</summary>
#pragma warning disable CA1032 // standard constructors: an error without its flag must not exist
public sealed class ConnectionOptionsException : Exception
{
    /// <summary>Makes the error.</summary>
    public ConnectionOptionsException(string flag, string message, Exception? inner = null)
        : base($"{flag}: {message}", inner) => Flag = flag;

    /// <summary>The flag to correct, e.g. <c>--cacert</c>.</summary>
    public string Flag { get; }
}
