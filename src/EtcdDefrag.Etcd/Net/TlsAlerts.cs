
namespace EtcdDefrag.Etcd.Net;

/// <summary>TLS trouble in operators' words. The alerts are told apart by OpenSSL's texts, which is
/// where .NET keeps them.</summary>
internal static class TlsAlerts
{
    /// <summary>Why a handshake failed that our own look at the certificate did not end.</summary>
    public static string ExplainHandshake(Exception e, WatchedStream watched)
    {
        if (watched.First.Length > 0 && !watched.SpeaksTls)
        {
            return watched.SpeaksHttp1
                ? "it answers in plain HTTP/1.1, not in TLS: this is another server, or etcd without TLS; use http://"
                : "it does not speak TLS; use http:// (or no TLS options) for this endpoint";
        }

        if (Find(e, watched.IdentityProblem) is { } alert)
        {
            return alert;
        }

        return watched.First.Length == 0
            ? "it closed the connection when TLS was offered: most likely it does not speak TLS; use http:// (or no TLS options) for this endpoint"
            : "the TLS handshake failed: the server closed it without a reason";
    }

    /// <summary>The alert that the server sent, if it sent one.</summary>
    /// <param name="e">What went wrong.</param>
    /// <param name="identityProblem">What is wrong with our own certificate's dates, which the alerts don't
    /// tell apart; null: nothing.</param>
    /// <returns>The alert in words; null where there is none among the causes.</returns>
    public static string? Find(Exception? e, string? identityProblem)
    {
        for (; e is not null; e = e.InnerException)
        {
            foreach (var (text, words) in Alerts)
            {
                if (e.Message.Contains(text, StringComparison.OrdinalIgnoreCase))
                {
                    return identityProblem is not null && text.Contains("certificate", StringComparison.Ordinal)
                        ? $"the server does not accept our client certificate (--cert): {identityProblem}"
                        : words;
                }
            }
        }

        return null;
    }

    // Source: OpenSSL ssl/ssl_err.c, the reason strings of SSL_R_..._ALERT_...
    private static readonly (string Text, string Words)[] Alerts =
    [
        ("alert certificate required", "the server requires a client certificate; give one with --cert and --key"),
        ("alert bad certificate", "the server rejects our client certificate, or requires one; check --cert and --key"),
        ("alert unknown ca", "the server does not know the issuer of our client certificate (--cert)"),
        ("alert certificate expired", "the server does not accept the dates of our client certificate (--cert): it has expired or is not valid yet; look at them: openssl x509 -noout -dates -in FILE"),
        ("alert certificate revoked", "the server says that our client certificate (--cert) is revoked"),
        ("alert certificate unknown", "the server does not accept our client certificate (--cert)"),
        ("alert unsupported certificate",
            "the server does not accept this kind of client certificate (--cert); is it made for client authentication?"),
        ("alert decrypt error", "the server could not verify our client certificate (--cert)"),
        ("alert access denied", "the server denies access to our client certificate (--cert)"),
        ("alert protocol version", "the server does not speak TLS 1.2 or newer"),
        ("unsupported protocol", "the server does not speak TLS 1.2 or newer"),
        ("alert no application protocol", "the server does not offer HTTP/2 (ALPN h2), so this is not etcd's client port"),
        ("alert handshake failure", "the server and we have no TLS parameters in common, or it requires a client certificate (--cert, --key)"),
        ("alert unrecognized name", "the server does not know the name it was asked for; see --tls-server-name"),
        ("alert internal error", "the server failed during the TLS handshake; see its log"),
    ];
}
