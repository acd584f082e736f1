namespace EtcdDefrag.Core.Bolt;

/// <summary>Why a page cannot be used.</summary>
/// <param name="Id">Which kind, one of <see cref="FindingIds"/>.</param>
/// <param name="Text">The reason, as the second half of a sentence that begins with the page.</param>
public sealed record PageFault(string Id, string Text);
