using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Cli;

/// <summary>A flag that was given, by an argument or a variable, as it can be typed again.</summary>
/// <param name="Flag">The flag.</param>
/// <param name="Word">Its value, quoted for a shell; for a secret the variable to take it from, never the value.</param>
/// <param name="FromVariable">Whether a variable gave it: then leaving the flag out would not undo it.</param>
internal sealed record GivenOption(Flag Flag, string Word, bool FromVariable)
{
    /// <summary>All flags that were given to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="values">The flags' values.</param>
    /// <param name="login">Who logs in; the user's name is no secret, and without a password the tool asks for it.</param>
    public static IReadOnlyList<GivenOption> All(Commands command, FlagValues values, Login login)
    {
        var options = new List<GivenOption>();
        foreach (var flag in Flags.Of(command).Where(values.IsGiven))
        {
            if (WordOf(flag, values, login) is { } word)
            {
                options.Add(new GivenOption(flag, word, values.SourceOf(flag) != ValueSource.CommandLine));
            }
        }

        return options;
    }

    private static string? WordOf(Flag flag, FlagValues values, Login login)
    {
        if (flag == Flags.User)
        {
            return login.User is { } user ? Shell.Quote(ConnectionOptions.ShownUser(user)) : null;
        }

        if (flag == Flags.Password || flag == Flags.PasswordFile)
        {
            // Both on one command line would be an error: the one that counted.
            var counts = values.SourceOf(Flags.Password) >= values.SourceOf(Flags.PasswordFile) ? Flags.Password
                : Flags.PasswordFile;
            if (flag != counts || login.User is null || login.IsPasswordInUser)
            {
                return null;
            }
        }

        if (flag.IsSecret && !(flag == Flags.MetricsPushgateway
            && values.Text(flag)?.Contains('@', StringComparison.Ordinal) == false))
        {
            return $"\"${(values.SourceOf(flag) == ValueSource.EtcdctlVariable ? flag.EtcdctlVariable : flag.Variable)}\"";
        }

        return Shell.Quote(flag.Kind == FlagKind.List ? GoList.Format(values.List(flag)) : values.Last(flag));
    }
}
