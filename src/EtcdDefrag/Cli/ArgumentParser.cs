using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>Takes a command line apart by pflag's grammar; goes on after a problem, so that all are told at once.</summary>
/// <remarks>Source: spf13/pflag flag.go, parseArgs, parseLongArg, parseSingleShortArg. Beyond it:
/// <c>--bool false</c> as two arguments.</remarks>
internal sealed class ArgumentParser
{
    private readonly IReadOnlyList<string> _args;
    private readonly ParsedArguments _parsed = new();
    private int _next;
    private Flag? _behind;
    private bool _commandFound;

    private ArgumentParser(IReadOnlyList<string> args) => _args = args;

    public static ParsedArguments Parse(IReadOnlyList<string> args)
    {
        var parser = new ArgumentParser(args);
        parser.ParseAll();
        return parser._parsed;
    }

    private List<string> Problems => _parsed.Problems;

    private void ParseAll()
    {
        while (_next < _args.Count)
        {
            var arg = _args[_next++];
            if (arg == "--")
            {
                _commandFound = true; // what follows is never a command's name
                while (_next < _args.Count)
                {
                    Argument(_args[_next++]);
                }
            }
            else if (arg.StartsWith("--", StringComparison.Ordinal))
            {
                Long(arg);
            }
            else if (arg.Length > 1 && arg[0] == '-')
            {
                Short(arg);
            }
            else
            {
                Argument(arg);
            }
        }

        RefuseForeignFlags();
    }

    private void Argument(string text)
    {
        if (!_commandFound && CommandNames.Find(text) is var command && command != Commands.None)
        {
            _parsed.Command = command;
        }
        else
        {
            _parsed.Arguments.Add(new Positional(text, _behind));
        }

        _commandFound = true;
        _behind = null;
    }

    private void Long(string arg)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg[2..] : arg[2..equals];
        if (name.Length == 0 || name[0] == '-')
        {
            Problems.Add($"bad flag syntax: --{name}; write --flag or --flag=value");
        }
        else if (Flags.Find(name) is not { } flag)
        {
            Unknown(name, "unknown flag: --" + name, equals >= 0);
        }
        else if (equals >= 0)
        {
            Give(flag, arg[(equals + 1)..]);
        }
        else
        {
            Give(flag, null);
        }
    }

    private void Short(string arg)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg[1..] : arg[1..equals];
        if (name.Length > 1 && Flags.Find(name) is { } meant)
        {
            // By the letter of the grammar -dry-run is -d with the value "ry-run": a run that nobody asked for.
            var value = equals >= 0 ? "=…" : "";
            Problems.Add($"-{name}{value}: a flag's full name takes two dashes; write {meant.Display}{value}");
            SkipValueOf(meant, equals >= 0);
            return;
        }

        for (var rest = arg[1..]; rest.Length > 0; rest = rest[1..])
        {
            if (Flags.Find(rest[0]) is not { } flag)
            {
                // Only the letter is shown: the rest may be a password, as in -pSECRET.
                Unknown(name, $"unknown shorthand flag: '{rest[0]}'", equals >= 0);
                return;
            }

            if (rest.Length > 1 && rest[1] == '=')
            {
                Give(flag, rest[2..]);
                return;
            }

            if (!flag.ValueIsOptional)
            {
                Give(flag, rest.Length > 1 ? rest[1..] : null);
                return;
            }

            GiveValue(flag, "true");
        }
    }

    /// <summary>Notes a flag; without a value of its own it takes the next argument where it needs one.</summary>
    private void Give(Flag flag, string? value)
    {
        if (value is not null)
        {
            GiveValue(flag, value);
        }
        else if (flag.ValueIsOptional)
        {
            var nextIsValue = _next < _args.Count && IsValueWord(flag, _args[_next]);
            GiveValue(flag, nextIsValue ? _args[_next++] : "true");
        }
        else if (_next < _args.Count)
        {
            GiveValue(flag, _args[_next++]);
        }
        else
        {
            Problems.Add($"flag needs an argument: {Shown(flag)}{Forms(flag)}");
        }
    }

    private void GiveValue(Flag flag, string value)
    {
        _parsed.Given.Add(new GivenFlag(flag, value));
        _behind = flag;
    }

    private static bool IsValueWord(Flag flag, string word) =>
        GoNumber.TryParseBoolean(word, out _, out _) || (flag.Kind == FlagKind.AutoBool && word == "auto")
        || (flag.Kind == FlagKind.Interval && GoDuration.TryParse(word, out _, out _));

    private void Unknown(string name, string message, bool hasValue)
    {
        var nearest = Nearest(name);
        Problems.Add(nearest is null ? message : $"{message}; did you mean {nearest.Display}?");
        SkipValueOf(nearest, hasValue);
    }

    /// <summary>Drops what is probably the value of a flag not understood. It is not to be reported as a stray argument: it may
    /// be a mistyped --password's.</summary>
    private void SkipValueOf(Flag? meant, bool hasValue)
    {
        _behind = null;
        if (hasValue || _next >= _args.Count || meant is { ValueIsOptional: true })
        {
            return;
        }

        if (meant is not null || _args[_next].Length == 0 || _args[_next][0] != '-')
        {
            _next++;
        }
    }

    private static Flag? Nearest(string name)
    {
        var names = new List<string>();
        foreach (var flag in Flags.All)
        {
            names.Add(flag.Name);
        }

        return NearestName.Find(name, names) is { } found ? Flags.Find(found) : null;
    }

    private void RefuseForeignFlags()
    {
        foreach (var (flag, _, _) in _parsed.Given)
        {
            if ((flag.Commands & _parsed.Command) != 0)
            {
                continue;
            }

            var owner = (flag.Commands & Commands.Defrag) != 0 ? Commands.Defrag : flag.Commands;
            Problems.Add($"unknown flag: {flag.Display}; it belongs to \"{CommandNames.Call(owner)}\", not to \"{CommandNames.Call(_parsed.Command)}\"");
        }
    }

    /// <summary>A flag as pflag's messages name it.</summary>
    public static string Shown(Flag flag) => flag.Shorthand is { } shorthand ? $"-{shorthand}, {flag.Display}" : flag.Display;

    private static string Forms(Flag flag) => flag.Kind switch
    {
        FlagKind.Duration => "; " + GoDuration.Forms,
        FlagKind.Choice => "; write one of: " + string.Join(", ", flag.Allowed),
        FlagKind.List when flag.Allowed.Count > 0 => "; write some of: " + string.Join(", ", flag.Allowed),
        FlagKind.List => "; write values separated by commas",
        FlagKind.Int or FlagKind.Float or FlagKind.Size => "; write a number",
        _ => flag.IsFile ? "; write a file name" : "",
    };
}
