using System.Text.RegularExpressions;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Every etcd-defrag command that the documentation shows is one that the tool takes.</summary>
public sealed partial class CommandExampleTests
{
    public static TheoryData<string, string> Commands
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var page in ((string[])["README.md"]).Concat(Directory.EnumerateFiles(Repository.File("docs"), "*.md").Select(file => "docs/" + Path.GetFileName(file))).Order(StringComparer.Ordinal))
            {
                foreach (var command in CommandsOf(page))
                {
                    data.Add(page, command);
                }
            }

            foreach (var command in CommandsIn(Blocks().Matches(ManPageText()).Select(match => match.Groups["text"].Value)))
            {
                data.Add("docs/etcd-defrag.1", command);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_taken(string page, string command)
    {
        var (environment, args) = Words(command);

        var parsed = Tool.Parse(environment, [.. args]);

        Assert.False(parsed is ParsedCommand.UsageErrors, $"{page}: {command}\n{(parsed is ParsedCommand.UsageErrors ? Tool.ErrorsOf(parsed) : "")}");
    }

    [Fact]
    public void The_pages_that_must_have_examples_have_some() =>
        Assert.All(((string[])["README.md", "docs/connecting.md", "docs/rule.md", "docs/runbook.md"]), page => Assert.NotEmpty(CommandsOf(page)));

    private static IEnumerable<string> CommandsOf(string page) =>
        CommandsIn(Fences().Matches(File.ReadAllText(Repository.File(page))).Select(match => match.Groups["text"].Value));

    // Lines that call the tool, with a prompt or variables before it or not; a line that ends in \ goes on.
    private static IEnumerable<string> CommandsIn(IEnumerable<string> blocks) =>
        blocks.SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            .Select(line => line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line.Trim())
            .Where(line => Call().IsMatch(line));

    private static string ManPageText() => File.ReadAllText(Repository.File("docs/etcd-defrag.1.in"))
        .Replace("\\-", "-", StringComparison.Ordinal).Replace("\\(aq", "'", StringComparison.Ordinal).Replace("\\e\n", "\\\n", StringComparison.Ordinal);

    /// <summary>The words as a shell makes them; enough of a shell for what the documentation shows.</summary>
    private static (Dictionary<string, string> Environment, List<string> Args) Words(string command)
    {
        command = command.Replace("${ETCDCTL_ENDPOINTS%%,*}", "10.0.0.1:2379", StringComparison.Ordinal);
        List<string> words = [.. Word().Matches(command).Select(match => Quotes().Replace(match.Value, inside => inside.Groups["text"].Value)).TakeWhile(word => word[0] is not ('#' or '|' or '>'))];
        var call = words.IndexOf("etcd-defrag");
        var environment = words[..call].ToDictionary(word => word.Split('=')[0], word => word.Split('=', 2)[1]);
        return (environment, words[(call + 1)..]);
    }

    [GeneratedRegex(@"^```\w*\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"^\.RS 4\n(?<text>.*?)^\.RE", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^([A-Z_]+=\S+ )*etcd-defrag( |$)")]
    private static partial Regex Call();

    [GeneratedRegex("""('[^']*'|"[^"]*"|[^\s'"])+""")]
    private static partial Regex Word();

    [GeneratedRegex("""
        '(?<text>[^']*)'|"(?<text>[^"]*)"
        """)]
    private static partial Regex Quotes();
}
