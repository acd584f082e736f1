using EtcdDefrag.Core.Text;
using Xunit;

namespace EtcdDefrag.Core.Tests.Text;

/// <summary>Cells of a terminal.</summary>
public sealed class DisplayWidths
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("世界", 4)]
    [InlineData("🙂", 2)]
    public void A_text_takes_so_many_cells(string text, int cells) => Assert.Equal(cells, DisplayWidth.Of(text));
}
