using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>Where a value comes from; the higher wins.</summary>
internal enum ValueSource
{
    Default,
    EtcdctlVariable,
    Variable,
    CommandLine,
}

/// <summary>The flags' values: command line over <c>ETCD_DEFRAG_…</c> over <c>ETCDCTL_…</c> over the default. Every bad
/// one becomes a problem.</summary>
internal sealed class FlagValues(IReadOnlyList<GivenFlag> given, EnvironmentValues environment, List<string> problems)
{
    /// <inheritdoc cref="EnvironmentValues.ResolvConfFile"/>
    public string? ResolvConf => environment.ResolvConfFile;

    private readonly HashSet<Flag> _bad = [];

    private delegate bool Reader<T>(string text, out T value, out string problem);

    public ValueSource SourceOf(Flag flag)
    {
        foreach (var item in given)
        {
            if (item.Flag == flag)
            {
                return ValueSource.CommandLine;
            }
        }

        return environment.Find(flag).Source;
    }

    public bool IsGiven(Flag flag) => SourceOf(flag) != ValueSource.Default;

    /// <summary>Whether a value was given and read without a problem, so that rules across flags may speak about it.</summary>
    public bool IsGood(Flag flag) => !_bad.Contains(flag);

    /// <summary>What messages call the place of the value: the flag or the variable.</summary>
    public string NameOf(Flag flag) => SourceOf(flag) switch
    {
        ValueSource.Variable => flag.Variable,
        ValueSource.EtcdctlVariable => flag.EtcdctlVariable,
        _ => PlaceOf(flag) is { } place ? $"{place}: {flag.Name}" : flag.Display,
    };

    public bool Bool(Flag flag) => Read<bool>(flag, GoNumber.TryParseBoolean, "false");

    public long Int(Flag flag) => Read<long>(flag, GoNumber.TryParseInteger, "0");

    public double Float(Flag flag) => Read<double>(flag, GoNumber.TryParseFloat, "0");

    public TimeSpan Duration(Flag flag) => Read<TimeSpan>(flag, GoDuration.TryParse, "0");

    public ByteSize Size(Flag flag) => Read<ByteSize>(flag, SizeValue.TryParse, "0");

    /// <summary>A text, or null where it is empty or not given.</summary>
    public string? Text(Flag flag)
    {
        var text = Last(flag);
        return text.Length == 0 ? null : text;
    }

    /// <summary>One of the flag's allowed words.</summary>
    public string Choice(Flag flag) => Read(flag, (string text, out string value, out string problem) =>
    {
        value = text;
        problem = OneOf(flag, text);
        return problem.Length == 0;
    }, flag.Default);

    /// <summary>Null for auto.</summary>
    public bool? AutoBool(Flag flag) => Read(flag, (string text, out bool? value, out string problem) =>
    {
        (value, problem) = (null, "");
        if (text == "auto")
        {
            return true;
        }

        var good = GoNumber.TryParseBoolean(text, out var boolean, out _);
        (value, problem) = (boolean, good ? "" : "it is neither auto nor a boolean; write auto, true or false");
        return good;
    }, flag.Default);

    /// <summary>Null for false; <paramref name="usual"/> for true.</summary>
    public TimeSpan? Interval(Flag flag, TimeSpan usual) => Read(flag, (string text, out TimeSpan? value, out string problem) =>
    {
        if (GoNumber.TryParseBoolean(text, out var wanted, out problem))
        {
            value = wanted ? usual : null;
            return true;
        }

        var good = GoDuration.TryParse(text, out var duration, out problem);
        value = duration;
        if (good && duration <= TimeSpan.Zero)
        {
            (good, problem) = (false, "it must be greater than 0; write e.g. 5s");
        }

        return good;
    }, "false");

