using System.Runtime.InteropServices;

namespace EtcdDefrag.Core.Rules;

/// <summary>
/// A parsed rule: instructions in reverse Polish order. Flat on purpose: evaluating it needs a loop and a small stack of values,
/// never recursion, so that no rule, however long, can overflow the machine's stack.
/// </summary>
internal sealed class RuleCode
{
    private readonly List<RuleInstruction> _instructions = [];
    private readonly List<RuleValue> _constants = [];
    private int _depth;

    /// <summary>What to do, in order. Spans, as these are read for every member; nothing is added once the rule is parsed.</summary>
    public ReadOnlySpan<RuleInstruction> Instructions => CollectionsMarshal.AsSpan(_instructions);

    /// <summary>The literals of the rule.</summary>
    public ReadOnlySpan<RuleValue> Constants => CollectionsMarshal.AsSpan(_constants);

    /// <summary>How many values the stack holds at the most.</summary>
    public int MaxDepth { get; private set; }

    public void Push(RuleValue constant, int offset, int length)
    {
        _constants.Add(constant);
        Emit(new RuleInstruction(RuleOperator.Constant, _constants.Count - 1, offset, length));
    }

    public void Emit(RuleInstruction instruction)
    {
        _instructions.Add(instruction);
        _depth += 1 - instruction.Operands;
        MaxDepth = Math.Max(MaxDepth, _depth);
    }
}
