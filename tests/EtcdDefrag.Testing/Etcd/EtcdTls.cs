using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Testing.Etcd;

/// <summary>A throwaway authority with a server certificate for 127.0.0.1 and localhost and a client certificate, as PEM files.</summary>
public sealed record EtcdTls
{
    public required string CaFile { get; init; }

    public required string ServerCertificateFile { get; init; }

    public required string ServerKeyFile { get; init; }

    public required string ClientCertificateFile { get; init; }

    public required string ClientKeyFile { get; init; }

    /// <summary>Whether the servers demand a client certificate.</summary>
    public bool ClientCertificateRequired { get; init; }

    public static EtcdTls Create(string folder, bool clientCertificateRequired, string clientName = "client")
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(2));

        var ca = Path.Combine(folder, "ca.pem");
        File.WriteAllText(ca, authority.ExportCertificatePem());
        var (serverCertificate, serverKey) = Issue(authority, folder, "server");
        var (clientCertificate, clientKey) = Issue(authority, folder, clientName);
        return new EtcdTls
        {
            CaFile = ca,
            ServerCertificateFile = serverCertificate,
            ServerKeyFile = serverKey,
            ClientCertificateFile = clientCertificate,
            ClientKeyFile = clientKey,
            ClientCertificateRequired = clientCertificateRequired,
        };
    }

    /// <summary>The server's flags for its clients; peers talk in the clear on loopback.</summary>
    public IEnumerable<string> ServerArguments() =>
    [
        $"--cert-file={ServerCertificateFile}", $"--key-file={ServerKeyFile}",
        .. ClientCertificateRequired ? (string[])["--client-cert-auth", $"--trusted-ca-file={CaFile}"] : [],
    ];

    /// <summary>The flags that etcdctl and the tool share.</summary>
    public IEnumerable<string> ClientArguments() =>
    [
        $"--cacert={CaFile}",
        .. ClientCertificateRequired ? (string[])[$"--cert={ClientCertificateFile}", $"--key={ClientKeyFile}"] : [],
    ];

    private static (string Certificate, string Key) Issue(X509Certificate2 authority, string folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));

        var files = (Certificate: Path.Combine(folder, name + ".pem"), Key: Path.Combine(folder, name + ".key"));
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
