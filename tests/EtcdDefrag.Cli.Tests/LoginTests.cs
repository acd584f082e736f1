using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class LoginTests
{
    [Theory]
    [InlineData("root", "a:b", "--user=root:a:b")]
    [InlineData("root", "pw", "--user=root", "--password=pw")]
    [InlineData("root:x", "pw", "--user=root:x", "--password=pw")]
    public void A_user_is_split_at_the_first_colon_unless_a_password_is_given(string user, string password, params string[] args)
    {
        var connection = Tool.Settings(args).Connection;

        Assert.Equal((user, password), (connection.User, connection.Password));
    }

    [Fact]
    public void A_user_with_password_on_the_command_line_wins_over_a_password_in_the_environment()
    {
        var connection = Tool.SettingsOf(Tool.Parse(new Dictionary<string, string> { ["ETCDCTL_PASSWORD"] = "old" }, "--user=root:new")).Connection;

        Assert.Equal(("root", "new"), (connection.User, connection.Password));
    }

    [Fact]
    public void A_password_file_on_the_command_line_wins_over_a_password_in_the_environment()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "password-new");
        File.WriteAllText(file, "new\n");

        var connection = Tool.SettingsOf(Tool.Parse(new Dictionary<string, string> { ["ETCDCTL_PASSWORD"] = "old" }, "--user=root", "--password-file", file)).Connection;

        Assert.Equal("new", connection.Password);
    }

    [Fact]
    public void A_user_alone_is_asked_for_the_password()
    {
        var prompt = new FakePrompt { Answer = "typed" };

        Assert.Equal("typed", Tool.SettingsOf(Tool.Parse(prompt, "--user=root")).Connection.Password);
        Assert.Equal(1, prompt.Asked);
    }

    [Theory]
    [InlineData("--no-such-flag")]
    [InlineData("--dial-timeout=x")]
    [InlineData("--exit-code")]
    [InlineData("stray")]
    public void Nobody_is_asked_when_something_else_is_wrong(string bad)
    {
        var prompt = new FakePrompt { Answer = "typed" };

        Assert.IsType<ParsedCommand.UsageErrors>(Tool.Parse(prompt, bad, "--user=root"));
        Assert.Equal(0, prompt.Asked);
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void A_password_that_the_terminal_may_have_cut_off_is_refused(int length, bool good)
    {
        var command = Tool.Parse(new FakePrompt { Answer = new string('x', length) }, "--user=root");

        Assert.Equal(good, command is ParsedCommand.Defrag);
        Assert.True(good || Tool.ErrorsOf(command).Contains("a terminal cuts a line off at 20 bytes; use --password-file", StringComparison.Ordinal));
    }

    [Fact]
    public void Leaving_at_the_prompt_ends_the_run() =>
        Assert.IsType<ParsedCommand.Interrupted>(Tool.Parse(new FakePrompt { Answer = null }, "--user=root"));

    [Fact]
    public void A_password_without_a_user_is_ignored_with_a_warning()
    {
        var command = Tool.Parse("--password=secret");

        Assert.Equal(["--password is given without --user: it is ignored, and there is no login"], command.Warnings);
        Assert.Null(Tool.SettingsOf(command).Connection.Password);
    }

    [Fact]
    public void Empty_user_and_empty_password_mean_no_login()
    {
        var command = Tool.Parse("--user=", "--password=");

        Assert.Null(Tool.SettingsOf(command).Connection.User);
        Assert.Empty(command.Warnings);
    }
}
