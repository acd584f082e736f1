using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class ManPageTests
{
    private static readonly string Template = File.ReadAllText(Repository.File("docs/etcd-defrag.1.in"));

    [Fact]
    public void The_page_is_what_template_and_lists_make() => Golden.MatchRepositoryFile(ManPage.Build(Template), "docs/etcd-defrag.1");

    [Fact]
    public void Each_part_has_its_place_in_the_template_once() =>
        Assert.All(ManPage.Parts, part => Assert.Equal(2, Template.Split($"\n@{part.Word}@\n").Length));

    [Fact]
    public void Nothing_of_the_template_is_left_unfilled() => Assert.DoesNotMatch("@[A-Z_]+@", ManPage.Build(Template));

    [Fact]
    public void The_variable_that_is_no_flags_is_named() => Assert.Contains($"\n.B {EnvironmentValues.ResolvConf}\n", Template, StringComparison.Ordinal);
}
