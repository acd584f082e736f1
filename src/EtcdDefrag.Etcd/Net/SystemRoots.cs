using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Etcd.Net;

/// <summary>The certificates that a Linux system trusts, of which only those are read that can be a server's issuers.</summary>
/// <remarks>
/// .NET reads all of them before a process's first certificate check, 55 ms on Debian (OpenSSL 3.0 takes 0.4 ms for each),
/// even where other roots are named.
/// So it is kept from it once and for all: it is shown an empty place, whatever the connection needs.
/// </remarks>
/// <param name="files">Bundles in PEM form, in the order of preference: the first one that can be read counts.</param>
/// <param name="folders">Folders of certificates in PEM form, all of which count. They are read only where
/// the bundle does not do.</param>
internal sealed class SystemRoots(IReadOnlyList<string> files, IReadOnlyList<string> folders)
{
    private const string FileVariable = "SSL_CERT_FILE";
    private const string FolderVariable = "SSL_CERT_DIR";
    private const string Nowhere = "/dev/null";

    /// <remarks>Source: Go crypto/x509/root_linux.go, where etcdctl looks.</remarks>
    private static readonly string[] UsualFiles =
    [
        "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Alpine, Arch
        "/etc/pki/tls/certs/ca-bundle.crt", // Red Hat
        "/etc/ssl/ca-bundle.pem", // SUSE
        "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    private static readonly string[] UsualFolders = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

    private readonly Lazy<CertificateIndex> _bundle = new(() => CertificateIndex.OfFirstFile(files));
    private readonly Lazy<CertificateIndex> _all = new(() => CertificateIndex.OfFolders(folders));

    /// <summary>This system's, as its environment has them; null where .NET itself knows them (Windows, macOS).</summary>
    /// <remarks>To be read before the process's first TLS handshake.</remarks>
    public static SystemRoots? OfThisSystem { get; } = OperatingSystem.IsLinux() ? Take() : null;

    /// <summary>Builds the chain of a server's certificate anew, up to one of these roots.</summary>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="chain">The chain, with the certificates that the server sent; it trusts no roots so far.</param>
    /// <param name="errors">What was wrong without them.</param>
    /// <returns>What is wrong with them.</returns>
    public SslPolicyErrors Correct(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null && certificate is X509Certificate2 leaf
            && (Complete(chain, leaf, _bundle) || Complete(chain, leaf, _all))
            ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors
            : errors;

    private static bool Complete(X509Chain chain, X509Certificate2 leaf, Lazy<CertificateIndex> index)
    {
        var policy = chain.ChainPolicy;
        var issuers = index.Value.IssuersOf([leaf, .. policy.ExtraStore]).ToLookup(static issuer =>
            issuer.SubjectName.RawData.AsSpan().SequenceEqual(issuer.IssuerName.RawData));
        policy.ExtraStore.AddRange(issuers[false].ToArray());
        foreach (var root in issuers[true])
        {
            // One at a time: of two roots of one name OpenSSL may try the first alone.
            policy.CustomTrustStore.Clear();
            policy.CustomTrustStore.Add(root);
            if (chain.Build(leaf))
            {
                return true;
            }
        }

        return false;
    }

    private static SystemRoots Take()
    {
#pragma warning disable RS0030 // OpenSSL's own variables, which .NET reads from the process as well
        var file = Environment.GetEnvironmentVariable(FileVariable);
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
#pragma warning restore RS0030
        _ = Libc.setenv(FolderVariable, Nowhere, 1); // .NET reads the native environment, which its own setter does not reach
        _ = Libc.setenv(FileVariable, Nowhere, 1);
        return new SystemRoots(
            string.IsNullOrEmpty(file) ? UsualFiles : [file],
            string.IsNullOrEmpty(folder) ? UsualFolders : folder.Split(':', StringSplitOptions.RemoveEmptyEntries));
    }
}
