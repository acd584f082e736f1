using SharpYaml;

namespace EtcdDefrag.Fleet;

/// <summary>
/// The text of an inventory for SharpYaml's scanner, read block by block. The scanner looks at each character a dozen times: of a
/// structure, the compiler makes these looks plain reads, and SharpYaml's own buffer costs a call for each.
/// </summary>
internal readonly struct LookAhead(TextReader text) : ILookAheadBuffer
{
    private readonly Block _block = new(text);

    public bool EndOfInput => !_block.Has(1);

    /// <summary>The character this far on; beyond the end of the text a zero character, as the scanner expects it.</summary>
    public char Peek(int offset) => _block.Has(offset + 1) ? _block.Chars[_block.Start + offset] : '\0';

    public void Skip(int length) => _block.Start += _block.Has(length) ? length : _block.End - _block.Start;

    public void Cache(int length) => _block.Has(length);

    private sealed class Block(TextReader text)
    {
        private bool _ended;

        public char[] Chars { get; } = new char[16 * 1024];

        public int Start { get; set; }

        public int End { get; private set; }

        /// <summary>Whether there are this many characters, which it reads if need be.</summary>
        public bool Has(int length) => length <= End - Start || Fill(length);

        private bool Fill(int length)
        {
            if (!_ended)
            {
                Chars.AsSpan(Start..End).CopyTo(Chars);
                (Start, End) = (0, End - Start);
                while (End < length && !_ended)
                {
                    var read = text.Read(Chars, End, Chars.Length - End);
                    _ended = read == 0;
                    End += read;
                }
            }

            return length <= End - Start;
        }
    }
}
