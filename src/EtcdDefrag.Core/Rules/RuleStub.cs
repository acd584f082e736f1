namespace EtcdDefrag.Core.Rules;
/// <summary>stub</summary>
public sealed class DefragRule { 
/// <summary>stub</summary>
 public string Text => "";
/// <summary>stub</summary>
 public IReadOnlySet<string> Variables => new HashSet<string>();
/// <summary>stub</summary>
 public RuleEvaluation Evaluate(RuleInput input) => new(true, [], null);
/// <summary>stub</summary>
 public bool CouldBecomeTrue(RuleInput input) => true; }
/// <summary>stub</summary>
public sealed record RuleEvaluation(bool IsTrue, IReadOnlyList<(string Name, string Value)> Numbers, RuleError? Error);
/// <summary>stub</summary>
public sealed record RuleError(string Message);
