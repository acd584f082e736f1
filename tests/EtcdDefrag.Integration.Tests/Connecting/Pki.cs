using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Certificates of every kind that a cluster may have, right and wrong ones, as PEM files in a folder of their own.</summary>
public sealed class Pki : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _authority;
    private int _serial;

    public Pki(string name = "the cluster's authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _authority = Authority(new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)).CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        CaFile = Write("ca.pem", _authority.ExportCertificatePem());
    }

    public string Folder => _folder.Path;

    public string CaFile { get; }

    private static DateTimeOffset Now { get; } = DateTimeOffset.UtcNow;

    /// <summary>A certificate for clients and servers, and its key.</summary>
    /// <param name="name">Its common name, and the files'.</param>
    /// <param name="dns">Its names; none: it has no subject alternative name at all.</param>
    public (string Cert, string Key) Issue(string name, string[]? dns = null, string key = "pkcs8", bool expired = false, bool chain = false, bool early = false)
    {
        using var signer = chain ? Intermediate() : null;
        using var rsa = key.StartsWith("rsa", StringComparison.Ordinal) ? RSA.Create(2048) : null;
        using var ecdsa = rsa is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var request = rsa is not null
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", ecdsa!, HashAlgorithmName.SHA256);
        Name(request, dns ?? ["localhost"]);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var issuer = signer ?? _authority;
        // The issuers sign with ECDSA, whatever the kind of the key that they sign for.
        using var issuerKey = issuer.GetECDsaPrivateKey()!;
        using var certificate = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), early ? Now.AddDays(10) : Now.AddYears(-1), expired ? Now.AddDays(-10) : Now.AddYears(1), [1, (byte)Interlocked.Increment(ref _serial)]);

        var file = $"{name}-{_serial}";
        return (
            Write(file + ".pem", certificate.ExportCertificatePem() + "\n" + signer?.ExportCertificatePem()),
            Write(file + ".key", key switch
            {
                "rsa-pkcs1" => rsa!.ExportRSAPrivateKeyPem(),
                "rsa-pkcs8" => rsa!.ExportPkcs8PrivateKeyPem(),
                "sec1" => ecdsa!.ExportECPrivateKeyPem(),
                "encrypted" => ecdsa!.ExportEncryptedPkcs8PrivateKeyPem("passphrase", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)),
                _ => ecdsa!.ExportPkcs8PrivateKeyPem(),
            }));
    }

    /// <summary>What a server of this authority is started with.</summary>
    public EtcdTls Server((string Cert, string Key) server, bool clientCertificates = false)
    {
        var client = Issue("harness");
        return new EtcdTls
        {
            CaFile = CaFile,
            ServerCertificateFile = server.Cert,
            ServerKeyFile = server.Key,
            ClientCertificateFile = client.Cert,
            ClientKeyFile = client.Key,
            ClientCertificateRequired = clientCertificates,
        };
    }

    public string Write(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private X509Certificate2 Intermediate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Authority(new CertificateRequest("CN=an intermediate authority", key, HashAlgorithmName.SHA256))
            .Create(_authority, Now.AddYears(-2), Now.AddYears(2), [2, (byte)Interlocked.Increment(ref _serial)]);
        return certificate.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Authority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static void Name(CertificateRequest request, string[] dns)
    {
        if (dns.Length == 0)
        {
            return;
        }

        var names = new SubjectAlternativeNameBuilder();
        Array.ForEach(dns, names.AddDnsName);
        if (dns.Contains("localhost"))
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
    }
}
