using System.Runtime.InteropServices;

namespace EtcdDefrag.Output;

/// <summary>What stands at a path. .NET tells files from folders and links, but not from pipes, and to open a pipe in order to find out may take for ever.</summary>
internal static class FileKind
{
    // Source: statx(2), inode(7). The layout of struct statx is the same on every processor.
    private const int CurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;
    private const int TypeBits = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    /// <summary>Whether there is something that is neither file nor folder: a pipe, a socket, a device. A link counts as what it leads to.</summary>
    public static bool IsSpecial(string path)
    {
        Span<byte> found = stackalloc byte[256];
        return OperatingSystem.IsLinux()
            && statx(CurrentFolder, path, 0, TypeOnly, ref MemoryMarshal.GetReference(found)) == 0
            && (MemoryMarshal.Read<ushort>(found[ModeOffset..]) & TypeBits) is not (RegularFile or Folder);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint wanted, ref byte found);
}
