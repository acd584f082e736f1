using System.Text.RegularExpressions;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>The folders of src, in the order of the table in CONTRIBUTING.md: the code of a folder uses only that folder and those above it.</summary>
public sealed partial class FolderTests
{
    private static readonly List<SourceFile> Sources = ReadSources();
    private static readonly List<string> Order = [.. Row().Matches(File.ReadAllText(Repository.File("CONTRIBUTING.md"))).Select(row => row.Groups[1].Value)];

    [Fact]
    public void The_table_names_every_folder_once() =>
        Assert.Equal(Sources.Select(file => file.Folder).Distinct().Order(StringComparer.Ordinal), Order.Order(StringComparer.Ordinal));

    [Fact]
    public void No_folder_uses_one_below_it() => Assert.Empty(Upward(Sources));

    [Theory]
    [InlineData("EtcdDefrag.Core/Text", "using EtcdDefrag.Core.Cluster;\nnamespace EtcdDefrag.Core.Text;", "EtcdDefrag.Core/Cluster")]
    [InlineData("EtcdDefrag.Etcd/Net", "namespace EtcdDefrag.Etcd.Net;\nclass C { Grpc.CallFailure? F; }", "EtcdDefrag.Etcd/Grpc")]
    [InlineData("EtcdDefrag/Cli", "namespace EtcdDefrag.Cli;\nclass C { object F = StatusCommand.Watch; }", "EtcdDefrag")]
    public void A_planted_circle_is_found(string folder, string text, string used) =>
        Assert.Contains($"{folder}/Planted.cs uses {used}", Upward([.. Sources, new SourceFile(folder, "Planted.cs", text)]));

    private static IEnumerable<string> Upward(IReadOnlyList<SourceFile> files)
    {
        var types = Order.ToDictionary(folder => folder, folder => string.Join('|', files.Where(file => file.Folder == folder).SelectMany(file => file.Types)));
        return
            from file in files
            from other in Order.SkipWhile(folder => folder != file.Folder).Skip(1)
            where types[other].Length > 0 && file.Uses(other, types[other])
            select $"{file.Folder}/{file.Name} uses {other}";
    }

    private static List<SourceFile> ReadSources()
    {
        var root = Path.GetFullPath(Repository.File("src"));
        return
        [
            .. from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
               let folder = Path.GetRelativePath(root, Path.GetDirectoryName(path)!)
               where !folder.Split('/').Any(part => part is "obj" or "bin")
               select new SourceFile(folder, Path.GetFileName(path), File.ReadAllText(path)),
        ];
    }

    [GeneratedRegex(@"^\| `(EtcdDefrag[\w./]*)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref|unsafe) )+(?:class|record struct|record|struct|interface|enum|delegate \S+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    private sealed record SourceFile(string Folder, string Name, string Text)
    {
        private readonly string _code = Comment().Replace(Text, "");

        public IEnumerable<string> Types => Declaration().Matches(_code).Select(match => match.Groups[1].Value);

        /// <summary>Whether it names a folder's namespace in a using, or one of its types without: with the end of the namespace, or from inside it.</summary>
        public bool Uses(string folder, string types)
        {
            var space = folder.Replace('/', '.');
            var inside = Folder.StartsWith(folder + "/", StringComparison.Ordinal);
            return Regex.IsMatch(_code, $@"^using (static )?{Regex.Escape(space)}(\.({types}))?;", RegexOptions.Multiline)
                || Regex.IsMatch(_code, $@"\b{space[(space.LastIndexOf('.') + 1)..]}\.({types})\b")
                || (inside && Regex.IsMatch(_code, $@"(?<![.\w])({types})\b"));
        }
    }
}
