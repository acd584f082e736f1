using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Names as Go has them: letters of any script and underscores, then digits as well.</summary>
internal static class RuleWord
{
    public static bool IsStart(Rune rune) => rune.Value == '_' || Rune.IsLetter(rune);

    /// <summary>How many chars the name at this place has; 0 where none begins.</summary>
    public static int LengthAt(string text, int at)
    {
        var length = 0;
        foreach (var rune in text.AsSpan(at).EnumerateRunes())
        {
            if (!IsStart(rune) && (length == 0 || Rune.GetUnicodeCategory(rune) != UnicodeCategory.DecimalDigitNumber))
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return length;
    }
}
