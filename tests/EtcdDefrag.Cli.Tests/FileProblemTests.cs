using Xunit;

namespace EtcdDefrag.Cli.Tests;

public class FileProblemTests
{
    [Theory]
    [InlineData("/dev/full", "No space left on device")]
    [InlineData("/nowhere/report.json", "its directory does not exist")]
    public void A_file_that_can_not_be_written_is_told_in_the_systems_words(string path, string words)
    {
        var e = Assert.ThrowsAny<Exception>(() =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write("x"u8);
        });

        Assert.Equal(words, FileProblem.Of(e), ignoreCase: true);
    }
}
