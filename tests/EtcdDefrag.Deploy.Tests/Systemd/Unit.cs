using EtcdDefrag.Testing;

namespace EtcdDefrag.Deploy.Tests.Systemd;

/// <summary>A file of deploy/systemd as lines of name and value.</summary>
internal sealed class Unit(string name)
{
    public string Text { get; } = File.ReadAllText(Repo.Path("deploy", "systemd", name));

    public IReadOnlyList<(string Name, string Value)> Lines => [.. Text.Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => (line[..line.IndexOf('=', StringComparison.Ordinal)], line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"')))];

    public IEnumerable<string> All(string name) => Lines.Where(line => line.Name == name).Select(line => line.Value);

    public string One(string name) => Assert.Single(All(name));

    /// <summary>The number of minutes of a value such as 10m or 16min.</summary>
    public int Minutes(string name) => int.Parse(One(name).TrimEnd('m', 'i', 'n'), System.Globalization.CultureInfo.InvariantCulture);
}
