namespace EtcdDefrag.Testing.Processes;

/// <summary>How a child process ended.</summary>
/// <param name="Command">What was run, for messages: no secrets.</param>
/// <param name="ExitCode">128 + n when signal n ended it.</param>
/// <param name="Output">Standard output, whole.</param>
/// <param name="Error">Standard error, whole.</param>
/// <param name="Took">From start to end.</param>
public sealed record ProcessResult(string Command, int ExitCode, string Output, string Error, TimeSpan Took)
{
    public IReadOnlyList<string> OutputLines => Lines(Output);

    public IReadOnlyList<string> ErrorLines => Lines(Error);

    /// <exception cref="InvalidOperationException">It did not exit with 0; the message holds everything.</exception>
    public ProcessResult EnsureSuccess() => ExitCode == 0 ? this : throw new InvalidOperationException(ToString());

    public override string ToString() =>
        $"$ {Command}\n[exit {ExitCode} after {Took.TotalSeconds:0.0} s]\n--- stdout\n{Output}--- stderr\n{Error}---";

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
