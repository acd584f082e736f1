using EtcdDefrag.Core.Cluster;
using Xunit;

namespace EtcdDefrag.Core.Tests.Cluster;

/// <summary>An error is told from its parts, once with its endpoint and once for a sentence that names it.</summary>
public sealed class ClusterExceptionTests
{
    private static readonly Endpoint One = Endpoint.Parse("http://10.0.0.1:2379");

    /// <summary>With the time it took.</summary>
    [Fact]
    public void Failed_call_names_endpoint_time_and_reason()
    {
        var e = new NoAnswerException(One, "Status", NoAnswerKind.TimedOut, "no answer in that time",
            requestMayHaveRun: true, took: TimeSpan.FromSeconds(1.5));

        Assert.Equal($"Status on {One} failed after 1.5s: no answer in that time", e.Message);
        Assert.Equal("Status failed after 1.5s: no answer in that time", e.WithoutEndpoint);
    }

    /// <summary>What the server says stays as it is, also where it begins like one of our own sentences.</summary>
    [Fact]
    public void Text_of_the_server_is_left_alone()
    {
        var text = $"Compact on {One} is what the server says";
        var e = new ServerRejectedException(One, "Compact", RejectionKind.Other, "Unknown", text, requestMayHaveRun: false);

        Assert.Equal(text, e.Message);
        Assert.Equal($"Compact: {text}", e.WithoutEndpoint);
    }

    /// <summary>An error without a text is told by its code.</summary>
    [Fact]
    public void Code_stands_for_a_missing_text()
    {
        var e = new ServerRejectedException(One, "Compact", RejectionKind.Other, "Unknown", "", requestMayHaveRun: false);

        Assert.Equal("rpc error: code = Unknown", e.Reason);
    }
}
