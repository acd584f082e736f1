namespace EtcdDefrag.Integration.Tests;

/// <summary>The fenced blocks of a page.</summary>
internal static class Markdown
{
    /// <summary>Each block with the section (<c>##</c>) it stands in and the language that its fence names, in their order.</summary>
    public static IEnumerable<(string Section, string Language, string Text)> Blocks(string file)
    {
        var (section, language) = ("", "");
        List<string>? block = null;
        foreach (var line in File.ReadLines(file))
        {
            if (block is not null && line == "```")
            {
                yield return (section, language, string.Join('\n', block));
                block = null;
            }
            else if (block is not null)
            {
                block.Add(line);
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                (language, block) = (line[3..], []);
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..];
            }
        }
    }
}
