using EtcdDefrag.Core.Execution;
using EtcdDefrag.Output;
using EtcdDefrag.Output.Metrics;
using EtcdDefrag.Testing;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Each way in which a run may end, as people, scripts and dashboards are told of it.</summary>
public sealed class ScriptedRunTests
{
    public static TheoryData<string> Names => [.. ScriptedRuns.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void All_formats_are_the_golden_ones(string name)
    {
        var run = ScriptedRuns.All[name];
        var simple = Play(run, screen => new TextRenderer(screen));
        var table = Play(run, screen => new TableRenderer(screen));
        var json = Play(run, screen => new JsonRenderer(screen.Output, new StillTime(), hex: true, Judge));

        OutputSchema.AssertAllows(json.Output.TrimEnd('\n').Split('\n'));
        Assert.Equal("", json.Error);
        Golden.Match(
            $"--- simple: standard output\n{simple.Output}--- simple: standard error\n{simple.Error}--- table: standard output\n{table.Output}--- table: standard error\n{table.Error}--- json\n{json.Output}",
            "run-" + name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Quiet_leaves_warnings_errors_and_the_result(string name)
    {
        var run = ScriptedRuns.All[name];
        var whole = Play(run, screen => new TextRenderer(screen));
        var quiet = Play(run, screen => new TextRenderer(screen with { IsQuiet = true }));
        var json = Play(run, screen => new JsonRenderer(screen.Output, new StillTime(), hex: true, Judge) { OnlyReport = true });

        Assert.Contains("\"event\":\"report\"", Assert.Single(json.Output.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.All(quiet.Output.Split('\n'), line => Assert.Contains(line, whole.Output.Split('\n')));
        Assert.All(quiet.Error.Split('\n'), line => Assert.Contains(line, whole.Error.Split('\n')));
        Assert.EndsWith(quiet.Output[Math.Max(0, quiet.Output.IndexOf("Summary", StringComparison.Ordinal))..], whole.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Waiting", quiet.Output + quiet.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Performing health check", quiet.Output, StringComparison.Ordinal);
        Assert.All(whole.Error.Split('\n').Where(line => line.Contains("Warning", StringComparison.Ordinal) || line.Contains("Failed", StringComparison.Ordinal)),
            line => Assert.Contains(line, quiet.Error.Split('\n')));
    }

    [Theory]
    [InlineData("success", "success", ExitCode.Ok)]
    [InlineData("skip", "success", ExitCode.Ok)]
    [InlineData("failure", "failed", ExitCode.Failed)]
    [InlineData("unknown-back-late", "success", ExitCode.Ok)]
    [InlineData("unknown-never-back", "unknown", ExitCode.Unknown)]
    [InlineData("refused", "refused", ExitCode.Refused)]
    [InlineData("interrupted", "interrupted", ExitCode.Terminated)]
    [InlineData("no-endpoint", "no_access", ExitCode.NoAccess)]
    [InlineData("offline-rewritten", "success", ExitCode.Ok)]
    [InlineData("offline-skipped", "success", ExitCode.Ok)]
    [InlineData("offline-in-use", "refused", ExitCode.Refused)]
    [InlineData("offline-damaged", "failed", ExitCode.Failed)]
    [InlineData("offline-not-flushed", "unknown", ExitCode.Unknown)]
    [InlineData("offline-interrupted", "interrupted", ExitCode.Terminated)]
    [InlineData("check-damaged", "failed", ExitCode.Failed)]
    public void Exit_code_and_metrics_tell_the_same(string name, string outcome, ExitCode code)
    {
        var builder = new RunReportBuilder(dryRun: false);
        Array.ForEach(ScriptedRuns.All[name], builder.OnEvent);

        var page = MetricsText.Render(builder.Report, Judge(builder.Report), withCluster: false, LastSuccess.After(builder.Report, Judge(builder.Report), before: null));

        Assert.Equal(code, Judge(builder.Report));
        Assert.Contains($"etcd_defrag_run_outcome{{outcome=\"{outcome}\"}} 1\n", page, StringComparison.Ordinal);
        Assert.Equal(outcome == "success", page.Contains(RunMetrics.LastSuccess.Name, StringComparison.Ordinal));
    }

    private static ExitCode Judge(RunReport report) => ExitCodes.For(report, ExitCode.Terminated);

    private static (string Output, string Error) Play(IEnumerable<RunEvent> run, Func<Screen, IRunObserver> make)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var renderer = make(new Screen(output, error));
        foreach (var one in run)
        {
            renderer.OnEvent(one);
        }

        return (output.ToString(), error.ToString());
    }

    private sealed class StillTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
