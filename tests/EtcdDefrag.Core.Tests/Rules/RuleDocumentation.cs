using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>docs/rule.md says what the code does.</summary>
public sealed class RuleDocumentation
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Rules", "Data", "rule.md"));

    [Fact]
    public void The_table_of_variables_is_the_list_in_the_code()
    {
        var expected = RuleVariables.All.Select(variable => $"| `{variable.Name}` | {Unit(variable.Unit)} | {variable.Meaning} | {variable.Formula} |");

        Assert.Equal(expected, Section("Variables").Where(line => line.StartsWith("| `", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_example_is_a_valid_rule()
    {
        var examples = Code("Examples");

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Null(RuleSamples.Parse(example).Validate()));
    }

    [Fact]
    public void Every_statement_that_a_rule_is_true_is_true()
    {
        var statements = Code("Language");

        Assert.NotEmpty(statements);
        Assert.All(statements, statement => Assert.True(RuleSamples.IsTrue(statement), statement));
    }

    [Fact]
    public void The_message_is_the_codes() => Assert.Contains($"```\n{RuleSamples.ParseError("dbSizE > 100MiB").Render()}\n```\n", Page, StringComparison.Ordinal);

    [Fact]
    public void The_limit_is_named() => Assert.Contains($"{DefragRule.LongestText} characters", Page, StringComparison.Ordinal);

    private static string Unit(RuleUnit unit) => unit switch
    {
        RuleUnit.Bytes => "bytes",
        RuleUnit.Ratio => "ratio",
        RuleUnit.Boolean => "boolean",
        _ => "entries",
    };

    private static IEnumerable<string> Section(string title) => Page.Split('\n')
        .SkipWhile(line => line != $"## {title}").Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    // The lines of the first fenced block of a section.
    private static List<string> Code(string title) =>
    [
        .. Section(title)
            .SkipWhile(line => !line.StartsWith("```", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line != "```")
            .Where(line => line.Length > 0),
    ];
}
