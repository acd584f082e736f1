using EtcdDefrag.Live;
using Xunit;

namespace EtcdDefrag.Cli.Tests.Live;

public sealed class LiveBlockTests : IDisposable
{
    private readonly TestScreen _screen = new(20);
    private readonly LiveBlock _block;
    private int _rows = 8;

    public LiveBlockTests()
    {
        _screen.Write("$ status --watch\n");
        _block = new LiveBlock(_screen, () => (_screen.Columns, _rows));
    }

    public void Dispose() => _screen.Dispose();

    [Fact]
    public void Each_text_takes_the_place_of_the_one_before()
    {
        _block.Show("one\ntwo, which is longer\nthree\n");
        _block.Show("1\n2\n");

        Assert.Equal("$ status --watch\n1\n2", _screen.Text);
    }

    [Fact]
    public void Lines_that_wrap_are_counted_and_colours_are_not()
    {
        _block.Show($"{new string('x', 50)}\n\e[31m{new string('y', 20)}\e[0m\n");
        _block.Show("after\n");

        Assert.Equal("$ status --watch\nafter", _screen.Text);
    }

    [Fact]
    public void A_window_made_narrower_leaves_nothing_behind()
    {
        _block.Show($"{new string('x', 18)}\n{new string('y', 18)}\n");

        _screen.Narrow(10);
        _block.Show("after\n");

        Assert.EndsWith("\nafter", _screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('x', _screen.Text);
        Assert.DoesNotContain('y', _screen.Text);
    }

    [Fact]
    public void What_the_window_cannot_hold_is_left_out_and_counted()
    {
        _rows = 5;
        _block.Show(string.Concat(Enumerable.Range(1, 9).Select(i => $"line {i}\n")));

        Assert.Equal("$ status --watch\nline 1\nline 2\nline 3\n… 6 more lines: mak…", _screen.Text);
    }
}
