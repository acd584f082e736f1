using System.Net.Sockets;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Why a TCP connection could not be opened, in words for operators.</summary>
internal static class SocketErrors
{
    /// <summary>The words.</summary>
    /// <param name="error">The system's error.</param>
    /// <param name="host">The host that was to be reached.</param>
    public static string Explain(SocketError error, string host) => error switch
    {
        SocketError.ConnectionRefused => "connection refused: nothing listens on this port",
        SocketError.HostNotFound or SocketError.NoData => $"the name \"{host}\" is unknown (DNS)",
        SocketError.TryAgain or SocketError.NoRecovery =>
            $"the name \"{host}\" could not be looked up: the DNS server does not answer or failed",
        SocketError.TooManyOpenSockets => "this process cannot open more files: raise the limit (ulimit -n, LimitNOFILE=)",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route to this host",
        SocketError.TimedOut => "the host does not answer",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "the host broke the connection off at once",
        SocketError.NetworkDown => "this machine's network is down",
        SocketError.AddressFamilyNotSupported => "this machine does not support this kind of address (IPv6?)",
        SocketError.AccessDenied => "the system forbids this connection (a firewall?)",
        SocketError.InvalidArgument => "no connection can be made to this address; a link-local IPv6 address needs its interface, as in [fe80::1%eth0]",
        _ => $"the connection failed ({error})",
    };
}
