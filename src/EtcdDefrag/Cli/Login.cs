namespace EtcdDefrag.Cli;

/// <summary>Who to be. A class, not a record: it must not print itself.</summary>
internal sealed class Login
{
    public static readonly Login None = new();

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>The password stood in the value of <c>--user</c>.</summary>
    public bool IsPasswordInUser { get; init; }

    public string? Token { get; init; }

    /// <summary>The user left at the prompt.</summary>
    public bool Interrupted { get; init; }
}
