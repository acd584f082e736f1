using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Testing.Etcd;

/// <summary>Runs the cluster's own etcdctl, with a clean environment.</summary>
public sealed class Etcdctl(EtcdCluster cluster)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, string> Environment = new() { ["ETCDCTL_API"] = "3" };

    /// <summary>Runs it against all members, unless the arguments name endpoints themselves.</summary>
    public async Task<ProcessResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var named = arguments.Any(argument => argument.StartsWith("--endpoints", StringComparison.Ordinal));
        string[] all =
        [
            .. named ? (string[])[] : ["--endpoints", string.Join(',', cluster.Members.Where(member => member.IsRunning).Select(member => member.ClientUrl))],
            .. cluster.Tls?.ClientArguments() ?? [],
            .. arguments,
        ];
        using var running = await RunningProcess.StartAsync(cluster.Version.Client, all, Environment);
        return await running.FinishAsync(Limit, cancellationToken);
    }

    /// <summary>The lines that a successful command printed.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await RunAsync(arguments, cancellationToken)).EnsureSuccess().OutputLines;
}
