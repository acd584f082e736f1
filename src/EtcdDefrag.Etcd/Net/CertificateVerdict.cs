using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Etcd.Net;

/// <summary>What we think of one server's certificate, in words for operators.</summary>
/// <param name="name">The name the certificate must carry.</param>
/// <param name="advice">What to do about it.</param>
internal sealed class CertificateVerdict(string name, CertificateAdvice advice)
{
    /// <summary>The name the certificate must carry.</summary>
    public string Name => name;

    /// <summary>What is wrong with it; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>A moment as messages show it, in UTC.</summary>
    public static string Moment(DateTime moment) =>
        moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The callback of the TLS handshake.</summary>
    public bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None && certificate is X509Certificate2 named && HasAlternativeNames(named))
        {
            return true;
        }

        Problem = certificate is X509Certificate2 leaf ? Explain(leaf, chain, errors) : "the server presents no certificate";
        return false;
    }

    private string Explain(X509Certificate2 leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null)
        {
            foreach (var element in chain.ChainElements)
            {
                if (element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
                {
                    return ExplainTime(element.Certificate, leaf, chain);
                }
            }

            var all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (sum, status) => sum | status.Status);
            if ((all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            {
                return ExplainIssuer(leaf, chain);
            }

            if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            {
                return $"the server's certificate \"{Text(leaf.Subject)}\" is not acceptable: {Explain(all)}";
            }
        }

        if (!HasAlternativeNames(leaf))
        {
            // .NET would still take the common name; Go, and with it etcd and etcdctl, has not since 1.15.
            return $"the server's certificate \"{Text(leaf.Subject)}\" has its host name only in the common name, which is not used; "
                + "issue it with a subject alternative name (SAN)";
        }

        return $"the server's certificate is not valid for \"{name}\" but for {Names(leaf)}; {advice.Name}";
    }

    private static string Explain(X509ChainStatusFlags flags) =>
        flags.HasFlag(X509ChainStatusFlags.NotSignatureValid) ? "its signature, or that of an issuer, is not valid"
        : flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "it is not made for servers (extended key usage)"
        : flags.HasFlag(X509ChainStatusFlags.InvalidBasicConstraints)
            ? "an issuer's certificate is not a CA's (basic constraints)"
        : (flags & (X509ChainStatusFlags.InvalidNameConstraints | X509ChainStatusFlags.HasNotPermittedNameConstraint | X509ChainStatusFlags.HasExcludedNameConstraint)) != 0
            ? "an issuer may not issue certificates for this name (name constraints)"
        : "an extension of it, or of an issuer's, forbids this use, or its algorithm is not accepted; look at it: openssl x509 -noout -text";

    private static string ExplainTime(X509Certificate2 invalid, X509Certificate2 leaf, X509Chain chain)
    {
        var whose = invalid.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)
            ? $"the server's certificate \"{Text(leaf.Subject)}\""
            : $"the certificate of its issuer \"{Text(invalid.Subject)}\"";
        return invalid.NotAfter < chain.ChainPolicy.VerificationTime
            ? $"{whose} expired on {Moment(invalid.NotAfter)}"
            : $"{whose} is not valid before {Moment(invalid.NotBefore)}; is this machine's clock right?";
    }

    private string ExplainIssuer(X509Certificate2 leaf, X509Chain chain)
    {
        var last = chain.ChainElements.Count > 0 ? chain.ChainElements[^1].Certificate : leaf;
        return $"the server's certificate \"{Text(leaf.Subject)}\" is issued by \"{Text(last.Issuer)}\", {advice.Issuer}";
    }

    private static bool HasAlternativeNames(X509Certificate2 leaf)
    {
        foreach (var extension in leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            if (extension.EnumerateDnsNames().Any() || extension.EnumerateIPAddresses().Any())
            {
                return true;
            }
        }

        return false;
    }

    private static string Names(X509Certificate2 leaf)
    {
        const int Shown = 12; // chosen: enough for any etcd member, and no certificate can flood a terminal
        var names = new List<string>();
        foreach (var extension in leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            names.AddRange(extension.EnumerateDnsNames().Select(Text));
            names.AddRange(extension.EnumerateIPAddresses().Select(address => address.ToString()));
        }

        if (names.Count == 0)
        {
            return $"\"{Text(leaf.Subject)}\"";
        }

        return string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
    }

    private static string Text(string text) => Printable.Of(text.Length > 200 ? text[..200] + "..." : text);
}

/// <summary>What to do about a certificate that is not good.</summary>
/// <param name="Issuer">Its issuer is not trusted: the rest of the sentence.</param>
/// <param name="Name">It is for other names.</param>
internal sealed record CertificateAdvice(string Issuer, string Name)
{
    private const string OtherEndpoint = "use one of these names in the endpoint, or --tls-server-name";

    public static readonly CertificateAdvice ForCaFile = new("which is not among the certificates of --cacert", OtherEndpoint);
    public static readonly CertificateAdvice ForSystem =
        new("which this system does not trust; name its CA's file with --cacert", OtherEndpoint);
    public static readonly CertificateAdvice ForWeb =
        new("which this system does not trust; name its CA's file in SSL_CERT_FILE", "use one of these names in the URL");
}
