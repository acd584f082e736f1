using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EtcdDefrag.Cli;

/// <summary>The address of a Pushgateway. A class, not a record: it may hold a password, so it shows itself without.</summary>
internal sealed class PushgatewayUrl
{
    private const string Forms = "write e.g. http://pushgateway:9091";

    private PushgatewayUrl(Uri address, string? credentials) => (Address, Credentials) = (address, credentials);

    /// <summary>Without user and password; ends with a slash.</summary>
    public Uri Address { get; }

    /// <summary>What the header Authorization says; null: nothing.</summary>
    public string? Credentials { get; }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">As the user wrote it.</param>
    /// <param name="url">The address.</param>
    /// <param name="problem">What is wrong, without any of the text: where it can't be read, nobody knows
    /// which part is the password.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PushgatewayUrl? url, out string problem)
    {
        url = null;
        problem = !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 ? "it is not the URL of a host; "
            + Forms
            : uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps
                ? "it begins with neither http:// nor https://; " + Forms
            : uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "it has a query or a fragment; " + Forms
            : uri.AbsolutePath.Contains("/metrics/job", StringComparison.Ordinal)
                ? "job and cluster id are added to it; write it without /metrics/job/…"
            : "";
        if (problem.Length > 0)
        {
            return false;
        }

        var address = new UriBuilder(uri!) { UserName = "", Password = "" };
        address.Path = address.Path.TrimEnd('/') + "/";
        var user = uri!.UserInfo.Split(':', 2);
        var credentials = uri.UserInfo.Length == 0 ? null
            : $"{Uri.UnescapeDataString(user[0])}:{(user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "")}";
        url = new PushgatewayUrl(address.Uri, credentials is null ? null : "Basic "
            + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return true;
    }

    public override string ToString() => Address.ToString();
}
