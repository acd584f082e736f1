namespace EtcdDefrag.Output.Inspection;

/// <summary>A rectangle of a picture.</summary>
internal readonly record struct Square(double X, double Y, double Width, double Height)
{
    /// <summary>The rectangle without a margin.</summary>
    public Square Shrink(double margin) =>
        new(X + margin, Y + margin, Math.Max(0, Width - (2 * margin)), Math.Max(0, Height - (2 * margin)));
}

/// <summary>Divides a rectangle into parts that are as nearly square as can be.</summary>
/// <remarks>Source: Bruls, Huizing, van Wijk, Squarified Treemaps (2000).</remarks>
internal static class Squares
{
    /// <summary>The parts, in the order of their sizes.</summary>
    /// <param name="whole">What is divided.</param>
    /// <param name="sizes">The parts' sizes, the largest first, all above 0.</param>
    public static Square[] Lay(Square whole, double[] sizes)
    {
        var squares = new Square[sizes.Length];
        var left = sizes.Sum();
        for (var first = 0; first < sizes.Length;)
        {
            var (count, sum) = (0, 0.0);
            var best = double.MaxValue;
            var across = Math.Min(whole.Width, whole.Height);
            var scale = whole.Width * whole.Height / left;
            while (first + count < sizes.Length)
            {
                var more = sum + sizes[first + count];
                var worst = Worst(sizes[first] * scale, sizes[first + count] * scale, more * scale, across);
                if (worst > best)
                {
                    break;
                }

                (best, sum) = (worst, more);
                count++;
            }

            whole = Row(whole, sizes.AsSpan(first, count), squares.AsSpan(first, count), sum, left);
            left -= sum;
            first += count;
        }

        return squares;
    }

    // The longest shape in a row of parts, as the ratio of its sides.
    private static double Worst(double largest, double smallest, double sum, double across) =>
        Math.Max(across * across * largest / (sum * sum), sum * sum / (across * across * smallest));

    // Puts a row of parts at the shorter side, and returns what is left.
    private static Square Row(Square whole, ReadOnlySpan<double> sizes, Span<Square> squares, double sum, double left)
    {
        var isWide = whole.Width >= whole.Height;
        var depth = (isWide ? whole.Width : whole.Height) * sum / left;
        var at = isWide ? whole.Y : whole.X;
        for (var i = 0; i < sizes.Length; i++)
        {
            var length = (isWide ? whole.Height : whole.Width) * sizes[i] / sum;
            squares[i] = isWide ? new Square(whole.X, at, depth, length) : new Square(at, whole.Y, length, depth);
            at += length;
        }

        return isWide
            ? whole with { X = whole.X + depth, Width = whole.Width - depth }
            : whole with { Y = whole.Y + depth, Height = whole.Height - depth };
    }
}
