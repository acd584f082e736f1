using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdDefrag.Output.Metrics;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Each way in which a Pushgateway can fail is told in our words, never in the framework's.</summary>
public sealed class PushgatewayFailureTests : IDisposable
{
    private const string Cut = "it closed the connection before its answer was complete";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public PushgatewayFailureTests() => _listener.Start();

    private string Address => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Port_on_which_nothing_listens()
    {
        var address = Address;
        _listener.Stop();

        Assert.Equal("connection refused: nothing listens on this port", await PushAsync("http://" + address));
    }

    [Fact]
    public async Task Name_that_is_unknown() =>
        Assert.Matches("^the name \"gateway.invalid\" (is unknown|could not be looked up)", await PushAsync("http://gateway.invalid:9091"));

    [Theory]
    [InlineData("", Cut)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", Cut)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "its answer is not HTTP")]
    [InlineData("HTTP/1.1 500 Failed\r\nContent-Length: 1000\r\n\r\nthe first words", Cut)]
    [InlineData("HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n", null)]
    [InlineData("HTTP/1.1 400 Bad\u001b[2J\r\nContent-Length: 8\r\n\r\nno\u001b[2Jmx", "it answered 400 Bad?[2J: no?[2Jmx")]
    public async Task Answer(string answer, string? words)
    {
        var push = PushAsync("http://" + Address);
        await AnswerAsync(answer);

        Assert.Equal(words, await push);
    }

    [Fact]
    public async Task Headers_without_end()
    {
        var push = PushAsync("http://" + Address);
        await AnswerAsync("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"X: {new string('x', 1000)}\r\n", 80)));

        Assert.Equal("its answer's headers are longer than 64 KB", await push);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")]
    [InlineData("")]
    public async Task Server_without_tls(string answer)
    {
        var push = PushAsync("https://" + Address);
        await AnswerAsync(answer);

        Assert.Equal("TLS: it does not speak TLS, or broke the handshake off; is https:// right?", await push);
    }

    [Fact]
    public async Task Server_whose_issuer_is_unknown()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var push = PushAsync("https://" + Address);
        using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream());
#pragma warning disable CA2025 // awaited below
        var handshake = tls.AuthenticateAsServerAsync(certificate);
#pragma warning restore CA2025

        Assert.Equal("TLS: the server's certificate \"CN=gateway\" is issued by \"CN=gateway\", which this system does not trust; name its CA's file in SSL_CERT_FILE", await push);
        await Record.ExceptionAsync(() => handshake);
    }

    private static Task<string?> PushAsync(string text)
    {
        Assert.True(PushgatewayUrl.TryParse(text, out var url, out _));
        var gateway = new Pushgateway(url, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), TimeProvider.System, debug: null);
        return gateway.PushAsync(gateway.AddressOf("c1"), "page", replace: true, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads what comes first, says this and nothing else.</summary>
    private async Task AnswerAsync(string answer)
    {
        using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[64 * 1024], 1, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }
}
