using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>Without <c>--cacert</c> the system's roots decide, from wherever the system keeps them, and no others.</summary>
public sealed class SystemRootsTrusted : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TestCertificates _others = new("another CA");

    public void Dispose()
    {
        _certificates.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Issuer_in_the_bundle_is_trusted()
    {
        var bundle = _certificates.Write("bundle.crt", $"text before\n{Pem(_others.Ca)}\nbetween\n{Pem(_certificates.Ca)}\n");

        await AcceptedAsync(new SystemRoots(["/no/such/bundle.crt", bundle], []), Good());
    }

    [Fact]
    public async Task First_bundle_that_there_is_counts_alone() =>
        Assert.Contains(
            "which this system does not trust; name its CA's file with --cacert",
            await RefusedAsync(new SystemRoots([_others.CaFile, _certificates.CaFile], []), Good()),
            StringComparison.Ordinal);

    [Fact]
    public async Task Issuer_in_a_folder_is_trusted_beside_the_bundle()
    {
        File.CreateSymbolicLink(Path.Combine(_certificates.Folder, "0123abcd.0"), "ca.crt");

        await AcceptedAsync(new SystemRoots([_others.CaFile], ["/no/such/folder", _certificates.Folder]), Good());
    }

    [Fact]
    public async Task Link_to_a_certificate_elsewhere_is_followed()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_others.Folder, "certs")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "linked.pem"), _certificates.CaFile);

        await AcceptedAsync(new SystemRoots([], [folder]), Good());
    }

    [Fact]
    public async Task Both_of_two_authorities_of_one_name_are_tried()
    {
        using var namesake = new TestCertificates();
        var bundle = _certificates.Write("bundle.crt", Pem(namesake.Ca) + "\n" + Pem(_certificates.Ca));

        await AcceptedAsync(new SystemRoots([bundle], []), Good());
    }

    [Fact]
    public async Task Namesake_of_an_authority_is_not_trusted()
    {
        using var namesake = new TestCertificates();

        await RefusedAsync(new SystemRoots([namesake.CaFile], []), Good());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Intermediate_authority_of_the_bundle_leads_to_its_root(bool withRoot)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var intermediate = request.Create(_certificates.Ca, DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2), [7]);
        using var issuer = intermediate.CopyWithPrivateKey(key);
        var leaf = TestCertificates.IssueBy(issuer, "member-1", null, IPAddress.Loopback);
        var roots = new SystemRoots([_certificates.Write("bundle.crt", Pem(intermediate) + "\n" + (withRoot ? Pem(_certificates.Ca) : ""))], []);

        await (withRoot ? AcceptedAsync(roots, leaf) : RefusedAsync(roots, leaf));
    }

    [Fact]
    public async Task Expired_certificate_of_a_trusted_issuer_is_told_as_such() =>
        Assert.Contains(
            "expired on",
            await RefusedAsync(new SystemRoots([_certificates.CaFile], []), _certificates.Issue("member-1", TimeSpan.FromDays(-10), IPAddress.Loopback)),
            StringComparison.Ordinal);

    [Fact]
    public async Task Wrong_name_of_a_trusted_issuer_is_told_as_such() =>
        Assert.Contains(
            "is not valid for \"127.0.0.1\" but for member-1",
            await RefusedAsync(new SystemRoots([_certificates.CaFile], []), _certificates.Issue("member-1")),
            StringComparison.Ordinal);

    [Fact]
    public async Task Damaged_certificates_are_passed_over()
    {
        var bundle = _certificates.Write(
            "bundle.crt",
            $"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{_certificates.Ca.ExportCertificatePem()[..200]}\n"
            + $"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n{Pem(_certificates.Ca)}");

        await AcceptedAsync(new SystemRoots([bundle], []), Good());
    }

    private X509Certificate2 Good() => _certificates.Issue("member-1", address: IPAddress.Loopback);

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    private static async Task AcceptedAsync(SystemRoots roots, X509Certificate2 certificate)
    {
        await using var server = Server(certificate);
        using var client = Client(roots);

        await client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken);

        Assert.Equal(1, server.Defragments);
    }

    private static async Task<string> RefusedAsync(SystemRoots roots, X509Certificate2 certificate)
    {
        await using var server = Server(certificate);
        using var client = Client(roots);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() => client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken));

        Assert.Equal((NoAnswerKind.TlsFailed, false, 0), (error.Kind, error.RequestMayHaveRun, server.Defragments));
        return error.Message;
    }

    private static EtcdClusterClient Client(SystemRoots roots) =>
        EtcdClusterClient.Create(new ConnectionOptions { SystemRoots = roots, DialTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);

    private static FaultServer Server(X509Certificate2 certificate) => new(
        async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, Peer.Frame([]));
            await peer.OkTrailersAsync(id);
        },
        TestCertificates.Server(certificate));
}
