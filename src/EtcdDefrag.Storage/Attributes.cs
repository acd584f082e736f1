namespace EtcdDefrag.Storage;

/// <summary>Owner, mode and extended attributes, as one file hands them to another.</summary>
internal static class Attributes
{
    /// <summary>Gives a file the owner and group of another. Where both are the same already, nothing is asked for: an ordinary
    /// user may not even do that.</summary>
    public static void CopyOwner(IFileCalls calls, FileFacts from, int to)
    {
        var now = calls.Stat(to);
        if (now.User != from.User || now.Group != from.Group)
        {
            calls.ChangeOwner(to, from.User, from.Group);
        }
    }

    /// <summary>Gives a file owner, mode and attributes of another, in this order: a change of owner clears bits of the mode, and
    /// one of the mode changes the mask of an ACL.</summary>
    public static void CopyAll(IFileCalls calls, int from, FileFacts facts, int to)
    {
        CopyOwner(calls, facts, to);
        calls.ChangeMode(to, facts.Mode);
        foreach (var name in calls.AttributeNames(from))
        {
            if (calls.Attribute(from, name) is { } value && !value.AsSpan().SequenceEqual(calls.Attribute(to, name)))
            {
                calls.SetAttribute(to, name, value);
            }
        }
    }
}
