using EtcdDefrag.Testing;

namespace EtcdDefrag.Deploy.Tests.Kubernetes;

/// <summary>Somebody's own kustomization on top of ours, as kubectl renders it.</summary>
internal static class Customized
{
    /// <param name="kustomization">Its text; {deploy} stands for the folder deploy/kubernetes.</param>
    public static async Task<Objects> RenderAsync(string kustomization)
    {
        using var folder = new TemporaryFolder();
        var deploy = Path.GetRelativePath(folder.Path, Repo.Path("deploy", "kubernetes"));
        var text = kustomization.Replace("{deploy}", deploy, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("kustomization.yaml"), text, TestContext.Current.CancellationToken);
        return await Objects.KustomizeAsync(folder.Path);
    }
}
