using System.Globalization;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Cli;

/// <summary>The way in: arguments and environment to what is wanted.</summary>
internal static class CommandLine
{
    /// <summary>Reads a command line. Contacts nothing; reads at most a password, from its file or from the terminal.</summary>
    public static ParsedCommand Parse(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, Terminal terminal)
    {
        var parsed = ArgumentParser.Parse(args);
        var problems = parsed.Problems;
        var variables = new EnvironmentValues(environment);
        var values = new FlagValues(parsed.Given, variables, problems);
        if (values.Bool(Flags.Help))
        {
            return new ParsedCommand.Print(HelpText.Build(parsed.Command, terminal.OutColumns));
        }

        switch (parsed.Command)
        {
            case Commands.Help:
                return Help(parsed, terminal.OutColumns);
            case Commands.Completion:
                return Completion(parsed);
            case Commands.Rule:
                return Rule(parsed, values);
            case Commands.Check:
                return Check(parsed, values, variables);
            case Commands.Inspect:
                return Inspect(parsed, values, variables, terminal.Prompt);
            case Commands.Version:
                return Version(parsed, values);
            case Commands.Fleet:
                return Fleet(parsed, variables);
            default:
                return Cluster(parsed, values, variables, terminal.Prompt);
        }
    }

    private static ParsedCommand Cluster(
        ParsedArguments parsed, FlagValues values, EnvironmentValues variables, IPasswordPrompt prompt)
    {
        var problems = parsed.Problems;
        foreach (var argument in parsed.Arguments)
        {
            problems.Add(StrayArgument.Describe(parsed.Command, argument));
        }

        if (parsed.Command == Commands.Defrag && values.Bool(Flags.Version) && problems.Count == 0)
        {
            return new ParsedCommand.Print(VersionText.Build());
        }

        var warnings = new List<string>();
        variables.FindMistyped(problems, warnings);
        if (parsed.Command == Commands.Defrag && (values.IsGiven(Flags.DataDir) || values.IsGiven(Flags.File)))
        {
            return Offline(parsed, new OptionsBinder(values, problems, warnings).BindRewrite(parsed.Given), warnings);
        }

        var login = Login.None;
        var settings = new OptionsBinder(values, problems, warnings).Bind(
            parsed.Command,
            () => login = new LoginBinder(values, problems, warnings, prompt).Bind());
        if (problems.Count > 0)
        {
            return new ParsedCommand.UsageErrors(parsed.Command, problems) { Warnings = warnings };
        }

        if (login.Interrupted)
        {
            return new ParsedCommand.Interrupted { Warnings = warnings };
        }

        return parsed.Command == Commands.Status
            ? new ParsedCommand.Status(settings) { Warnings = warnings }
            : new ParsedCommand.Defrag(settings) { Warnings = warnings };
    }

    private static ParsedCommand Check(ParsedArguments parsed, FlagValues values, EnvironmentValues variables)
    {
        if (parsed.Arguments.Count != 1)
        {
            parsed.Problems.Add($"check takes one path, etcd's data directory or a database file, but there are {parsed.Arguments.Count} arguments; write e.g. etcd-defrag check /var/lib/etcd");
        }

        else if (parsed.Arguments[0].Text.Length == 0)
        {
            parsed.Problems.Add("check has an empty path; an unset variable in quotes? Name etcd's data directory or a database file");
        }

        var warnings = new List<string>();
        variables.FindMistyped(parsed.Problems, warnings);
        return Offline(parsed, new OptionsBinder(values, parsed.Problems, warnings).BindCheck(parsed.Arguments.Count == 1
            ? parsed.Arguments[0].Text : ""), warnings);
    }

    private static ParsedCommand Fleet(ParsedArguments parsed, EnvironmentValues variables)
    {
        var problems = parsed.Problems;
        if (parsed.Arguments.Count != 1 || parsed.Arguments[0].Text.Length == 0)
        {
            problems.Add($"fleet takes one inventory, a file or - for standard input, but there are {parsed.Arguments.Count(argument => argument.Text.Length > 0)}; write e.g. etcd-defrag fleet clusters.yaml --status");
        }

        var warnings = new List<string>();
        variables.FindMistyped(problems, warnings);
        var environment = variables.ForFleet();
        var values = new FlagValues(parsed.Given, environment, problems);
        var settings = new OptionsBinder(values, problems, warnings).BindFleet(parsed.Arguments.Count > 0
            ? parsed.Arguments[0].Text : "", parsed.Given, environment);
        return problems.Count > 0 ? new ParsedCommand.UsageErrors(parsed.Command, problems) { Warnings = warnings }
            : new ParsedCommand.Fleet(settings) { Warnings = warnings };
    }

