using System.Security.Cryptography;
using System.Text;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Makes the keys with which etcd signs its tokens, and tokens of our own.</summary>
internal sealed class Jwt(Pki pki, string name = "jwt") : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    /// <summary>The value of etcd's <c>--auth-token</c>.</summary>
    public string ServerOption(string ttl = "5m")
    {
        var publicKey = pki.Write(name + ".pub", _key.ExportSubjectPublicKeyInfoPem());
        var privateKey = pki.Write(name + ".priv", _key.ExportRSAPrivateKeyPem());
        return $"jwt,pub-key={publicKey},priv-key={privateKey},sign-method=RS256,ttl={ttl}";
    }

    public string Token(string user, DateTimeOffset expires)
    {
        var head = Encode("""{"alg":"RS256","typ":"JWT"}""");
        var claims = Encode($$"""{"username":"{{user}}","revision":100,"exp":{{expires.ToUnixTimeSeconds()}}}""");
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{claims}.{Url(signature)}";
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(string text) => Url(Encoding.UTF8.GetBytes(text));

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