    /// <summary>The items: those of all occurrences on the command line, or the variable split at
    /// commas, or the default.</summary>
    public List<string> List(Flag flag)
    {
        var items = new List<string>();
        var onCommandLine = false;
        foreach (var item in given)
        {
            if (item.Flag != flag)
            {
                continue;
            }

            onCommandLine = true;
            if (!GoList.TryParse(item.Text, items, out var problem))
            {
                Problem(flag, item.Text, ValueSource.CommandLine, problem);
            }
        }

        if (!onCommandLine)
        {
            var (source, text) = environment.Find(flag);
            text = source == ValueSource.Default ? flag.Default : text;
            items.AddRange(text.Length == 0 ? [] : text.Split(','));
        }

        return items;
    }

    /// <summary>Notes a problem with the value that counts.</summary>
    public void Problem(Flag flag, string shownValue, string problem) => Problem(flag, shownValue, SourceOf(flag), problem);

    /// <summary>What is wrong with a word that is not among the allowed ones; empty when it is.</summary>
    public static string OneOf(Flag flag, string text)
    {
        foreach (var word in flag.Allowed.Concat(flag.AllowedToSome))
        {
            if (word == text)
            {
                return "";
            }
        }

        var forms = "write " + (flag.Kind == FlagKind.List ? "some of: " : "one of: ") + string.Join(", ", flag.Allowed);
        if (flag == Flags.WriteOut && text is ("fields" or "protobuf"))
        {
            return $"this etcdctl format is not supported; {forms}";
        }

        return NearestName.Find(text, flag.Allowed) is { } nearest ? $"did you mean {nearest}? {Capital(forms)}" : forms;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The value that counts, as it was written; the default where none was given.</summary>
    public string Last(Flag flag)
    {
        for (var i = given.Count - 1; i >= 0; i--)
        {
            if (given[i].Flag == flag)
            {
                return given[i].Text;
            }
        }

        var (source, text) = environment.Find(flag);
        return source == ValueSource.Default ? flag.Default : text;
    }

    /// <summary>Where a flag's value stands in an inventory: the one with this text, else the last;
    /// null: it stands in none.</summary>
    private Place? PlaceOf(Flag flag, string? text = null)
    {
        Place? last = null;
        foreach (var item in given)
        {
            if (item.Flag == flag)
            {
                last = item.Place;
                if (item.Text == text)
                {
                    break;
                }
            }
        }

        return last;
    }

    private T Read<T>(Flag flag, Reader<T> read, string zero)
    {
        // A bad value is a problem even where a later one would win: pflag refuses it too.
        var found = false;
        var last = flag.Default.Length > 0 ? flag.Default : zero;
        foreach (var item in given)
        {
            if (item.Flag == flag)
            {
                found = true;
                last = Check(flag, read, item.Text, ValueSource.CommandLine) ? item.Text : last;
            }
        }

        var (source, text) = environment.Find(flag);
        if (!found && source != ValueSource.Default && Check(flag, read, text, source))
        {
            last = text;
        }

        read(last, out var value, out _);
        return value;
    }

    private bool Check<T>(Flag flag, Reader<T> read, string text, ValueSource source)
    {
        if (read(text, out _, out var problem))
        {
            return true;
        }

        Problem(flag, text, source, problem);
        return false;
    }

    private void Problem(Flag flag, string text, ValueSource source, string problem)
    {
        _bad.Add(flag);
        var value = flag.IsSecret ? "" : $" \"{text}\"";
        problems.Add(source switch
        {
            ValueSource.Variable => $"invalid value{value} in {flag.Variable} (flag {flag.Display}): {problem}",
            ValueSource.EtcdctlVariable => $"invalid value{value} in {flag.EtcdctlVariable} (flag {flag.Display}): {problem}",
            _ when PlaceOf(flag, text) is { } place => $"{place}: invalid value{value} for {flag.Name}: {problem}",
            _ => $"invalid argument{value} for \"{ArgumentParser.Shown(flag)}\" flag: {problem}",
        });
    }
}
