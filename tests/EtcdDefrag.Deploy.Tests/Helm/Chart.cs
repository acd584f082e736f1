using EtcdDefrag.Deploy.Tests.Kubernetes;
using EtcdDefrag.Testing;
using YamlDotNet.Serialization;

namespace EtcdDefrag.Deploy.Tests.Helm;

/// <summary>The chart, rendered by Go's template engine.</summary>
internal static class Chart
{
    public static string Folder { get; } = Repo.Path("deploy", "helm", "etcd-defrag");

    public static async Task<Objects> RenderAsync(string values, string release = "etcd-defrag", string @namespace = "kube-system") =>
        Objects.Read(await TextAsync("", values, release, @namespace));

    /// <summary>All objects, as YAML.</summary>
    public static Task<string> TextAsync(string values, string release, string @namespace) => TextAsync("", values, release, @namespace);

    public static Task<string> NotesAsync(string values, string @namespace = "kube-system") => TextAsync("only", values, "etcd-defrag", @namespace);

    /// <summary>YAML as the JSON that it stands for.</summary>
    public static string Json(string yaml)
    {
        var value = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object?>(yaml);
        return new SerializerBuilder().JsonCompatible().Build().Serialize(value ?? new Dictionary<string, string>());
    }

    private static async Task<string> TextAsync(string notes, string values, string release, string @namespace)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("values.yaml"), values, TestContext.Current.CancellationToken);
        return (await Programs.ChartTemplateAsync(notes, Folder, release, @namespace, folder.File("values.yaml"))).EnsureSuccess().Output;
    }
}
