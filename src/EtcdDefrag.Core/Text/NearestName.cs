namespace EtcdDefrag.Core.Text;

/// <summary>Finds what somebody probably meant to type.</summary>
public static class NearestName
{
    // Chosen: nothing in the tool has a longer name, and the cost grows with the product of the lengths.
    private const int LongestTyped = 64;

    // Chosen: shorter beginnings fit too much to be a hint.
    private const int ShortestBeginning = 3;

    /// <summary>The known name nearest to what was typed.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="known">The names there are; of two equally near the first wins.</param>
    /// <returns>The name with at most a third of its letters wrong (case aside), else the shortest that begins so; null
    /// when nothing is near.</returns>
    public static string? Find(string typed, IEnumerable<string> known)
    {
        if (typed.Length is 0 or > LongestTyped)
        {
            return null;
        }

        string? nearest = null;
        string? beginning = null;
        var least = Math.Max(1, typed.Length / 3) + 1;
        foreach (var name in known)
        {
            var distance = Distance(typed, name);
            if (distance < least)
            {
                (nearest, least) = (name, distance);
            }

            if (typed.Length >= ShortestBeginning && name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
                && !(beginning?.Length <= name.Length))
            {
                beginning = name;
            }
        }

        return nearest ?? beginning;
    }

    /// <summary>Whether somebody who meant the name made one slip: the same letters but for case and separators, or one letter
    /// wrong, missing, too many or swapped.</summary>
    public static bool IsOneSlipAway(string typed, string name) =>
        typed.Length <= LongestTyped
        && (string.Equals(Letters(typed), Letters(name), StringComparison.OrdinalIgnoreCase) || Distance(typed, name) <= 1);

    private static string Letters(string text) =>
        text.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    // Letters to insert, delete, replace or swap with their neighbour (optimal string alignment), upper
    // and lower case being the same.
    private static int Distance(string typed, string name)
    {
        var (before, above, current) = (new int[name.Length + 1], new int[name.Length + 1], new int[name.Length + 1]);
        for (var j = 0; j <= name.Length; j++)
        {
            above[j] = j;
        }

        for (var i = 1; i <= typed.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= name.Length; j++)
            {
                var best = Math.Min(Math.Min(current[j - 1], above[j]) + 1, above[j - 1]
                    + (Same(typed[i - 1], name[j - 1]) ? 0 : 1));
                var swapped = i > 1 && j > 1 && Same(typed[i - 1], name[j - 2]) && Same(typed[i - 2], name[j - 1]);
                current[j] = swapped ? Math.Min(best, before[j - 2] + 1) : best;
            }

            (before, above, current) = (above, current, before);
        }

        return above[name.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
