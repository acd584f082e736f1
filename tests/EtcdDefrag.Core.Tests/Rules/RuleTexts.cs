using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>Makes texts that are rules, nearly rules, or nothing like it.</summary>
internal static class RuleTexts
{
    private static readonly string[] Words =
    [
        "dbSize", "dbSizeInUse", "dbSizeFree", "dbQuota", "dbQuotaUsage", "dbFragmentation", "isLeader", "raftLag", "x", "nil", "true", "false", "in", "and",
        "0", "1", "2", "64", "-1", "0.5", ".5", "4.", "1e3", "1e308", "1e", "0x", "0xFF", "017", "089", "0b1", "1_0", "1__", "0x1p-1074", "200MiB", "1.5K", "0B", "9G9",
        "9223372036854775807", "99999999999999999999", "\"\"", "\"a\"", "\"世\"", "\"\\xff\"", "\"\\q\"", "\"", "`", "`a`", "// c", "/* c */", "/*",
        "+", "-", "*", "/", "%", "**", "!", "~", "&&", "||", "&", "|", "^", "==", "!=", "<", "<=", ">", ">=", "<<", ">>", "<-", "--", "=", ";",
        "?", ":", ",", ".", "(", ")", "(", ")", "[", "]", "{", "}", "\n", "\t", " ", "§", "\u0000", "\uD800", "\u00A0",
    ];

    /// <summary>Words of the language in any order: rarely a rule.</summary>
    public static Gen<string> Soup { get; } = Gen.Sized(size => Gen.Elements(Words).ListOf(size)).Select(words => string.Join(' ', words));

    /// <summary>Rules of the vectors with a few characters changed, doubled or left out.</summary>
    public static Gen<string> Mutants { get; } =
        from vector in Gen.Elements(RuleVector.All.Select(each => each.Rule))
        from edits in (from at in Gen.Choose(0, 10_000)
                       from word in Gen.Elements(Words)
                       from cut in Gen.Choose(0, 3)
                       select (at, word, cut)).ListOf(3)
        select edits.Aggregate(vector, (text, edit) => Edit(text, edit.at % (text.Length + 1), edit.word, edit.cut));

    /// <summary>Any characters at all.</summary>
    public static Gen<string> Noise { get; } = Gen.Choose(0, 0x2FF).Select(c => (char)c).ListOf().Select(string.Concat);

    public static Gen<string> Any { get; } = Gen.OneOf(Soup, Mutants, Noise);

    private static string Edit(string text, int at, string word, int cut) => text[..at] + word + text[Math.Min(text.Length, at + cut)..];

    /// <summary>Conditions of the kind that operators write, over the variables and some small numbers; always well typed.</summary>
    public static Gen<string> Conditions { get; } = Gen.Sized(size => Condition(Math.Min(size / 10, 4)));

    private static Gen<string> Condition(int depth)
    {
        var comparison =
            from left in Number(depth)
            from op in Gen.Elements("<", "<=", ">", ">=", "==", "!=")
            from right in Number(depth)
            select $"({left} {op} {right})";
        if (depth == 0)
        {
            return Gen.OneOf(comparison, Gen.Elements("isLeader", "true", "false"));
        }

        var less = Condition(depth - 1);
        return Gen.OneOf(
            comparison,
            less.Select(inner => $"!{inner}"),
            from left in less
            from op in Gen.Elements("&&", "||", "==", "!=")
            from right in less
            select $"({left} {op} {right})",
            from one in less
            from two in less
            from three in less
            select $"({one} ? {two} : {three})");
    }

    private static Gen<string> Number(int depth)
    {
        var leaf = Gen.Elements(
            "dbSize", "dbSizeInUse", "dbSizeInUse", "dbSizeFree", "dbSizeFree", "dbFragmentation", "dbQuota", "dbQuotaUsage", "raftLag",
            "0", "1", "2", "3.5", "100", "0.5", "1K", "-1");
        if (depth == 0)
        {
            return leaf;
        }

        var less = Number(depth - 1);
        return Gen.OneOf(
            leaf,
            less.Select(inner => $"-({inner})"),
            from left in less
            from op in Gen.Elements("+", "-", "*", "/", "%")
            from right in less
            select $"({left} {op} {right})",
            from condition in Condition(depth - 1)
            from left in less
            from right in less
            select $"({condition} ? {left} : {right})");
    }
}
