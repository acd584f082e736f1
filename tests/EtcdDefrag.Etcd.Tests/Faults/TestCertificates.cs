using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Etcd.Tests.Faults;

/// <summary>Certificates of the tests' own making, and their PEM files in a folder of their own.</summary>
public sealed class TestCertificates : IDisposable
{
    public TestCertificates(string name = "the tests' CA")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Ca = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(3));
        CaFile = Write("ca.crt", Ca.ExportCertificatePem());
    }

    public X509Certificate2 Ca { get; }

    public string CaFile { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("etcd-defrag-tls-").FullName;

    public X509Certificate2 Issue(string dnsName, TimeSpan? validFor = null, IPAddress? address = null) => IssueBy(Ca, dnsName, validFor, address);

    public static X509Certificate2 IssueBy(X509Certificate2 issuer, string dnsName, TimeSpan? validFor, IPAddress? address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={dnsName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        if (address is not null)
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        var start = DateTimeOffset.UtcNow.AddYears(-2);
        using var issued = request.Create(issuer, start, DateTimeOffset.UtcNow + (validFor ?? TimeSpan.FromDays(30)), [1, 2, 3, 4]);
        return issued.CopyWithPrivateKey(key);
    }

    public string Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    public static SslServerAuthenticationOptions Server(X509Certificate2 certificate, params SslApplicationProtocol[] protocols) => new()
    {
        ServerCertificate = certificate,
        ApplicationProtocols = [.. protocols.Length > 0 ? protocols : [SslApplicationProtocol.Http2]],
    };

    public void Dispose()
    {
        Ca.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
