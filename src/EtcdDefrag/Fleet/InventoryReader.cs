using EtcdDefrag.Cli;
using EtcdDefrag.Core.Text;
using SharpYaml;
using SharpYaml.Events;

namespace EtcdDefrag.Fleet;

/// <summary>Reads an inventory, which is YAML, or JSON, which is YAML as well. Notes every problem with its place and goes on; only bad syntax ends it.</summary>
internal sealed class InventoryReader
{
    private readonly IParser _parser;
    private readonly string _file;
    private readonly List<string> _problems;
    private readonly InventoryEntry _defaults;
    private readonly List<InventoryEntry> _entries = [];
    private readonly List<WrittenFlag> _given = [];

    private InventoryReader(TextReader text, string file, List<string> problems)
    {
        (_parser, _file, _problems) = (new Parser<LookAhead>(new LookAhead(text)), file, problems);
        _defaults = new InventoryEntry(new Place(file, 1, 1));
    }

    /// <summary>Reads it all.</summary>
    /// <param name="text">The inventory.</param>
    /// <param name="file">How messages name it.</param>
    /// <param name="folder">What paths in it are relative to.</param>
    /// <param name="problems">What is wrong with it.</param>
    public static Inventory Read(TextReader text, string file, string folder, List<string> problems)
    {
        var reader = new InventoryReader(text, file, problems);
        var whole = false;
        try
        {
            reader.Document();
            whole = true;
        }
        catch (YamlException e)
        {
            var message = e.Message[(e.Message.LastIndexOf("): ", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0)..];
            problems.Add($"{reader.At(e.Start)}: this is not YAML: {Printable.Of(message)}");
        }

        return new Inventory(folder, reader._defaults, reader._entries, whole);
    }

    private void Document()
    {
        Next(); // the beginning of the stream
        if (Next() is StreamEnd)
        {
            Problem(new Mark(), "the inventory is empty; write clusters: and a list of clusters");
            return;
        }

        var found = false;
        Mapping(Next(), "the inventory", (key, mark) =>
        {
            found |= key == "clusters";
            switch (key)
            {
                case "defaults":
                    Entry(_defaults, Next(), "defaults", inDefaults: true);
                    break;
                case "clusters":
                    Clusters(Next());
                    break;
                default:
                    Problem(mark, $"there is no key {Printable.Of(key)} here; an inventory has defaults and clusters");
                    Skip(Next());
                    break;
            }
        });
        if (!found)
        {
            Problem(new Mark(), "there are no clusters; write clusters: and a list of clusters");
        }

        Next(); // the end of the document
        if (Next() is DocumentStart second)
        {
            Problem(second.Start, "there is a second YAML document; write one");
        }
    }

    private void Clusters(ParsingEvent start)
    {
        if (start is not SequenceStart)
        {
            Problem(start.Start, "clusters must be a list; write each cluster as - name: …");
            Skip(start);
            return;
        }

        while (Next() is not SequenceEnd)
        {
            var first = _parser.Current!;
            var entry = new InventoryEntry(At(first.Start));
            Entry(entry, first, "a cluster", inDefaults: false);
            if (first is MappingStart)
            {
                _entries.Add(entry);
            }
        }
    }

    private void Entry(InventoryEntry entry, ParsingEvent start, string what, bool inDefaults)
    {
        Mapping(start, what, (key, mark) => Key(entry, key, mark, inDefaults));
        entry.Given = [.. entry.Given, .. _given];
        _given.Clear();
    }

    /// <summary>Reads a mapping; its values are read by the caller.</summary>
    private void Mapping(ParsingEvent start, string what, Action<string, Mark> read)
    {
        if (start is not MappingStart)
        {
            Problem(start.Start, $"{what} must be keys with values, as in key: value");
            Skip(start);
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            if (_parser.Current is not Scalar key)
            {
                Problem(_parser.Current!.Start, "a key must be a word");
                Skip(_parser.Current);
                Skip(Next());
                continue;
            }

            if (!seen.Add(key.Value))
            {
                Problem(key.Start, $"{Printable.Of(key.Value)} stands here twice; remove one");
            }

            read(key.Value, key.Start);
        }
    }

    private void Key(InventoryEntry entry, string key, Mark mark, bool inDefaults)
    {
        var value = Next();
        var before = _problems.Count;
        Read(entry, key, mark, value, inDefaults);
        entry.IsBroken |= _problems.Count > before;
    }

    private void Read(InventoryEntry entry, string key, Mark mark, ParsingEvent value, bool inDefaults)
    {
        if (key == InventoryKeys.Labels && !inDefaults)
        {
            var labels = new List<KeyValuePair<string, string>>();
            Mapping(value, "labels", (name, _) => labels.Add(new(Shared(name), Shared(Text(Next(), name) ?? ""))));
            entry.Labels = labels.ToArray();
        }
        else if (key == InventoryKeys.Name && !inDefaults)
        {
            entry.Name = Name(value);
        }
        else if (key == InventoryKeys.All)
        {
            entry.All = Text(value, key) is { } text && (GoNumber.TryParseBoolean(text, out var all, out var problem) || Complain(value, $"{key}: {problem}")) && all;
        }
        else if (InventoryKeys.Find(key, inDefaults, out var unknown) is { } flag)
        {
            Value(flag, value);
        }
        else
        {
            Problem(mark, unknown);
            Skip(value);
        }
    }

    private string Name(ParsingEvent value)
    {
        var name = Text(value, InventoryKeys.Name) ?? "";
        if (name.Any(char.IsControl) || name.Contains('/', StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal) || name.Trim() != name || name.Length > 253)
        {
            Problem(value.Start, $"the name \"{DisplayWidth.Cut(Printable.Of(name), 60)}\" must not hold a /, .. or control characters, nor begin or end with a space, and at most 253 characters");
        }

        return name;
    }

    /// <summary>A flag's value: one word; for a flag that takes several, also a list of words.</summary>
    private void Value(Flag flag, ParsingEvent value)
    {
        if (value is SequenceStart && flag.Kind == FlagKind.List)
        {
            while (Next() is not SequenceEnd)
            {
                Value(flag, _parser.Current!);
            }
        }
        else if (Text(value, flag.Name) is { } text)
        {
            if (flag == Flags.User && text.Contains(':', StringComparison.Ordinal))
            {
                Problem(value.Start, "user holds a password, and an inventory is kept where others read it; write the name alone, and password-file");
                return;
            }

            _given.Add(new WrittenFlag(flag, Shared(text), value.Start.Line + 1, value.Start.Column + 1));
        }
    }

    /// <summary>One string for all short texts that are the same: most of them are in many entries.</summary>
    private static string Shared(string text) => text.Length <= 16 ? string.Intern(text) : text;

    private string? Text(ParsingEvent value, string key)
    {
        switch (value)
        {
            case Scalar { Style: ScalarStyle.Plain, Value: "" or "~" or "null" }:
                Problem(value.Start, $"{key} has no value; write one, or remove the key");
                return null;
            case Scalar scalar:
                return scalar.Value;
            default:
                Problem(value.Start, value is AnchorAlias ? "aliases (*name) are not taken; write the value again" : $"{key} must be one value, not {(value is SequenceStart ? "a list" : "keys with values")}");
                Skip(value);
                return null;
        }
    }

    private void Skip(ParsingEvent start)
    {
        for (var depth = start.NestingIncrease; depth > 0; depth += Next().NestingIncrease)
        {
        }
    }

    private ParsingEvent Next() => _parser.MoveNext() ? _parser.Current! : throw new YamlException("the text ends too early");

    private bool Complain(ParsingEvent at, string problem)
    {
        Problem(at.Start, problem);
        return false;
    }

    private void Problem(Mark mark, string problem) => _problems.Add($"{At(mark)}: {problem}");

    private Place At(Mark mark) => new(_file, mark.Line + 1, mark.Column + 1);
}
