using EtcdDefrag.Live;
using Xunit;

namespace EtcdDefrag.Cli.Tests.Live;

public sealed class LiveLineTests : IDisposable
{
    private readonly TestScreen _screen = new(40);
    private readonly LiveLine _line;
    private readonly LiveWriter _output;
    private readonly LiveWriter _error;

    public LiveLineTests()
    {
        _line = new LiveLine(_screen, () => _screen.Columns);
        _output = new LiveWriter(_screen, _line, onScreen: true);
        _error = new LiveWriter(_screen, _line, onScreen: true);
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _screen.Dispose();
    }

    [Fact]
    public void Ordinary_lines_scroll_by_above_it_and_stay_whole()
    {
        _line.Show("working, 1s");
        _output.WriteLine("a line that is longer than the window is wide, so it wraps");
        _line.Show("working, 2s");
        _error.WriteLine("Warning: something");

        Assert.Equal("a line that is longer than the window is\n wide, so it wraps\nWarning: something\nworking, 2s", _screen.Text);
    }

    [Fact]
    public void It_is_taken_away_whole_also_when_the_text_before_was_longer()
    {
        _line.Show("a long text");
        _line.Show("short");
        Assert.Equal("short", _screen.Text);

        _line.Show("");
        Assert.Equal("", _screen.Text);
    }

    [Fact]
    public void A_line_written_in_pieces_is_not_cut_in_two()
    {
        _line.Show("working");
        _output.Write("one ");
        _line.Show("working, 2s");
        _output.Write("line\n");

        Assert.Equal("one line\nworking, 2s", _screen.Text);
    }

    [Fact]
    public void A_window_made_narrower_leaves_nothing_of_it_behind()
    {
        _output.WriteLine("above");
        _line.Show(new string('x', _line.Room));

        _screen.Narrow(20);
        _line.Show("working");

        Assert.Equal("above\nworking", _screen.Text);
    }

    [Fact]
    public void Once_closed_it_never_comes_back()
    {
        _line.Show("working");
        _line.Close();
        _line.Show("working");
        _error.WriteLine("Leaving at once.");

        Assert.Equal("Leaving at once.", _screen.Text);
    }

    [Fact]
    public void What_goes_elsewhere_leaves_it_alone()
    {
        using var file = new StringWriter();
        using var output = new LiveWriter(file, _line, onScreen: false);
        _line.Show("working");
        var redraws = _screen.Redraws;

        output.Write("{}\n");

        Assert.Equal(("{}\n", "working", redraws), (file.ToString(), _screen.Text, _screen.Redraws));
    }
}
