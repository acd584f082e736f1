using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Live;

/// <summary>A run's progress as one line of so many columns: what matters most always, the rest where there
/// is room for it. Pure.</summary>
internal static class ProgressLine
{
    private const string Spinner = "|/-\\";
    private const int BarWidth = 10;

    public static string Render(ProgressView view, int frame, int room)
    {
        // however long it is, the phase is what one looks for
        var name = view.Name.Length > 0 ? $"{DisplayWidth.Cut(view.Name, Math.Max(12, room / 3))}: " : "";
        var place = view.Name.Length > 0 && view.Name != view.Endpoint ? $"{view.Name} {view.Endpoint}: " : name;
        var time = Time(view);
        var bar = Bar(view);
        var counts = Counts(view, named: false);
        var left = view.Left is { } rest ? $"{(view.LeftAtMost ? "at most " : "")}about {ShortTime.Seconds(rest)} left" : "";

        // From the fullest to the shortest: the first that fits.
        var phase = $"{view.Phase}{view.Detail}";
        string[] forms =
        [
            Join(place, phase, time, bar, Counts(view, named: true), left),
            Join(place, phase, time, bar, counts, left),
            Join(name, phase, time, bar, counts, left),
            Join(name, view.Phase, time, bar, counts, left),
            Join(name, view.Phase, time, "", counts, left),
            Join(name, view.Phase, time, "", counts, ""),
            Join(name, view.Phase, time, "", "", ""),
        ];
        var best = forms.FirstOrDefault(form => DisplayWidth.Of(form) + 2 <= room) ?? forms[^1];
        return DisplayWidth.Cut($"{Spinner[frame % Spinner.Length]} {best}", room);
    }

    private static string Join(string name, string phase, string time, string bar, string counts, string left) =>
        $"{name}{phase}, {time}{(bar.Length > 0 ? " " : "")}{bar}{(counts.Length > 0 ? "; " : "")}{counts}{(left.Length > 0 ? counts.Length > 0 ? ", " : "; " : "")}{left}";

    /// <summary>What has passed, and of how much. An expectation that proved wrong is not shown any more.</summary>
    private static string Time(ProgressView view)
    {
        var elapsed = ShortTime.Seconds(view.Elapsed);
        return view switch
        {
            { Bound: { } bound } => $"{elapsed} of {(view.Phase == "pausing" ? "" : "at most ")}{ShortTime.Seconds(bound)}",
            { Expected: { } expected } => view.Elapsed <= expected ? $"{elapsed} of about {ShortTime.Seconds(expected)}"
                : $"{elapsed}, longer than expected",
            _ => elapsed,
        };
    }

    private static string Bar(ProgressView view)
    {
        if ((view.Expected ?? (view.Phase == "pausing" ? view.Bound : null)) is not { } whole || whole <= TimeSpan.Zero
            || view.Elapsed > whole)
        {
            return "";
        }

        var filled = (int)(view.Elapsed / whole * BarWidth);
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}]";
    }

    private static string Counts(ProgressView view, bool named)
    {
        var toCome = view.ToCome.Count == 0 ? "" : named ? $"to come: {string.Join(' ', view.ToCome)}"
            : $"{view.ToCome.Count} to come";
        return string.Join(", ", [.. view.Tally, .. toCome.Length > 0 ? (string[])[toCome] : []]);
    }
}
