namespace EtcdDefrag.Output;

/// <summary>Colour for the few words that decide. Off, it changes nothing.</summary>
/// <param name="IsOn">Whether the text goes to a terminal whose user wants colour.</param>
internal readonly record struct Paint(bool IsOn)
{
    public string Good(string text) => Wrap(text, "32");

    public string Caution(string text) => Wrap(text, "33");

    public string Bad(string text) => Wrap(text, "31");

    /// <summary>A member's outcome, or an alarm, by its first word.</summary>
    public string Outcome(string text) => text.Split(' ', 2)[0] switch
    {
        "done" => Good(text),
        "FAILED" or "UNKNOWN" or "DOWN" or "CORRUPT" => Bad(text),
        "not" or "NOSPACE" => Caution(text),
        _ => text,
    };

    private string Wrap(string text, string code) =>
        IsOn ? $"\e[{code}m{text.TrimEnd()}\e[0m{text[text.TrimEnd().Length..]}" : text;
}
