using System.IO.Compression;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Storage.Tests;

/// <summary>Databases that real etcd made: 1.4 MB live in 2.7 MB, one lease, deletions, a compaction that leaves some history.</summary>
internal static class Sample
{
    public const string Folder = "/data/etcd";

    public const string Db = Folder + "/member/snap/db";

    public static byte[] Old { get; } = Read("etcd-3.5.30.db.gz");

    public static OfflineOptions Options(string path) => new() { Job = OfflineJob.Defragment, Path = path, PathName = "--data-dir" };

    public static byte[] Read(string name)
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", name)), CompressionMode.Decompress);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Runs, and tells what came of it.</summary>
    public static async Task<Outcome> RunAsync(IFileCalls calls, OfflineOptions options, OpenElsewhere? users = null, Action<FileProgress>? progress = null, CancellationToken? stop = null)
    {
        var watch = new Watch(options.DryRun);
        await new OfflineRun(calls, users ?? new OpenElsewhere(calls, "/nowhere"), options, watch, TimeProvider.System) { Progress = progress }.RunAsync(stop ?? TestContext.Current.CancellationToken);
        return new Outcome(watch.Builder.Report, watch.Events);
    }

    internal sealed record Outcome(RunReport Report, IReadOnlyList<RunEvent> Events)
    {
        public ExitCode Code => ExitCodes.For(Report);

        public string Text => string.Join('\n', [Report.StopExplanation ?? "", .. Report.Members.Select(member => member.Explanation ?? ""), .. Events.OfType<RunEvent.Warned>().Select(warning => warning.Text)]);
    }

    private sealed class Watch(bool dryRun) : IRunObserver
    {
        public RunReportBuilder Builder { get; } = new(dryRun);

        public List<RunEvent> Events { get; } = [];

        public void OnEvent(RunEvent runEvent)
        {
            Events.Add(runEvent);
            Builder.OnEvent(runEvent);
        }
    }
}
