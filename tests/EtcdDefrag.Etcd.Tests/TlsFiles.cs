using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>What is wrong with a file is told with its flag, before anything is contacted.</summary>
public sealed class TlsFiles : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public void Missing_file() => Fails(new ConnectionOptions { CaFile = "/nowhere/ca.crt" }, "--cacert", "does not exist");

    [Fact]
    public void Empty_name() => Fails(new ConnectionOptions { CaFile = "" }, "--cacert", "empty string is passed to --cacert option");

    [Fact]
    public void Folder() => Fails(new ConnectionOptions { CaFile = _certificates.Folder }, "--cacert", "is a directory");

    [Fact]
    public void File_without_pem() => Fails(new ConnectionOptions { CaFile = _certificates.Write("x", "hello") }, "--cacert", "holds no certificate");

    [Fact]
    public void Damaged_certificate() =>
        Fails(new ConnectionOptions { CaFile = _certificates.Write("x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") }, "--cacert", "damaged");

    [Fact]
    public void Key_where_a_certificate_belongs() => Fails(new ConnectionOptions { CaFile = NewKey("k") }, "--cacert", "private key, not a certificate");

    [Fact]
    public void Certificate_without_key() => Fails(new ConnectionOptions { CertFile = _certificates.CaFile }, "--key", "KeyFile and CertFile must both be present");

    [Fact]
    public void Key_without_certificate() => Fails(new ConnectionOptions { KeyFile = NewKey("k") }, "--cert", "KeyFile and CertFile must both be present");

    [Fact]
    public void Key_that_does_not_fit() => Fails(new ConnectionOptions { CertFile = _certificates.CaFile, KeyFile = NewKey("k") }, "--key", "does not belong to");

    [Fact]
    public void Key_of_another_kind()
    {
        using var rsa = RSA.Create(2048);
        var file = _certificates.Write("rsa.key", rsa.ExportRSAPrivateKeyPem());

        Fails(new ConnectionOptions { CertFile = _certificates.CaFile, KeyFile = file }, "--key", "does not belong to");
    }

    [Fact]
    public void Encrypted_key()
    {
        using var key = ECDsa.Create();
        var pem = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));

        Fails(new ConnectionOptions { CertFile = _certificates.CaFile, KeyFile = _certificates.Write("enc.key", pem) }, "--key", "passphrase");
    }

    [Fact]
    public void File_without_a_key() => Fails(new ConnectionOptions { CertFile = _certificates.CaFile, KeyFile = _certificates.CaFile }, "--key", "holds no private key");

    [Theory]
    [InlineData("SEC1")]
    [InlineData("PKCS8")]
    public void Certificate_and_key_that_belong_together_are_taken(string form)
    {
        using var certificate = _certificates.Issue("client");
        using var key = certificate.GetECDsaPrivateKey()!;
        var options = new ConnectionOptions
        {
            CertFile = _certificates.Write("c.crt", certificate.ExportCertificatePem() + "\n" + _certificates.Ca.ExportCertificatePem()),
            KeyFile = _certificates.Write("c.key", form == "SEC1" ? key.ExportECPrivateKeyPem() : key.ExportPkcs8PrivateKeyPem()),
            CaFile = _certificates.CaFile,
        };

        using var client = EtcdClusterClient.Create(options, TimeProvider.System);

        Assert.Equal(0, client.ConnectionsOpened);
    }

    private string NewKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return _certificates.Write(name, key.ExportPkcs8PrivateKeyPem());
    }

    private static void Fails(ConnectionOptions options, string flag, string words)
    {
        var error = Assert.Throws<ConnectionOptionsException>(() => EtcdClusterClient.Create(options, TimeProvider.System));

        Assert.Equal(flag, error.Flag);
        Assert.StartsWith(flag + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
