using System.Text.Json;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>One rule with numbers, and what the original's library said to it.</summary>
/// <param name="Line">The line in the file, for messages.</param>
/// <param name="Rule">The text.</param>
/// <param name="Input">The numbers.</param>
/// <param name="Expect"><c>true</c>, <c>false</c>, <c>notbool</c>, or <c>error: </c> and the library's words.</param>
/// <param name="Dropped">Whether it uses something that our rules leave out: then it has to be refused.</param>
public sealed record RuleVector(int Line, string Rule, RuleInput Input, string Expect, bool Dropped)
{
    public static IReadOnlyList<RuleVector> All { get; } = Load();

    private static List<RuleVector> Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Rules", "Data", "vectors.jsonl");
        return [.. File.ReadLines(path).Select((line, index) => Read(line, index + 1))];
    }

    private static RuleVector Read(string line, int number)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        ByteSize Size(string name) => new(root.GetProperty(name).GetInt64());
        var input = new RuleInput(Size("dbSize"), Size("dbSizeInUse"), Size("dbQuota"));
        return new RuleVector(number, root.GetProperty("rule").GetString()!, input, root.GetProperty("expect").GetString()!, root.TryGetProperty("dropped", out _));
    }
}
