using System.Globalization;
using System.Text.Json;
using EtcdDefrag.Testing;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The original library's answers, asked of the built binary.</summary>
public sealed class RuleVectorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <remarks>Every tenth of them; all where <c>./test.sh --all</c> asks for it. A test without processes tries all each time.</remarks>
    [Fact]
    public async Task Every_vector_gets_the_originals_answer_or_is_refused()
    {
        var lines = await File.ReadAllLinesAsync(Repo.Path("tests", "EtcdDefrag.Core.Tests", "Rules", "Data", "vectors.jsonl"), Stop);
        var tried = lines.Where((_, number) => Repo.IsThorough || number % 10 == 0);
        var wrong = new List<string>();

        await Parallel.ForEachAsync(tried, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Stop }, async (line, stop) =>
        {
            using var vector = JsonDocument.Parse(line);
            var result = await Tool.RunAsync(Arguments(vector.RootElement), stop);
            var expected = vector.RootElement.GetProperty("expect").GetString()!;
            var right = expected is "true" or "false" && !vector.RootElement.TryGetProperty("dropped", out _)
                ? result.ExitCode == 0 && (result.Error.Length == 0 || result.Error.StartsWith("Warning: rule, ", StringComparison.Ordinal)) && result.Output == expected + "\n"
                : result is { ExitCode: 2, Output: "" } && result.Error.StartsWith("Error: invalid rule, ", StringComparison.Ordinal);
            if (!right)
            {
                lock (wrong)
                {
                    wrong.Add($"{line}\n{result}");
                }
            }
        });

        Assert.Equal(1500, lines.Length);
        Assert.Empty(wrong);
    }

    private static string[] Arguments(JsonElement vector) =>
    [
        "rule",
        $"--db-size={Number(vector, "dbSize")}",
        $"--db-size-in-use={Number(vector, "dbSizeInUse")}",
        $"--db-quota={Number(vector, "dbQuota")}",
        "--",
        vector.GetProperty("rule").GetString()!,
    ];

    private static string Number(JsonElement vector, string name) => vector.GetProperty(name).GetInt64().ToString(CultureInfo.InvariantCulture);
}
