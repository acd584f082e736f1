using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>What the tests of stopped etcds share.</summary>
internal static class OfflineScene
{
    private static readonly Dictionary<string, string> NoVariables = [];

    public static Task<EtcdCluster> SingleAsync(string version, params string[] arguments) =>
        ClusterAsync(version, new ClusterOptions { Members = 1, Arguments = arguments });

    public static string DataDirOf(EtcdMember member) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(member.DatabaseFile)!, "..", ".."));

    public static Task<ProcessResult> RewriteAsync(string dataDir, params string[] flags) => Tool.RunAsync(["--data-dir", dataDir, .. flags], Stop);

    public static async Task<ProcessResult> RewrittenAsync(string dataDir, params string[] flags)
    {
        var result = await RewriteAsync(dataDir, flags);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    public static async Task AssertSoundAsync(string path)
    {
        var result = await Tool.RunAsync(["check", path], Stop);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("sound: ", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The hash that a check prints.</summary>
    public static async Task<string> HashAsync(string path)
    {
        var output = (await Tool.RunAsync(["check", path], Stop)).EnsureSuccess().Output;
        return output.Split("hash ")[1][..8];
    }

    /// <summary>Everything that etcd tells about its content.</summary>
    public static async Task<string> ContentAsync(EtcdCluster cluster)
    {
        var text = new StringBuilder();
        foreach (var command in (string[])["endpoint hashkv", "lease list", "alarm list", "user list", "role list", "get --from-key \0 --keys-only"])
        {
            var words = command.Split(' ').Select(word => word == "\0" ? "" : word).ToArray();
            var lines = await cluster.Control.LinesAsync(Stop, words);
            text.AppendLine(CultureInfo.InvariantCulture, $"{command}: {string.Join('|', lines.Select(line => line.Replace(cluster.Members[0].ClientUrl, "", StringComparison.Ordinal)).Order(StringComparer.Ordinal))}");
        }

        return text.ToString();
    }

    /// <summary>Puts so many keys, a hundred in a transaction.</summary>
    public static async Task PutAsync(Gateway gateway, string prefix, int count, int bytes)
    {
        var value = new byte[bytes];
        new Random(count).NextBytes(value);
        foreach (var part in Enumerable.Range(0, count).Chunk(Math.Clamp(1_000_000 / Math.Max(1, bytes), 1, 100)))
        {
            await gateway.PutAsync(part.Select(number => ($"{prefix}{number:d6}", value)), Stop);
        }
    }

    /// <summary>Starts etcd on its data and waits until it leads. Its /health would not do: an alarm makes it unhealthy.</summary>
    public static async Task RestartAsync(EtcdMember member)
    {
        await member.StartAsync($"{member.Name}={member.PeerUrl}", newCluster: false);
        await Wait.UntilAsync(
            $"{member.Name} leads",
            async () =>
            {
                try
                {
                    return member.IsRunning ? (await member.Gateway.StatusAsync(Stop)).IsLeader : throw new MemberDiedException(member.Name, member.LastWords());
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Stop);
    }

    /// <summary>A lease with a key on it.</summary>
    public static async Task LeaseAsync(Gateway gateway, string key)
    {
        var lease = (await gateway.CallAsync("lease/grant", new JsonObject { ["TTL"] = "100000" }, Stop))["ID"]!.GetValue<string>();
        await gateway.CallAsync("kv/put", new JsonObject { ["key"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(key)), ["value"] = "djE=", ["lease"] = lease }, Stop);
    }

    public static Task<ProcessResult> ShellAsync(string command) => RunAsync("/bin/sh", ["-c", command]);

    public static async Task<ProcessResult> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var running = await RunningProcess.StartAsync(program, arguments, NoVariables);
        return await running.FinishAsync(TimeSpan.FromMinutes(5), Stop);
    }

    /// <summary>How often a test repeats itself; a variable asks for more.</summary>
    public static int Times(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : usual;
}
