using System.Text.RegularExpressions;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>The pages in Markdown and the links between them.</summary>
public sealed partial class LinkTests
{
    private static readonly string Root = Path.GetFullPath(Repository.File(""));

    public static TheoryData<string> Pages => new(
        Directory.EnumerateFiles(Root, "*.md")
            .Concat(((string[])["docs", "deploy"]).Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)))
            .Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it(string page) =>
        Assert.All(LinksOf(page), link =>
        {
            var target = Path.Combine(Root, link.Page);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{link.Page} is missing");
            if (link.Heading.Length > 0)
            {
                Assert.Contains(link.Heading, Anchors(link.Page));
            }
        });

    [Fact]
    public void Every_page_of_the_documentation_can_be_reached_from_the_readme()
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(["README.md"]);
        while (open.TryPop(out var page))
        {
            if (reached.Add(page))
            {
                LinksOf(page).Select(link => link.Page).Where(next => next.EndsWith(".md", StringComparison.Ordinal)).ToList().ForEach(open.Push);
            }
        }

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Select(file => Path.GetRelativePath(Root, file)).Except(reached));
    }

    /// <summary>The links of a page that stay inside the repository, by the path from its root.</summary>
    private static IEnumerable<(string Page, string Heading)> LinksOf(string page) =>
        from Match match in Link().Matches(Text(page))
        let target = match.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
        let parts = target.Split('#', 2)
        let path = parts[0].Length == 0 ? Path.Combine(Root, page) : Path.Combine(Root, Path.GetDirectoryName(page)!, parts[0])
        select (Path.GetRelativePath(Root, Path.GetFullPath(path)), parts.Length > 1 ? parts[1] : "");

    /// <summary>A heading's anchor as GitHub makes it: lower case, hyphens for spaces, no other punctuation.</summary>
    private static HashSet<string> Anchors(string page) =>
    [
        .. Text(page).Split('\n').Where(line => line.StartsWith('#')).Select(line =>
            NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-')),
    ];

    // Without fenced code: what looks like a link or a heading there is none.
    private static string Text(string page) => Fence().Replace(File.ReadAllText(Path.Combine(Root, page)), "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
