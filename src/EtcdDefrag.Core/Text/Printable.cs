namespace EtcdDefrag.Core.Text;

/// <summary>Texts from elsewhere, such as members' names, for a screen.</summary>
public static class Printable
{
    /// <summary>The text with a question mark in the place of every control character: none may move the cursor.</summary>
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
