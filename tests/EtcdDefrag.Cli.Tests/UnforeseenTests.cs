using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>An exception that nobody foresaw: one line, no stack trace, and what may still be running in the cluster.</summary>
public sealed class UnforeseenTests
{
    [Theory]
    [InlineData(false, ExitCode.Failed)]
    [InlineData(true, ExitCode.Unknown)]
    public async Task It_is_told_in_one_line_with_what_is_in_flight(bool inFlight, ExitCode expected)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { Out = TextWriter.Null, Error = error, Prompt = new FakePrompt() };
        using var stop = new StopSignal(error, _ => Assert.Fail("nobody wanted to leave"));
        if (inFlight)
        {
            stop.Watch().OnEvent(new RunEvent.CompactionStarted(7, Endpoint.Parse("http://10.0.0.1:2379")));
        }

        var code = await App.GuardAsync(() => throw new InvalidOperationException("the unforeseen"), terminal, stop);

        Assert.Equal(expected, code);
        var line = Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
        Assert.StartsWith("Error: internal error (InvalidOperationException: the unforeseen)", line, StringComparison.Ordinal);
        Assert.Equal(inFlight, line.Contains("the compaction until revision 7 through http://10.0.0.1:2379 may still be running", StringComparison.Ordinal));
    }

    [Fact]
    public void The_second_signal_writes_what_is_known_and_a_third_does_not_wait_for_that()
    {
        var left = new List<ExitCode>();
        using var stop = new StopSignal(TextWriter.Null, left.Add);
        var written = 0;
        stop.Leaving = _ =>
        {
            written++;
            stop.Raise(ExitCode.Terminated); // the third comes while the second is at it
        };

        stop.Raise(ExitCode.Interrupted);
        Assert.Empty(left);
        stop.Raise(ExitCode.Interrupted);

        Assert.Equal(1, written);
        Assert.Equal([ExitCode.Terminated, ExitCode.Interrupted], left);
    }
}
