using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>The prompt on a real pseudo terminal.</summary>
public sealed class PasswordPromptTests : IDisposable
{
    private readonly int _master;
    private readonly int _slave;
    private readonly FileStream _keyboard;

    public PasswordPromptTests()
    {
        Assert.Equal(0, openpty(out _master, out _slave, 0, 0, 0));
        _keyboard = new FileStream(new SafeFileHandle(_master, ownsHandle: true), FileAccess.ReadWrite, 0);
    }

    [Theory]
    [InlineData("geheim\n", "geheim")]
    [InlineData("gehx\u007feim\n", "geheim")]
    [InlineData("schlüssel wort\n", "schlüssel wort")]
    [InlineData("wrong\u0015geheim\n", "geheim")]
    [InlineData("\n", "")]
    public void It_reads_a_line_as_the_terminal_edits_it(string typed, string expected)
    {
        using var error = new StringWriter { NewLine = "\n" };
        _keyboard.Write(Encoding.UTF8.GetBytes(typed));

        var answered = Prompt(error).TryRead("Password: ", out var password);

        Assert.True(answered);
        Assert.Equal(expected, password);
        Assert.Equal("Password: \n", error.ToString());
    }

    [Fact]
    public void The_echo_is_off_while_it_asks_and_on_again_afterwards()
    {
        using (TerminalEcho.Off(_slave))
        {
            _keyboard.Write("hidden\n"u8);
            Read("hidden\n".Length);
        }

        _keyboard.Write("seen\n"u8);

        Assert.Equal("seen\r\n", Shown("seen\r\n"));
    }

    [Fact]
    public void The_end_of_input_is_no_answer()
    {
        using var error = new StringWriter();
        _keyboard.Write([4]);

        Assert.False(Prompt(error).TryRead("Password: ", out _));
    }

    [Fact]
    public void What_is_no_terminal_has_no_echo_to_switch_off()
    {
        using var file = File.OpenHandle("/dev/null");

        Assert.Null(TerminalEcho.Off((int)file.DangerousGetHandle()));
    }

    public void Dispose()
    {
        _keyboard.Dispose();
        _ = close(_slave);
    }

    private TerminalPasswordPrompt Prompt(TextWriter error) => new(_slave, error, isErrorTty: true);

    private FileStream Slave() => new(new SafeFileHandle(_slave, ownsHandle: false), FileAccess.Read, 0);

    private void Read(int bytes)
    {
        using var slave = Slave();
        slave.ReadExactly(new byte[bytes]);
    }

    /// <summary>What the terminal shows next, as many bytes as expected.</summary>
    private string Shown(string expected)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(expected)];
        _keyboard.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int openpty(out int master, out int slave, nint name, nint termios, nint window);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);
}
