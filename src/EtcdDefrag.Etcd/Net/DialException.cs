using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd.Net;

/// <summary>No connection came about; nothing was sent. The message is for operators and follows "endpoint X: ".</summary>
#pragma warning disable CA1032, CA1064 // made and caught inside this project only
internal sealed class DialException(NoAnswerKind kind, string message, Exception? inner = null) : Exception(message, inner)
#pragma warning restore CA1032, CA1064
{
    /// <summary>Which part failed.</summary>
    public NoAnswerKind Kind { get; } = kind;
}
