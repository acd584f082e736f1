using System.Globalization;
using System.Text;

namespace EtcdDefrag.Testing.Model;

/// <summary>One thing that happened; text is made only when somebody reads it.</summary>
/// <param name="Ticks">Virtual time.</param>
/// <param name="Member">Name of the member it concerns; empty: the whole cluster.</param>
/// <param name="What">A constant text.</param>
/// <param name="Detail">More of it.</param>
/// <param name="Number">A number that belongs to it, <see cref="long.MinValue"/> for none.</param>
public readonly record struct JournalEntry(long Ticks, string Member, string What, string Detail, long Number);

/// <summary>Everything that happened in one simulation, in order.</summary>
public sealed class Journal
{
    private readonly List<JournalEntry> _entries = new(256);

    public IReadOnlyList<JournalEntry> Entries => _entries;

    public void Add(long ticks, string member, string what, string detail = "", long number = long.MinValue) =>
        _entries.Add(new JournalEntry(ticks, member, what, detail, number));

    /// <summary>The lines around an entry, or the whole journal.</summary>
    public string Format(int from = 0, int to = int.MaxValue)
    {
        var text = new StringBuilder();
        for (var i = Math.Max(0, from); i < Math.Min(to, _entries.Count); i++)
        {
            var entry = _entries[i];
            text.Append(CultureInfo.InvariantCulture, $"{entry.Ticks / (double)TimeSpan.TicksPerSecond,12:F6}  {entry.Member,-8} {entry.What}");
            if (entry.Detail.Length > 0)
            {
                text.Append(' ').Append(entry.Detail);
            }

            if (entry.Number != long.MinValue)
            {
                text.Append(' ').Append(entry.Number.ToString(CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
