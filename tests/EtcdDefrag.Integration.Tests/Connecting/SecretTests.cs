using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Every command, with secrets from every place they may come from, in runs that go well and that don't: nothing that is written holds any of them.</summary>
public sealed class SecretTests(Servers servers) : IClassFixture<Servers>
{
    private const string Wrong = "a-wrong-Pa55word";
    private const string Gateway = "gateway-Pa55word";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("simple token")]
    [InlineData("jwt")]
    [InlineData("common name")]
    public async Task No_password_token_or_key_is_ever_written(string kind)
    {
        var cluster = await servers.GetAsync(EtcdBinaries.Newest.ToString(), kind, Stop);
        var (cert, key) = servers.Pki.Issue("root");
        var passwordFile = servers.Pki.Write("password", Servers.Password + "\nand a second line\n");
        var token = kind == "jwt" ? await Servers.TokenAsync(cluster, Stop) : "eyJhbGciOi.a-made-up-token.c2lnbmF0dXJl";
        var report = Path.Combine(servers.Pki.Folder, "report.json");
        var textfile = Path.Combine(servers.Pki.Folder, "metrics.prom");
        // Nobody listens there: what can't be pushed is told, with the address.
        var gateway = $"http://push:{Gateway}@127.0.0.1:1";
        string[] records = ["--report-file", report, "--metrics-textfile", textfile, "--metrics-pushgateway", gateway];
        string[] secrets = [Servers.Password, Gateway, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("push:" + Gateway)), "pass:word", Wrong, .. token.Split('.'), .. KeyLines(key)];
        string[][] logins =
        [
            ["--user", "root:" + Servers.Password],
            ["--user", "root", "--password", Servers.Password],
            ["--user", "root", "--password-file", passwordFile],
            ["--user", "root:" + Wrong],
            ["--user", "root:" + Wrong, "--password", Wrong],
            ["--auth-jwt-token", token],
            [],
        ];
        string[] reach = ["--endpoints", cluster.Members[0].ClientUrl, .. kind == "common name" ? (string[])["--cacert", servers.Pki.CaFile, "--cert", cert, "--key", key] : []];
        string[][] ends = [["--debug"], ["--debug", "--dry-run"], ["--debug", .. records], ["-w", "json", "--debug", .. records], ["--help"], ["--version"], ["--no-such-flag"], ["--dial-timeout=x"], ["stray"], ["--metrics-pushgateway", gateway + "/metrics/job/x"]];
        var environment = new Dictionary<string, string>
        {
            ["ETCD_DEFRAG_PASSWORD"] = Servers.Password,
            ["ETCDCTL_PASSWORD"] = Servers.Password,
            ["ETCD_DEFRAG_PASSWROD"] = Servers.Password,
            ["ETCD_DEFRAG_METRICS_PUSHGATEWAY"] = gateway,
        };

        var written = new List<ProcessResult>();
        foreach (var login in logins)
        {
            foreach (var end in login == logins[0] || login == logins[3] ? ends : ends[..1])
            {
                written.Add(await Tool.RunAsync([.. reach, .. login, .. end], Stop));
            }

            written.Add(await Tool.RunAsync(["status", .. reach, .. login], Stop));
        }

        written.Add(await Tool.RunAsync([.. reach, "--user", "root", "--debug"], Stop, environment));
        written.Add(await Tool.RunAsync(["--help"], Stop, environment));
        written.Add(await Tool.RunAsync(["rule", "dbSize > 0", "--user", "root:" + Servers.Password], Stop, environment));
        written.Add(await Tool.RunAsync(["completion", "bash"], Stop, environment));
        written.Add(await Tool.RunAsync([.. reach, "--cert", key, "--key", cert], Stop));

        Assert.Contains(written, result => result.ExitCode == 0 && result.Error.Contains("debug: Defragment", StringComparison.Ordinal));
        Assert.Contains(written, result => result.ExitCode is 2);
        Assert.Contains(written, result => result.Error.Contains("Warning: the metrics could not be pushed to http://127.0.0.1:1/", StringComparison.Ordinal));
        var texts = written.SelectMany(result => (string[])[result.Output, result.Error])
            .Append(await File.ReadAllTextAsync(report, Stop))
            .Append(await File.ReadAllTextAsync(textfile, Stop));
        Assert.All(texts, text => Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> KeyLines(string file) => File.ReadLines(file).Where(line => line.Length > 20 && !line.StartsWith("-----", StringComparison.Ordinal));
}
