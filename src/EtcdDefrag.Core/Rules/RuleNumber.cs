using System.Globalization;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Reads the number literal at a place: Go's, and decimal ones with a size suffix. Hexadecimal
/// floats are left out.</summary>
internal ref struct RuleNumber(string text, int at)
{
    private readonly int _radix = text[at] != '0' || at + 1 == text.Length ? 10
        : char.ToLowerInvariant(text[at + 1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 };
    private int _end;
    private bool _isFloat;
    private string _digits = "";
    private string _suffix = "";

    /// <summary>The value, when nothing is wrong.</summary>
    public RuleValue Value { get; private set; } = RuleValue.From(0L);

    /// <summary>How many chars the literal has, its suffix included.</summary>
    public readonly int Length => _end - at + _suffix.Length;

    /// <summary>Reads it.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public RuleError? Read()
    {
        _end = _radix == 10 ? at : at + 2;
        var isSound = SkipDigits() || _radix == 10;
        if (_radix == 10 && Next == '.')
        {
            (_end, _isFloat) = (_end + 1, true);
            SkipDigits();
        }

        if (_radix == 10 && Next is 'e' or 'E')
        {
            (_end, _isFloat) = (_end + 1, true);
            _end += Next is '+' or '-' ? 1 : 0;
            isSound = SkipDigits();
        }

        _suffix = text.Substring(_end, RuleLexer.NameLength(text, _end));
        _digits = text[at.._end].Replace("_", "", StringComparison.Ordinal);
        return text[at.._end] == "0B" && _suffix.Length == 0 ? null // no bytes, not a binary number
            : _radix == 16 && Next is '.' or 'p' or 'P' ? RuleComplaints.NotInRules(text, at, Length, "hexadecimal floats")
            : !isSound || !UnderscoresSeparate() ? Wrong("this is no number", "a number such as 100, 0.8, 1e9, 0xFF or 200MiB")
            : _suffix.Length > 0 || _isFloat ? ReadDecimal()
            : ReadInteger();
    }

    private readonly char Next => _end < text.Length ? text[_end] : '\0';

    private readonly bool IsDigit(int i) =>
        i >= at && i < text.Length && (_radix == 16 ? char.IsAsciiHexDigit(text[i]) : char.IsAsciiDigit(text[i]));

    private bool SkipDigits()
    {
        var from = _end;
        while (IsDigit(_end) || Next == '_')
        {
            _end++;
        }

        return _end > from;
    }

    // Every underscore stands between two digits, or between the prefix and a digit.
    private readonly bool UnderscoresSeparate()
    {
        var sound = true;
        for (var i = at; i < _end; i++)
        {
            sound &= text[i] != '_' || (IsDigit(i + 1) && (IsDigit(i - 1) || (_radix != 10 && i == at + 2)));
        }

        return sound;
    }

    // Go's prefixes. Hexadecimal ones use all 64 bits, so that 0xFFFFFFFFFFFFFFFF is -1.
    private RuleError? ReadInteger()
    {
        if (!GoNumber.TryMagnitude(text.AsSpan(at, _end - at), out var magnitude, out var radix))
        {
            return Wrong("this is no number", $"digits of base {radix} only");
        }

        if (magnitude > (radix == 16 ? ulong.MaxValue : long.MaxValue))
        {
            return Wrong("this number is too large for 64 bits", "at most 9223372036854775807, or a float such as 1e19");
        }

        Value = RuleValue.From(unchecked((long)(ulong)magnitude));
        return null;
    }

    // A float, or a number with a size suffix.
    private RuleError? ReadDecimal()
    {
        var factor = _suffix.Length == 0 ? 1 : ByteUnits.FactorOf(_suffix);
        if (factor == 0)
        {
            var nearest = NearestName.Find(_suffix,
                ByteUnits.All.Select(unit => unit.Suffix).OrderByDescending(unit => unit.Length));
            return new RuleError(text, _end, _suffix.Length, "this is no size suffix")
            {
                Found = RuleError.Quote(_suffix),
                Expected = ByteUnits.Valid,
                Suggestion = nearest is null ? null : text[at.._end] + nearest,
            };
        }

        if (_radix != 10 || (!_isFloat && _digits.Length > 1 && _digits[0] == '0'))
        {
            return Wrong("a size is a decimal number with a suffix",
                "digits that do not begin with 0, then the suffix, e.g. 200MiB");
        }

        var product = double.Parse(_digits, NumberStyles.Float, CultureInfo.InvariantCulture) * factor;
        Value = RuleValue.From(product);
        if (_suffix.Length == 0)
        {
            return double.IsFinite(product) ? null : Wrong("this number is too large", "a number below 1.8e308");
        }

        if (product >= long.MaxValue)
        {
            return Wrong("this size is too large", $"at most {long.MaxValue} bytes (8 EiB)");
        }

        // Whole products stay integers, so that integer arithmetic is what it is without suffixes: 3K/2 is 1536, as 3072/2.
        var exact = decimal.TryParse(_digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * factor
            : (decimal)product;
        Value = exact == decimal.Truncate(exact) && exact <= long.MaxValue && (exact > 0 || product == 0)
            ? RuleValue.From((long)exact) : Value;
        return null;
    }

    private readonly RuleError Wrong(string message, string expected) =>
        new(text, at, Length, message) { Found = RuleError.Quote(text.Substring(at, Length)), Expected = expected };
}
