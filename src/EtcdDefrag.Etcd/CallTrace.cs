using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd;

/// <summary>One call that was made, for <c>--debug</c>. Holds no secrets: neither requests nor answers.</summary>
/// <param name="Endpoint">The endpoint asked.</param>
/// <param name="Call">The call, e.g. <c>Status</c>.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Result">How it ended: <c>OK</c>, a gRPC code, or the kind of failure.</param>
/// <param name="ConnectionsOpened">How many connections were opened to this address so far.</param>
public sealed record CallTrace(Endpoint Endpoint, string Call, TimeSpan Took, string Result, int ConnectionsOpened);
