namespace EtcdDefrag.Core.Rules;

/// <summary>The operators on strings, arrays and objects, and equality, as goval 1.6.0 has them.</summary>
internal static class RuleCollections
{
    /// <summary><c>+</c> where not both sides are numbers.</summary>
    public static RuleFault? Join(RuleValue left, RuleValue right, out RuleValue result)
    {
        result = default;
        if ((left.Kind == RuleKind.String || right.Kind == RuleKind.String) && AsText(left) is { } head && AsText(right) is { } tail)
        {
            result = RuleValue.From(head + tail);
            return null;
        }

        if (left.Kind == RuleKind.Array && right.Kind == RuleKind.Array)
        {
            result = RuleValue.From((RuleValue[])[.. left.Array, .. right.Array]);
            return null;
        }

        if (left.Kind == RuleKind.Object && right.Kind == RuleKind.Object)
        {
            var fields = new Dictionary<string, RuleValue>(left.Object, StringComparer.Ordinal);
            foreach (var (key, value) in right.Object)
            {
                fields[key] = value;
            }

            result = RuleValue.From(fields);
            return null;
        }

        return RuleFault.Kinds("these can't be added", "two numbers, two strings, two arrays or two objects", left, right);
    }

    private static string? AsText(RuleValue value) => value.Kind switch
    {
        RuleKind.String => value.String,
        RuleKind.Integer or RuleKind.Float => RuleValue.Format(value.Number),
        RuleKind.Boolean => value.Boolean ? "true" : "false",
        RuleKind.Nil => "nil",
        _ => null,
    };

    /// <summary>Deep equality. Recurses only as deep as the text nests, which the parser bounds.</summary>
    public static bool AreEqual(RuleValue left, RuleValue right)
    {
        if (left.IsNumber && right.IsNumber)
        {
            return left.Kind == RuleKind.Integer && right.Kind == RuleKind.Integer ? left.Integer == right.Integer : left.Number == right.Number;
        }

        return left.Kind == right.Kind && left.Kind switch
        {
            RuleKind.Nil => true,
            RuleKind.Boolean => left.Boolean == right.Boolean,
            RuleKind.String => string.Equals(left.String, right.String, StringComparison.Ordinal),
            RuleKind.Array => left.Array.Length == right.Array.Length && left.Array.Zip(right.Array).All(pair => AreEqual(pair.First, pair.Second)),
            // A field that the other lacks counts as nil there, as in the original.
            _ => left.Object.Count == right.Object.Count && left.Object.All(field => AreEqual(field.Value, right.Object.GetValueOrDefault(field.Key))),
        };
    }

    public static RuleFault? Contains(RuleValue item, RuleValue list, out RuleValue result)
    {
        result = default;
        if (list.Kind != RuleKind.Array)
        {
            return RuleFault.Kinds("in looks into an array", "an array on its right, e.g. [1, 2]", list);
        }

        result = RuleValue.From(list.Array.Any(each => AreEqual(each, item)));
        return null;
    }

    /// <summary><c>a[i]</c>, <c>o["key"]</c> and <c>o.key</c>.</summary>
    public static RuleFault? Index(RuleValue source, RuleValue index, out RuleValue result)
    {
        result = default;
        if (source.Kind == RuleKind.Object)
        {
            return index.Kind != RuleKind.String
                ? RuleFault.Kinds("the fields of an object have names", "a string", index)
                : source.Object.TryGetValue(index.String, out result)
                    ? null
                    : new RuleFault("the object has no such field", RuleText.Quote(RuleText.Decode(index.String)), "one of its fields");
        }

        if (source.Kind != RuleKind.Array)
        {
            return RuleFault.Kinds("only arrays and objects have elements", "an array or an object", source);
        }

        if (RuleMath.Whole("an array's index", index, out var at) is not null)
        {
            return new RuleFault("an array's index is a whole number", index.IsNumber ? RuleText.Number(index.Number) : index.KindName, "a whole number");
        }

        if (at < 0 || at >= source.Array.Length)
        {
            return new RuleFault("the array has no such element", RuleText.Number(at), Range(source.Array.Length - 1L));
        }

        result = source.Array[at];
        return null;
    }

    /// <summary><c>a[from:to]</c> of an array, or of the bytes of a string.</summary>
    public static RuleFault? Slice(RuleValue source, RuleValue from, RuleValue to, out RuleValue result)
    {
        result = default;
        if (source.Kind is not (RuleKind.String or RuleKind.Array))
        {
            return RuleFault.Kinds("only arrays and strings can be sliced", "an array or a string", source);
        }

        var length = source.Kind == RuleKind.String ? source.String.Length : source.Array.Length;
        var fault = Bound(from, 0, out var first);
        var otherFault = Bound(to, length, out var last);
        if ((fault ?? otherFault) is { } wrong)
        {
            return wrong;
        }

        if (first < 0 || last > length || first > last)
        {
            return new RuleFault("the slice does not lie within its source", $"[{first}:{last}]", $"two ascending numbers from 0 to {length}");
        }

        result = source.Kind == RuleKind.String
            ? RuleValue.From(source.String[(int)first..(int)last])
            : RuleValue.From(source.Array[(int)first..(int)last]);
        return null;
    }

    private static RuleFault? Bound(RuleValue bound, long missing, out long value)
    {
        value = missing;
        return bound.Kind == RuleKind.Nil || RuleMath.Whole("a slice", bound, out value) is null
            ? null
            : new RuleFault("a slice's bounds are whole numbers", bound.IsNumber ? RuleText.Number(bound.Number) : bound.KindName, "a whole number");
    }

    public static RuleFault? MakeObject(ReadOnlySpan<RuleValue> pairs, out RuleValue result)
    {
        var fields = new Dictionary<string, RuleValue>(pairs.Length / 2, StringComparer.Ordinal);
        result = RuleValue.From(fields);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i].Kind != RuleKind.String)
            {
                return RuleFault.Kinds("the fields of an object have names", "a string before the :", pairs[i]);
            }

            if (!fields.TryAdd(pairs[i].String, pairs[i + 1]))
            {
                return new RuleFault("the object has a field twice", RuleText.Quote(RuleText.Decode(pairs[i].String)), "each field once");
            }
        }

        return null;
    }

    private static string Range(long last) => last < 0 ? "nothing: the array is empty" : $"a number from 0 to {last}";
}
