using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Writes docs/etcd-defrag.1: docs/etcd-defrag.1.in with what the code's lists say in the place of each <c>@WORD@</c>.</summary>
internal static class ManPage
{
    private const int LineWidth = 80;

    /// <summary>What stands for what; each word is a line of the template.</summary>
    public static readonly (string Word, Func<string> Text)[] Parts =
    [
        ("SYNOPSIS", Synopsis),
        ("COMMANDS", () => List(CommandNames.All.Select(command => (Bold(command.Name), command.Summary)))),
        ("OPTIONS", () => Options(Commands.Defrag)),
        ("STATUS_OPTIONS", () => OtherOptions(Commands.Status)),
        ("FLEET_OPTIONS", () => OtherOptions(Commands.Fleet)),
        ("CHECK_OPTIONS", () => OtherOptions(Commands.Check)),
        ("INSPECT_OPTIONS", () => OtherOptions(Commands.Inspect)),
        ("RULE_OPTIONS", () => OtherOptions(Commands.Rule)),
        ("RULE_VARIABLES", () => List(RuleVariables.All.Select(variable => (Bold(variable.Name), $"{variable.Meaning} ({variable.Unit.ToString().ToLowerInvariant()})")))),
        ("CHECKS", () => List(SafetyChecks.All.Select(check => (Bold(check.Id), check.Promise)))),
        ("EXIT_STATUS", () => List(HelpText.ExitCodes.Select(entry => (Bold(((int)entry.Code).ToString(CultureInfo.InvariantCulture)), entry.Meaning)))),
        ("ETCDCTL_VARIABLES", () => Names(Flags.All.Where(flag => flag.FromEtcdctl).Select(flag => flag.EtcdctlVariable))),
    ];

    public static string Build(string template)
    {
        foreach (var (word, text) in Parts)
        {
            template = template.Replace($"@{word}@\n", text(), StringComparison.Ordinal);
        }

        return ".\\\" Made from etcd-defrag.1.in and the lists in the sources.\n" + string.Join('\n', Wrapped(template.Split('\n')));
    }

    /// <summary>Breaks lines of text where man(7) fills them anyway: its style wants no line above 80 characters.</summary>
    private static IEnumerable<string> Wrapped(IEnumerable<string> lines)
    {
        var filled = true;
        foreach (var line in lines)
        {
            filled = line == ".fi" || (filled && line != ".nf");
            var rest = line;
            while (filled && rest.Length > LineWidth && rest[0] != '.' && rest.LastIndexOf(' ', LineWidth) is > 0 and var space)
            {
                yield return rest[..space];
                rest = Literal(rest[(space + 1)..]);
            }

            yield return rest;
        }
    }

    private static string Synopsis()
    {
        var calls = new[] { Commands.Defrag }.Concat(CommandNames.All.Select(entry => entry.Command)).Select(HelpText.UsageLine);
        return string.Join(".br\n", calls.Select(call =>
        {
            var end = call.IndexOf(" [", StringComparison.Ordinal);
            end = end < 0 ? call.LastIndexOf(' ') : end;
            return $".B {Escape(call[..end])}\n{Escape(call[(end + 1)..])}\n";
        }));
    }

    private static string Options(Commands command) => List(Flags.Of(command).Select(flag => (Heading(flag), Meaning(flag))));

    private static string OtherOptions(Commands command)
    {
        var options = Flags.Of(command).ToLookup(flag => (flag.Commands & Commands.Defrag) == 0);
        return "Of the options above:\n" + Names(options[false].Select(flag => flag.Display)) + List(options[true].Select(flag => (Heading(flag), Meaning(flag))));
    }

    private static string Heading(Flag flag)
    {
        var text = flag.Shorthand is { } shorthand ? $"{Bold($"-{shorthand}")}, " : "";
        text += Bold(flag.Display);
        return flag.TypeName.Length == 0 ? text
            : flag.Kind == FlagKind.AutoBool ? $"{text}[={Italic(string.Join('|', flag.Allowed))}]"
            : $"{text} {Italic(flag.Allowed.Count > 0 && flag.Kind == FlagKind.Choice ? string.Join('|', flag.Allowed) : flag.TypeName)}";
    }

    private static string Meaning(Flag flag) => flag.Help + (HelpText.ShownDefault(flag) is { Length: > 0 } shown ? $" (default {shown})" : "");

    /// <summary>Tagged paragraphs: what is marked up already, and what it means.</summary>
    private static string List(IEnumerable<(string Tag, string Meaning)> entries)
    {
        var text = new StringBuilder();
        foreach (var (tag, meaning) in entries)
        {
            text.Append(".TP\n").Append(tag).Append('\n').Append(Escape(meaning)).Append('\n');
        }

        return text.ToString();
    }

    private static string Names(IEnumerable<string> names) => string.Join(",\n", names.Select(Bold)) + ".\n";

    private static string Bold(string text) => $"\\fB{Escape(text)}\\fR";

    private static string Italic(string text) => $"\\fI{Escape(text)}\\fR";

    /// <summary>Text as man(7) takes it literally: a hyphen that can be copied as one, and no line that is taken for a request.</summary>
    private static string Escape(string text) =>
        Literal(text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal));

    private static string Literal(string line) => line.StartsWith('.') || line.StartsWith('\'') ? "\\&" + line : line;
}