    private static ParsedCommand Inspect(
        ParsedArguments parsed, FlagValues values, EnvironmentValues variables, IPasswordPrompt prompt)
    {
        if (parsed.Arguments.Count > 1)
        {
            parsed.Problems.Add($"inspect takes one path, but there are {parsed.Arguments.Count} arguments; put a path with spaces in quotes");
        }
        else if (parsed.Arguments is [{ Text.Length: 0 }])
        {
            parsed.Problems.Add("inspect has an empty path; an unset variable in quotes? Name etcd's data directory or a database file");
        }

        var warnings = new List<string>();
        variables.FindMistyped(parsed.Problems, warnings);
        var login = Login.None;
        var settings = new OptionsBinder(values, parsed.Problems, warnings).BindInspect(
            parsed.Arguments.Count > 0 ? parsed.Arguments[0].Text : null,
            parsed.Given,
            () => login = new LoginBinder(values, parsed.Problems, warnings, prompt).Bind());
        return parsed.Problems.Count > 0 ? new ParsedCommand.UsageErrors(parsed.Command, parsed.Problems) { Warnings = warnings }
            : login.Interrupted ? new ParsedCommand.Interrupted { Warnings = warnings }
            : new ParsedCommand.Inspect(settings) { Warnings = warnings };
    }

    private static ParsedCommand Offline(ParsedArguments parsed, Settings settings, List<string> warnings) =>
        parsed.Problems.Count > 0
        ? new ParsedCommand.UsageErrors(parsed.Command, parsed.Problems) { Warnings = warnings }
        : new ParsedCommand.Offline(settings) { Warnings = warnings };

    private static ParsedCommand Version(ParsedArguments parsed, FlagValues values)
    {
        foreach (var argument in parsed.Arguments)
        {
            parsed.Problems.Add(StrayArgument.Describe(parsed.Command, argument));
        }

        var text = values.Choice(Flags.WriteOut) == "json" ? VersionText.Json() : VersionText.Build();
        return parsed.Problems.Count > 0 ? new ParsedCommand.UsageErrors(parsed.Command, parsed.Problems)
            : new ParsedCommand.Print(text);
    }

    private static ParsedCommand Rule(ParsedArguments parsed, FlagValues values)
    {
        var problems = parsed.Problems;
        var lag = values.Int(Flags.RaftLag);
        if (lag < 0)
        {
            values.Problem(Flags.RaftLag, lag.ToString(CultureInfo.InvariantCulture), "it must not be negative; write 0 or more");
        }

        var input = new RuleInput(values.Size(Flags.DbSize), values.Size(Flags.DbSizeInUse), values.Size(Flags.DbQuota),
            values.Bool(Flags.IsLeader), (ulong)Math.Max(0, lag));
        var verbose = values.Bool(Flags.Verbose);
        if (parsed.Arguments.Count == 0)
        {
            problems.Add("the rule is missing; write it as one argument, e.g. etcd-defrag rule 'dbSizeFree > 200*1024*1024' (after -- if it begins with a dash)");
        }
        else if (parsed.Arguments.Count > 1)
        {
            problems.Add($"the rule must be one argument, but there are {parsed.Arguments.Count}; put it in quotes");
        }

        return problems.Count > 0 ? new ParsedCommand.UsageErrors(parsed.Command, problems)
            : new ParsedCommand.Rule(parsed.Arguments[0].Text, input, verbose);
    }

    private static ParsedCommand Completion(ParsedArguments parsed)
    {
        var problems = parsed.Problems;
        const string Forms = "write one of: bash, zsh, fish";
        if (parsed.Arguments.Count != 1)
        {
            problems.Add($"completion takes the name of one shell, but there are {parsed.Arguments.Count} arguments; {Forms}");
        }
        else if (!CommandNames.Shells.Contains(parsed.Arguments[0].Text))
        {
            problems.Add($"there is no completion for the shell \"{parsed.Arguments[0].Text}\"; {Forms}");
        }

        return problems.Count > 0
            ? new ParsedCommand.UsageErrors(parsed.Command, problems)
            : new ParsedCommand.Print(Cli.Completion.Build(parsed.Arguments[0].Text));
    }

    private static ParsedCommand Help(ParsedArguments parsed, int? columns)
    {
        var topic = Commands.Defrag;
        foreach (var argument in parsed.Arguments)
        {
            topic = CommandNames.Find(argument.Text);
            if (topic == Commands.None)
            {
                parsed.Problems.Add(StrayArgument.Describe(Commands.Defrag, argument));
            }
        }

        return parsed.Problems.Count > 0
            ? new ParsedCommand.UsageErrors(Commands.Defrag, parsed.Problems)
            : new ParsedCommand.Print(HelpText.Build(topic, columns));
    }
}
