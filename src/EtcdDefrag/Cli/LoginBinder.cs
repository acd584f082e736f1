using System.Text;

namespace EtcdDefrag.Cli;

/// <summary>Finds user and password, or token: flags, variables, a file, at last the terminal.</summary>
/// <remarks>Source: etcdctl ctlv3/command/global.go, authCfgFromCmd: a user is split at its first colon unless a password is
/// given; a token wins over both.</remarks>
internal sealed class LoginBinder(FlagValues values, List<string> problems, List<string> warnings, IPasswordPrompt prompt)
{
    public Login Bind()
    {
        var token = values.Text(Flags.AuthJwtToken);
        var user = values.Text(Flags.User);
        if (token is not null)
        {
            if (user is not null)
            {
                warnings.Add($"{values.NameOf(Flags.AuthJwtToken)} wins: {values.NameOf(Flags.User)} is ignored");
            }

            if (token.Any(char.IsControl))
            {
                problems.Add($"{values.NameOf(Flags.AuthJwtToken)} holds a line break or another control character; give the token alone");
            }

            return new Login { Token = token };
        }

        var source = PasswordSource();
        if (user is null)
        {
            if (source is not null && (source == Flags.PasswordFile || values.Text(source) is not null))
            {
                warnings.Add($"{values.NameOf(source)} is given without --user: it is ignored, and there is no login");
            }

            return Login.None;
        }

        var colon = user.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0)
        {
            problems.Add($"{values.NameOf(Flags.User)} has no name before the colon; write name or name:password");
            return Login.None;
        }

        if (colon > 0 && (source is null || values.SourceOf(Flags.User) > values.SourceOf(source)))
        {
            return Split(user, colon);
        }

        if (source is null)
        {
            return Ask(user);
        }

        if (colon > 0)
        {
            warnings.Add($"{values.NameOf(Flags.User)} contains a colon: all of it is taken as the name, because {values.NameOf(source)} gives the password");
        }

        return source == Flags.Password ? FromFlag(user) : FromFile(user);
    }

    /// <summary>The flag that gives the password; null: neither does.</summary>
    private Flag? PasswordSource()
    {
        var password = values.SourceOf(Flags.Password);
        var file = values.SourceOf(Flags.PasswordFile);
        if (password == file && password != ValueSource.Default)
        {
            problems.Add($"{values.NameOf(Flags.Password)} and {values.NameOf(Flags.PasswordFile)} are both given; leave one out");
        }

        return password == file && file == ValueSource.Default ? null : password >= file ? Flags.Password : Flags.PasswordFile;
    }

    private Login Split(string user, int colon)
    {
        if (colon == user.Length - 1)
        {
            problems.Add($"{values.NameOf(Flags.User)} has no password after the colon; write name:password, or the name alone to be asked for it");
            return Login.None;
        }

        return new Login { User = user[..colon], Password = user[(colon + 1)..], IsPasswordInUser = true };
    }

    private Login FromFlag(string user)
    {
        var password = values.Text(Flags.Password);
        if (password is null)
        {
            problems.Add("empty string is passed to --password option; etcd's login needs a password, or leave the flag out to be asked for it");
        }

        return new Login { User = user, Password = password };
    }

    private Login FromFile(string user)
    {
        var name = values.NameOf(Flags.PasswordFile);
        var path = values.Text(Flags.PasswordFile);
        if (path is null)
        {
            problems.Add($"empty string is passed to {name} option; name a file or leave the flag out");
            return Login.None;
        }

        try
        {
            using var reader = new StreamReader(path);
            var password = reader.ReadLine();
            if (!string.IsNullOrEmpty(password))
            {
                return new Login { User = user, Password = password };
            }

            problems.Add($"the first line of the file \"{path}\" ({name}) is empty; write the password there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var why = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "it does not exist",
                UnauthorizedAccessException => "access is denied, or it is a directory",
                _ => FileProblem.Of(e),
            };
            problems.Add($"can't read the file \"{path}\" ({name}): {why}; name a file whose first line is the password");
        }

        return Login.None;
    }

    private Login Ask(string user)
    {
        if (!prompt.IsAvailable)
        {
            problems.Add($"{values.NameOf(Flags.User)} is given without a password, and there is no terminal to ask for it; use --password-file, ETCD_DEFRAG_PASSWORD or --user name:password");
            return Login.None;
        }

        if (problems.Count > 0)
        {
            return Login.None; // nobody should type a password only to learn of a mistyped flag
        }

        if (!prompt.TryRead("Password: ", out var password))
        {
            return new Login { Interrupted = true };
        }

        if (password.Length == 0)
        {
            problems.Add("the password is empty; etcd's login needs one");
        }
        else if (Encoding.UTF8.GetByteCount(password) >= prompt.LineLimit)
        {
            problems.Add($"the password is too long to be typed: a terminal cuts a line off at {prompt.LineLimit} bytes; use --password-file");
        }

        return new Login { User = user, Password = password };
    }
}
