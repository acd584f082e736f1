namespace EtcdDefrag.Cli;

/// <summary>A list of clusters as it was written.</summary>
/// <param name="Folder">What paths in it are relative to.</param>
/// <param name="Defaults">What holds where a cluster says nothing else.</param>
/// <param name="Entries">The clusters, in their order.</param>
/// <param name="IsWhole">Whether it was read to its end.</param>
internal sealed record Inventory(string Folder, InventoryEntry Defaults, IReadOnlyList<InventoryEntry> Entries, bool IsWhole);

/// <summary>One cluster of an inventory, or the defaults.</summary>
internal sealed class InventoryEntry(Place place)
{
    public Place Place => place;

    /// <summary>Its name, unique in the inventory.</summary>
    public string Name { get; set; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; set; } = [];

    /// <summary>The flags it gives.</summary>
    public IReadOnlyList<WrittenFlag> Given { get; set; } = [];

    /// <summary>Whether some of it could not be read, so that what is missing may have been meant to be there.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether all members are to be defragmented, each time; null: it does not say.</summary>
    public bool? All { get; set; }
}

/// <summary>A flag of an inventory, with its place. An inventory has many: small, and none has a copy of the file's name.</summary>
internal readonly record struct WrittenFlag(Flag Flag, string Text, int Line, int Column);
