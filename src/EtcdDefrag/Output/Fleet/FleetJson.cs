using System.Text;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Fleet;

namespace EtcdDefrag.Output.Fleet;

/// <summary>A fleet's events and its report as JSON objects.</summary>
internal static class FleetJson
{
    /// <summary>What the look at a cluster found.</summary>
    public static string Looked(FleetCluster cluster, bool hex, DateTimeOffset at)
    {
        using var line = JsonReport.Begin(hex, at, "clusterLooked", cluster.Name);
        return line.Text("outcome", JsonLine.Camel(cluster.Outcome.ToString())).Text("message", cluster.Message).Raw("status", cluster.StatusJson).End();
    }

    /// <summary>What became of all clusters.</summary>
    /// <param name="run">The run so far.</param>
    /// <param name="hex">Ids in hexadecimal.</param>
    /// <param name="withRuns">Whether each cluster has its run's report and its status in it: in the file, which stands alone.</param>
    public static byte[] Report(FleetReport run, bool hex, bool withRuns)
    {
        using var line = JsonReport.Begin(hex, run.Now, "fleetReport");
        line.Object("fleet", () =>
        {
            line.Number("exitCode", (long?)run.ExitCode).Flag("dryRun", run.DryRun).Flag("onlyStatus", run.OnlyStatus);
            line.Text("startedAt", JsonReport.Moment(run.Started)).Text("endedAt", JsonReport.Moment(run.Ended)).Seconds("tookSeconds", run.Now - run.Started);
            line.Number("clusters", run.Clusters.Count).Object("outcomes", () =>
            {
                foreach (var (outcome, count) in run.Clusters.CountBy(cluster => cluster.Outcome).OrderBy(pair => pair.Key))
                {
                    line.Number(JsonLine.Camel(outcome.ToString()), count);
                }
            });
            line.Number("reclaimedBytes", run.Clusters.Sum(cluster => cluster.ReclaimedBytes));
            Breaker(line, run);
        });
        line.Array("clusters", run.Clusters, cluster => Cluster(line, cluster, withRuns));
        return [.. line.EndBytes(), (byte)'\n'];
    }

    private static void Breaker(JsonLine line, FleetReport run)
    {
        if (run.Stopped is { } reason)
        {
            line.Object("breaker", () => line.Text("reason", JsonLine.Camel(reason)).Text("cluster", run.StoppedBy));
        }
        else
        {
            line.Null("breaker");
        }
    }

    private static void Cluster(JsonLine line, FleetCluster cluster, bool withRuns)
    {
        line.Text("name", cluster.Name).Object("labels", () =>
        {
            foreach (var (name, value) in cluster.Entry.Labels)
            {
                line.Text(name, value);
            }
        });
        if (cluster.ClusterId is { } id)
        {
            line.Id("clusterID", id.Value);
        }

        line.Text("outcome", JsonLine.Camel(cluster.Outcome.ToString())).Number("exitCode", (long)cluster.Code).Text("message", cluster.Message);
        if (cluster.Resumed)
        {
            line.Flag("resumed", true);
        }

        if (cluster.Look is { ClusterId: not null } look)
        {
            line.Number("dbSize", look.DbSize.Bytes).Number("reclaimableBytes", look.Reclaimable.Bytes).Share("quotaUse", look.Fullness);
            line.Texts("alarms", look.Alarms);
        }

        if (cluster.RunCode is not null)
        {
            line.Number("reclaimedBytes", cluster.ReclaimedBytes).Seconds("tookSeconds", cluster.Took);
        }

        if (withRuns)
        {
            line.Raw("status", cluster.StatusJson).Raw("run", cluster.RunJson);
        }
    }

    public static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json.TrimEnd('\n'));
}

/// <summary>A fleet's run as it stands.</summary>
/// <param name="Clusters">The clusters, in the order of the inventory.</param>
/// <param name="Started">When it began.</param>
/// <param name="Now">The time of this report.</param>
/// <param name="Ended">When it was over; null: it is not.</param>
/// <param name="ExitCode">How it ends; null: it has not.</param>
/// <param name="DryRun">Whether nothing was to be changed.</param>
/// <param name="OnlyStatus">Whether it was only a look.</param>
/// <param name="Stopped">Why clusters were not started; null: all were.</param>
/// <param name="StoppedBy">The cluster that stopped it; null: none did.</param>
internal sealed record FleetReport(
    IReadOnlyList<FleetCluster> Clusters, DateTimeOffset Started, DateTimeOffset Now, DateTimeOffset? Ended, ExitCode? ExitCode,
    bool DryRun, bool OnlyStatus, string? Stopped, string? StoppedBy);
