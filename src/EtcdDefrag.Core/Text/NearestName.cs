namespace EtcdDefrag.Core.Text;

/// <summary>Finds what somebody probably meant.</summary>
public static class NearestName
{
    /// <summary>The known name with the fewest edits from the typed one, or null when none is near enough to be worth a question.</summary>
    /// <param name="typed">What was typed. Case counts as no difference.</param>
    /// <param name="known">The names there are; of equally near ones the first is taken.</param>
    public static string? Find(string typed, IEnumerable<string> known)
    {
        // Chosen: one edit for every three letters, at least one; more would suggest names that only look alike by chance.
        var best = Math.Max(1, typed.Length / 3) + 1;
        string? nearest = null;
        foreach (var name in known)
        {
            var distance = Distance(typed, name, best);
            if (distance < best)
            {
                (best, nearest) = (distance, name);
            }
        }

        return nearest;
    }

    /// <summary>Levenshtein's distance, given up at <paramref name="limit"/>.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit)
        {
            return limit;
        }

        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
