using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>A member's name in a table: a long one is cut, so that the columns beside it stay in
/// sight. JSON has it whole.</summary>
internal static class ShortName
{
    /// <summary>Chosen: a host name of a cloud provider fits (ip-10-0-12-34.eu-central-1.compute…).</summary>
    private const int Cells = 40;

    public static string Of(string name) => DisplayWidth.CutMiddle(name, Cells);
}
