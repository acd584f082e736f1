using System.Globalization;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd;

/// <summary>Finds the quota in a metrics page.</summary>
internal static class QuotaMetric
{
    private const string Name = "etcd_server_quota_backend_bytes";

    // Chosen: etcd's page has 100-200 kB; a page without end is left.
    private const int MaxPageChars = 8 * 1024 * 1024;
    private const int MaxLineChars = 64 * 1024;

    /// <summary>Reads the page up to the line that matters.</summary>
    /// <returns>The quota; null where the page does not tell.</returns>
    public static async Task<ByteSize?> FindAsync(Stream page, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(page);
        var buffer = new char[4096];
        var line = new System.Text.StringBuilder();
        var seen = 0;
        while (seen < MaxPageChars)
        {
            var read = await reader.ReadAsync(buffer, cancellationToken);
            seen += read;
            foreach (var c in buffer.AsSpan(0, read))
            {
                if (c != '\n')
                {
                    line.Append(c, line.Length < MaxLineChars ? 1 : 0);
                    continue;
                }

                if (Parse(line.ToString()) is { } quota)
                {
                    return quota;
                }

                line.Clear();
            }

            if (read == 0)
            {
                return Parse(line.ToString());
            }
        }

        return null;
    }

    /// <summary>Reads one line, e.g. <c>etcd_server_quota_backend_bytes 2.147483648e+09</c>.</summary>
    internal static ByteSize? Parse(string line)
    {
        if (!line.StartsWith(Name, StringComparison.Ordinal) || line.Length == Name.Length || line[Name.Length] is not (' ' or '\t'))
        {
            return null;
        }

        var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2
            && double.TryParse(words[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value is > long.MinValue and < long.MaxValue
            ? new ByteSize((long)value)
            : null;
    }
}
