using System.Globalization;
using System.Text;
using EtcdDefrag.Cli;

namespace EtcdDefrag.Fleet;

/// <summary>
/// A set of entries that takes two for the same if they differ only in name, labels, endpoints, and texts that nobody checks.
/// The thousands of entries of an inventory are of a few kinds: what holds for one of a kind need not be found out again.
/// </summary>
internal sealed class EntryShapes
{
    /// <summary>Chosen: enough for the kinds that people think of; a set of more would only take memory.</summary>
    private const int Most = 1000;

    /// <summary>Any text is good, but for an empty one in some. The endpoints are checked in each entry anyway.</summary>
    private static readonly HashSet<Flag> AnyText =
    [
        Flags.Endpoints, Flags.CaCert, Flags.Cert, Flags.Key, Flags.User, Flags.PasswordFile, Flags.TlsServerName,
        Flags.DiscoverySrv, Flags.DiscoverySrvName,
    ];

    private readonly HashSet<string> _shapes = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();

    public void Add(InventoryEntry entry)
    {
        if (_shapes.Count < Most)
        {
            _shapes.Add(ShapeOf(entry));
        }
    }

    public bool Contains(InventoryEntry entry) => _shapes.Contains(ShapeOf(entry));

    // With the length of each text: no text can pass for another flag.
    private string ShapeOf(InventoryEntry entry)
    {
        _text.Clear().Append(entry.All);
        foreach (var item in entry.Given)
        {
            var text = !AnyText.Contains(item.Flag) ? item.Text : item.Text.Length == 0 ? "" : "…";
            _text.Append(CultureInfo.InvariantCulture, $" {item.Flag.Name} {text.Length} ").Append(text);
        }

        return _text.ToString();
    }
}
