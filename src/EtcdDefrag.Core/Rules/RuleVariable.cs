namespace EtcdDefrag.Core.Rules;

/// <summary>What a variable's number counts; decides how it is shown.</summary>
public enum RuleUnit
{
    /// <summary>A number of bytes.</summary>
    Bytes,

    /// <summary>A part of a whole, 1 being all of it.</summary>
    Ratio,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A number of raft log entries.</summary>
    Entries,
}

/// <summary>A variable that rules may name.</summary>
public sealed class RuleVariable
{
    internal RuleVariable(string name, RuleUnit unit, string meaning, string formula, Func<RuleInput, RuleValue> read)
    {
        Name = name;
        Unit = unit;
        Meaning = meaning;
        Formula = formula;
        Read = read;
    }

    /// <summary>The name as it is written in rules; upper and lower case matter.</summary>
    public string Name { get; }

    /// <summary>What it counts.</summary>
    public RuleUnit Unit { get; }

    /// <summary>What it means, for the documentation.</summary>
    public string Meaning { get; }

    /// <summary>How it is calculated, for the documentation.</summary>
    public string Formula { get; }

    /// <summary>Whether compaction can change it: true of what depends on the bytes in use.</summary>
    public bool ChangesByCompaction { get; internal init; }

    internal Func<RuleInput, RuleValue> Read { get; }
}
