using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>One way to connect: flags beside the endpoint, and what comes of it.</summary>
/// <param name="Server">Which kind of server.</param>
/// <param name="Name">The way, in words.</param>
/// <param name="Exit">The exit code: 0 connects and defragments; 2 and 4 change nothing.</param>
/// <param name="Message">What standard error says where it fails.</param>
/// <param name="Flags">The flags, for the servers' files and the cluster at hand.</param>
public sealed record Way(string Server, string Name, int Exit, string Message, Func<Servers, EtcdCluster, string[]> Flags)
{
    /// <summary>All ways. docs/connecting.md lists each message with exit code 4.</summary>
    public static IReadOnlyList<Way> All { get; } =
    [
        // Nothing but a connection.
        new("plain", "http", 0, "", (_, c) => At(c.Members[0].ClientUrl)),
        new("plain", "no scheme", 0, "", (_, c) => At(c.Members[0].Endpoint)),
        new("plain", "http with certificates, which are ignored", 0, "", (s, c) => [.. At(c.Members[0].ClientUrl), .. Identity(s.Pki.Issue("client")), "--cacert", s.Pki.CaFile]),
        new("plain", "a login where nobody has to log in", 0, "", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root:anything"]),
        new("plain", "https", 4, "it does not speak TLS; use http://", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile]),
        new("plain", "no scheme with a CA", 4, "it does not speak TLS; use http://", (s, c) => [.. At(c.Members[0].Endpoint), "--cacert", s.Pki.CaFile]),
        new("plain", "no scheme with TLS demanded", 4, "it does not speak TLS; use http://", (_, c) => [.. At(c.Members[0].Endpoint), "--insecure-transport=false"]),
        new("plain", "another port", 4, "connection refused", (_, _) => At($"127.0.0.1:{Testing.FreePort.Next()}")),
        new("plain", "an unknown host", 4, "is unknown (DNS)", (_, _) => At($"{TooLongForDns}:2379")),
        new("plain", "https without a port", 2, "the port is missing", (_, _) => At("https://127.0.0.1")),
        new("plain", "a path", 2, "it has a path or a query", (_, c) => At(c.Members[0].ClientUrl + "/v3")),
        new("plain", "a query", 2, "it has a path or a query", (_, c) => At(c.Members[0].ClientUrl + "?x=y")),
        new("plain", "credentials in the URL", 2, "it contains credentials", (_, c) => At("http://root:secret@" + c.Members[0].Endpoint)),
        new("plain", "another scheme", 2, "the scheme \"ftp\" is unknown", (_, c) => At("ftp://" + c.Members[0].Endpoint)),

        // TLS, the server's certificate.
        new("tls", "https with the CA", 0, "", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile]),
        new("tls", "no scheme with the CA", 0, "", (s, c) => [.. At(c.Members[0].Endpoint), "--cacert", s.Pki.CaFile]),
        new("tls", "a bundle with several CAs", 0, "", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.Write("bundle.pem", File.ReadAllText(s.Stranger.CaFile) + "\n" + File.ReadAllText(s.Pki.CaFile))]),
        new("tls", "the name instead of the address", 0, "", (s, c) => [.. At(Https(c).Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), "--cacert", s.Pki.CaFile]),
        new("tls", "a name with a trailing dot", 0, "", (s, c) => [.. At(Https(c).Replace("127.0.0.1", "localhost.", StringComparison.Ordinal)), "--cacert", s.Pki.CaFile]),
        new("tls", "another name that the certificate has", 0, "", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile, "--tls-server-name", "localhost"]),
        new("tls", "without verification", 0, "", (_, c) => [.. At(c.Members[0].Endpoint), "--insecure-skip-tls-verify"]),
        new("tls", "a client certificate that nobody asks for", 0, "", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile, .. Identity(s.Stranger.Issue("client"))]),
        new("tls", "http", 4, "it may expect TLS (use https://)", (_, c) => At("http://" + c.Members[0].Endpoint)),
        new("tls", "the system's roots", 4, "which this system does not trust; name its CA's file with --cacert", (_, c) => At(Https(c))),
        new("tls", "another CA", 4, "which is not among the certificates of --cacert", (s, c) => [.. At(Https(c)), "--cacert", s.Stranger.CaFile]),
        new("tls", "a name that the certificate lacks", 4, "is not valid for \"etcd.example.com\" but for localhost", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile, "--tls-server-name", "etcd.example.com"]),
        new("tls", "no such file", 2, "--cacert: the file \"/nowhere/ca.pem\" does not exist", (_, c) => [.. At(Https(c)), "--cacert", "/nowhere/ca.pem"]),
        new("tls", "a folder", 2, "is a directory; name the file", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.Folder]),
        new("tls", "a key as the CA", 2, "holds a private key, not a certificate", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.Issue("client").Key]),
        new("tls", "a text file as the CA", 2, "holds no certificate in PEM form", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.Write("text.pem", "hello")]),
        new("tls", "a damaged CA", 2, "is damaged and can't be read", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.Write("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]),
        new("tls", "an empty name", 2, "empty string is passed to --cacert option", (_, c) => [.. At(Https(c)), "--cacert", ""]),
        new("expired", "an expired certificate", 4, "expired on", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile]),
        new("no names", "a certificate whose common name alone fits", 4, "has its host name only in the common name", (s, c) => [.. At(Https(c).Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), "--cacert", s.Pki.CaFile]),

        // TLS, our certificate.
        new("mutual tls", "an ECDSA key in PKCS#8", 0, "", (s, c) => Mutual(s, c, s.Pki.Issue("client"))),
        new("mutual tls", "an ECDSA key in SEC1", 0, "", (s, c) => Mutual(s, c, s.Pki.Issue("client", key: "sec1"))),
        new("mutual tls", "an RSA key in PKCS#1", 0, "", (s, c) => Mutual(s, c, s.Pki.Issue("client", key: "rsa-pkcs1"))),
        new("mutual tls", "an RSA key in PKCS#8", 0, "", (s, c) => Mutual(s, c, s.Pki.Issue("client", key: "rsa-pkcs8"))),
        new("mutual tls", "a chain", 0, "", (s, c) => Mutual(s, c, s.Pki.Issue("client", chain: true))),
        new("mutual tls", "no certificate", 4, "client certificate", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile]),
        new("mutual tls", "a stranger's certificate", 4, "client certificate", (s, c) => Mutual(s, c, s.Stranger.Issue("client"))),
        new("mutual tls", "a certificate that is not valid yet", 4, "it is not valid before", (s, c) => Mutual(s, c, s.Pki.Issue("client", early: true))),
        new("mutual tls", "an expired certificate", 4, "it expired on", (s, c) => Mutual(s, c, s.Pki.Issue("client", expired: true))),
        new("mutual tls", "another certificate's key", 2, "does not belong to the certificate", (s, c) => Mutual(s, c, (s.Pki.Issue("one").Cert, s.Pki.Issue("other").Key))),
        new("mutual tls", "a key with a passphrase", 2, "is encrypted with a passphrase", (s, c) => Mutual(s, c, s.Pki.Issue("client", key: "encrypted"))),
        new("mutual tls", "an Ed25519 key", 2, "has an Ed25519 or Ed448 key, which is not supported", (s, c) => Mutual(s, c, Ed25519(s.Pki))),
        new("mutual tls", "certificate and key mixed up", 2, "holds a private key, not a certificate; are two files mixed up?", (s, c) => s.Pki.Issue("client") is var pair ? Mutual(s, c, (pair.Key, pair.Cert)) : []),
        new("mutual tls", "a certificate as the key", 2, "holds no private key in PEM form", (s, c) => s.Pki.Issue("client") is var pair ? Mutual(s, c, (pair.Cert, pair.Cert)) : []),
        new("mutual tls", "a certificate without its key", 2, "--cert is given without --key", (s, c) => [.. At(Https(c)), "--cacert", s.Pki.CaFile, "--cert", s.Pki.Issue("client").Cert]),
        new("mutual tls", "no such key", 2, "--key: the file \"/nowhere/client.key\" does not exist", (s, c) => Mutual(s, c, (s.Pki.Issue("client").Cert, "/nowhere/client.key"))),

        // Login.
        new("simple token", "user and password", 0, "", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root:" + Servers.Password]),
        new("simple token", "a password file", 0, "", (s, c) => [.. At(c.Members[0].ClientUrl), "--user", "root", "--password-file", s.Pki.Write("password", Servers.Password + "\n")]),
        new("simple token", "nobody", 4, "log in (--user, --auth-jwt-token or a client certificate) as a user who has the root role", (_, c) => At(c.Members[0].ClientUrl)),
        new("simple token", "a wrong password", 4, "wrong user or password", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root", "--password", "wrong"]),
        new("simple token", "a password with a line break", 4, "the password ends in a line break", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root", "--password", Servers.Password + "\n"]),
        new("simple token", "an unknown user", 4, "wrong user or password", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "nobody:" + Servers.Password]),
        new("simple token", "a user without the root role", 4, "log in (--user, --auth-jwt-token or a client certificate) as a user who has the root role", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "joe:" + Servers.Password]),
        new("simple token", "a user without a password and no terminal", 2, "there is no terminal to ask for it", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root"]),
        new("simple token", "no such password file", 2, "can't read the file \"/nowhere/password\"", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root", "--password-file", "/nowhere/password"]),
        new("jwt", "user and password", 0, "", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root:" + Servers.Password]),
        new("jwt", "etcd's token", 0, "", (_, c) => [.. At(c.Members[0].ClientUrl), "--auth-jwt-token", Servers.TokenAsync(c, CancellationToken.None).GetAwaiter().GetResult()]),
        new("jwt", "an expired token", 4, "invalid auth token", (s, c) => [.. At(c.Members[0].ClientUrl), "--auth-jwt-token", s.ExpiredToken()]),
        new("jwt", "somebody else's token", 4, "invalid auth token", (s, c) => [.. At(c.Members[0].ClientUrl), "--auth-jwt-token", s.ForeignToken()]),
        new("jwt", "no token at all", 4, "invalid auth token", (_, c) => [.. At(c.Members[0].ClientUrl), "--auth-jwt-token", "garbage"]),
        new("jwt", "a wrong password", 4, "wrong user or password", (_, c) => [.. At(c.Members[0].ClientUrl), "--user", "root:wrong"]),
        new("common name", "root's certificate", 0, "", (s, c) => Mutual(s, c, s.Pki.Issue("root"))),
        new("common name", "joe's certificate", 4, "log in (--user, --auth-jwt-token or a client certificate) as a user who has the root role", (s, c) => Mutual(s, c, s.Pki.Issue("joe"))),
        new("common name", "nobody's certificate", 4, "log in (--user, --auth-jwt-token or a client certificate) as a user who has the root role", (s, c) => Mutual(s, c, s.Pki.Issue("nobody-at-all"))),
    ];

    /// <summary>254 characters, one too many: no DNS server is asked for it, and not every machine has one that would answer.</summary>
    private static string TooLongForDns { get; } = string.Concat(Enumerable.Repeat("x.", 122)) + "no-invalid";

    private static string[] At(string endpoint) => ["--endpoints", endpoint];

    private static string Https(EtcdCluster cluster) => "https://" + cluster.Members[0].Endpoint;

    private static string[] Identity((string Cert, string Key) pair) => ["--cert", pair.Cert, "--key", pair.Key];

    private static string[] Mutual(Servers servers, EtcdCluster cluster, (string Cert, string Key) pair) =>
        [.. At(Https(cluster)), "--cacert", servers.Pki.CaFile, .. Identity(pair)];

    // .NET can't make such keys: this pair was made once, with openssl, for nothing but this.
    private static (string Cert, string Key) Ed25519(Pki pki) => (
        pki.Write("ed25519.pem", """
            -----BEGIN CERTIFICATE-----
            MIIBOjCB7aADAgECAhRTWizCTYW7/YCsgox9xLvoHS4/+TAFBgMrZXAwEjEQMA4G
            A1UEAwwHZWQyNTUxOTAgFw0yNjExMjIwOTE3MjJaGA8yMTI2MTAyOTA5MTcyMlow
            EjEQMA4GA1UEAwwHZWQyNTUxOTAqMAUGAytlcAMhAIRPw6uTNsXlAW+n4062dkik
            sQ19EN1uGnSR8FqqoTGso1MwUTAdBgNVHQ4EFgQUmVuEo2oz/s+lCs69761dm6sk
            jmMwHwYDVR0jBBgwFoAUmVuEo2oz/s+lCs69761dm6skjmMwDwYDVR0TAQH/BAUw
            AwEB/zAFBgMrZXADQQBFl+yI/T9Y72EjCF9Q18IXcv0OSu+s+M3u2qEDBbXhkCUi
            ISlOLlRh2TsATOa0OO5c/hVcZayOvZC1+pLxuQEE
            -----END CERTIFICATE-----
            """),
        pki.Write("ed25519.key", """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEID3m4x7tV3j2fy5PsCsYG6rAnalH1GYDuyDTXhw22iUY
            -----END PRIVATE KEY-----
            """));
}
