using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Our side of TLS: whom to trust, who we are. Read from the files once, before anything is contacted.</summary>
internal sealed class TlsMaterial
{
    private readonly SystemRoots? _system;
    private readonly SslStreamCertificateContext? _identity;
    private readonly bool _skipVerify;

    private TlsMaterial(X509Certificate2Collection? roots, SystemRoots? system, SslStreamCertificateContext? identity,
        string? serverName, bool skipVerify)
    {
        Roots = roots;
        _system = system;
        _identity = identity;
        ServerName = serverName;
        _skipVerify = skipVerify;
    }

    /// <summary>The roots to trust, and no others; null: the system's.</summary>
    public X509Certificate2Collection? Roots { get; }

    /// <summary>The name to verify instead of the host; null: the host.</summary>
    public string? ServerName { get; }

    /// <summary>Reads the files that the options name.</summary>
    /// <exception cref="ConnectionOptionsException">A file is missing, unreadable or does not hold what it should.</exception>
    public static TlsMaterial Load(ConnectionOptions options)
    {
        var system = options.SystemRoots; // before the first certificate is touched
        var roots = options.CaFile is null ? null : PemFiles.ReadRoots(options.CaFile);
        return new TlsMaterial(
            roots,
            roots is null ? system : null,
            PemFiles.ReadIdentity(options.CertFile, options.KeyFile),
            string.IsNullOrEmpty(options.TlsServerName) ? null : options.TlsServerName,
            options.InsecureSkipTlsVerify);
    }

    /// <summary>What is wrong with the dates of our own certificate at a moment, in words that follow a
    /// colon; null: nothing.</summary>
    public string? IdentityProblem(DateTimeOffset now) => _identity?.TargetCertificate switch
    {
        { } ours when ours.NotAfter < now => $"it expired on {CertificateVerdict.Moment(ours.NotAfter)}",
        { } ours when ours.NotBefore > now =>
            $"it is not valid before {CertificateVerdict.Moment(ours.NotBefore)}; is this machine's clock right?",
        _ => null,
    };

    /// <summary>The parameters of one handshake.</summary>
    public SslClientAuthenticationOptions ForConnection(CertificateVerdict verdict, bool http2)
    {
        return new SslClientAuthenticationOptions
        {
            TargetHost = verdict.Name,
            ApplicationProtocols = [http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
#pragma warning disable CA5398 // named on purpose: whatever the system's default, etcd's floor is TLS 1.2
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
            CertificateChainPolicy = SystemTls.Policy(Roots, _system),
            ClientCertificateContext = _identity,
#pragma warning disable CA5359 // accepts anything only where --insecure-skip-tls-verify asks for it
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _skipVerify
                || verdict.Judge(certificate, chain, _system?.Correct(certificate, chain, errors) ?? errors),
#pragma warning restore CA5359
        };
    }
}
