using EtcdDefrag.Core.Inspection;

namespace EtcdDefrag.Cli;

/// <summary>What <c>inspect</c> shows.</summary>
/// <param name="Options">What is looked at; its seed is not set.</param>
/// <param name="CheckOnly">Only the verdict.</param>
/// <param name="Redact">Names by hashes.</param>
/// <param name="Svg">Where the picture goes; null: none is made.</param>
/// <param name="SnapshotFile">Where the snapshot of a running member is kept; null: nowhere.</param>
internal sealed record InspectSettings(InspectOptions Options, bool CheckOnly, bool Redact, string? Svg, string? SnapshotFile);
