namespace EtcdDefrag.Core.Text;

/// <summary>Texts from elsewhere, such as members' names, for a screen.</summary>
public static class Printable
{
    /// <summary>The text with a question mark, or a space for a line break, in the place of everything that steers a terminal:
    /// none may move the cursor, begin a line or turn one around.</summary>
    public static string Of(string text) =>
        text.Any(Steers) ? string.Concat(text.Select(c => !Steers(c) ? c : char.IsWhiteSpace(c) ? ' ' : '?')) : text;

    /// <summary>Whether it is a control character, a separator of lines, or a mark that changes the
    /// direction of what follows.</summary>
    public static bool Steers(char c) =>
        char.IsControl(c) || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (
            >= '\u2066' and <= '\u2069');

    /// <summary>The text without escape sequences for colour.</summary>
    public static string WithoutColor(string text)
    {
        while (text.IndexOf('\e', StringComparison.Ordinal) is >= 0 and var at)
        {
            text = text.Remove(at, text.IndexOf('m', at) + 1 - at);
        }

        return text;
    }
}
