using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Etcd.Net;

/// <summary>TLS to a web server that is no etcd: by the system's roots, without a certificate of our own.</summary>
public sealed class SystemTls
{
    private readonly CertificateVerdict _verdict;

    /// <summary>For connections to one host.</summary>
    /// <param name="host">The name that its certificate must carry.</param>
    public SystemTls(string host)
    {
        _verdict = new CertificateVerdict(host, CertificateAdvice.ForWeb);
        var system = SystemRoots.OfThisSystem;
        Options = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = Policy(null, system),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                _verdict.Judge(certificate, chain, system?.Correct(certificate, chain, errors) ?? errors),
        };
    }

    /// <summary>For the HTTP handler.</summary>
    public SslClientAuthenticationOptions Options { get; }

    /// <summary>Why a request failed, in words for operators.</summary>
    /// <param name="e">What the HTTP handler threw.</param>
    public string Explain(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return "TLS: " + (_verdict.Problem ?? TlsAlerts.Find(cause, identityProblem: null)
                        ?? "it does not speak TLS, or broke the handshake off; is https:// right?");
                case HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError }:
                    return "the proxy (HTTPS_PROXY) opened no way to it";
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                    return "its answer's headers are longer than 64 KB";
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError }:
                    return "its answer is not HTTP";
                case SocketException socket when socket.SocketErrorCode is not (
                    SocketError.ConnectionReset or SocketError.Shutdown):
                    return SocketErrors.Explain(socket.SocketErrorCode, _verdict.Name);
                default:
                    break;
            }
        }

        return "it closed the connection before its answer was complete";
    }

    /// <summary>How chains are built.</summary>
    /// <param name="roots">The roots to trust; null: the system's.</param>
    /// <param name="system">The system's, where they are ours to look up; they come in afterwards.</param>
    internal static X509ChainPolicy Policy(X509Certificate2Collection? roots, SystemRoots? system)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck, // as Go's TLS, and etcd's tools with it
            DisableCertificateDownloads = true, // whom we trust is not to be found out over the network
        };
        if (roots is not null || system is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots ?? []);
        }

        return policy;
    }
}
